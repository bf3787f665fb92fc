import CMicroHTTPD
import HTTPTypes
import Telemetry

// What libmicrohttpd calls, all on its own thread. `context` is the ServerCore, which the keeper retains until the daemon has
// stopped; a request's own pointer is its Exchange, retained from the first call for its target to `requestCompleted`.

/// A connection was accepted, or is about to be closed.
func connectionNotified(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ event: MHD_ConnectionNotificationCode
) {
    guard let core = serverCore(context), let connection else { return }
    let descriptor = cmhd_descriptor(connection)
    if event == .CONNECTION_NOTIFY_STARTED {
        core.connections.open(descriptor)
    } else {
        core.connections.close(descriptor)
    }
}

/// A request's first line has come. The target is still as on the wire: later calls see it split and unescaped.
func targetReceived(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let core = serverCore(context), let target, let connection else { return nil }
    let exchange = core.begin(String(cString: target), on: cmhd_descriptor(connection))
    return Unmanaged.passRetained(exchange).toOpaque()
}

/// Called with the head, then with each piece of the body, then once the body is complete, and again when a suspended connection
/// was resumed.
func requestAdvanced(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ own: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let core = serverCore(context), let connection, let method, let version, let uploadSize,
        let pointer = own?.pointee
    else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    let handle = ConnectionHandle(pointer: connection)
    let step: Exchange.Step
    if exchange.isNew {
        let head = requestHead(connection, method, version, exchange.target)
        if let refusal = head.refusal {
            core.log.info("refused a request", ["status": "\(refusal.status)", "reason": refusal.reason])
        }
        step = exchange.receive(head)
    } else if uploadSize.pointee > 0 {
        step = exchange.receive(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
        uploadSize.pointee = 0
    } else {
        step = core.proceed(exchange, on: handle)
    }
    switch step {
    case .proceed, .wait: return .YES
    case .close: return .NO
    case .answer(let response, let closing):
        return core.send(response, closing: closing, exchange, on: handle) ? .YES : .NO
    }
}

/// The answer was sent, or the request has ended without one.
func requestCompleted(
    _ context: UnsafeMutableRawPointer?, _: OpaquePointer?, _ own: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _: MHD_RequestTerminationCode
) {
    guard let core = serverCore(context), let pointer = own?.pointee else { return }
    own?.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
    core.connections.end(on: exchange.descriptor)
}

func messageLogged(_ context: UnsafeMutableRawPointer?, _ message: UnsafePointer<CChar>?) {
    guard let core = serverCore(context), let message else { return }
    let text = String(cString: message)
    core.log.debug(String(text.prefix { $0 != "\n" && $0 != "\r\n" }))
}

private func serverCore(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
    context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
}

// MARK: Head

/// Header fields while they are collected, and where in the connection's buffer the last line ended.
private struct FieldCollector {
    var fields = HTTPFields()
    /// The address behind the last text that a line end must follow.
    var end: UInt
    var hasBareLineFeed = false
}

private func requestHead(
    _ connection: OpaquePointer, _ method: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>, _ target: String
) -> RequestHead {
    let versionText = String(cString: version)
    var collector = FieldCollector(end: UInt(bitPattern: version) + UInt(versionText.utf8.count))
    withUnsafeMutablePointer(to: &collector) {
        _ = MHD_get_connection_values_n(connection, .HEADER_KIND, fieldFound, $0)
    }
    // libmicrohttpd 0.9 takes a bare LF for a line end, and its texts still stand where they were received: one byte between two lines
    // is a bare LF, as are less than four before the end. Addresses are only compared; where a version copies its
    // texts nothing is found (1.0 refuses a bare LF itself).
    let size = cmhd_header_size(connection)
    if size > 0, let rest = distance(from: collector.end, to: UInt(bitPattern: method) + UInt(size)), rest < 4 {
        collector.hasBareLineFeed = true
    }
    return RequestHead(
        method: String(cString: method), target: target, version: versionText, fields: collector.fields,
        hasBareLineFeed: collector.hasBareLineFeed)
}

private func fieldFound(
    _ context: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameSize: Int,
    _ value: UnsafePointer<CChar>?, _ valueSize: Int
) -> MHD_Result {
    guard let context, let name else { return .NO }
    let collector = context.assumingMemoryBound(to: FieldCollector.self)
    if distance(from: collector.pointee.end, to: UInt(bitPattern: name)) == 1 {
        collector.pointee.hasBareLineFeed = true
    }
    collector.pointee.fields.append(text(name, nameSize), value.map { text($0, valueSize) } ?? "")
    collector.pointee.end = UInt(bitPattern: value ?? name) + UInt(value == nil ? nameSize : valueSize)
    return .YES
}

private func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}

/// Bytes from one address to another of the same buffer; `nil` where they can't be of one.
private func distance(from start: UInt, to end: UInt) -> UInt? {
    end >= start && end - start < 1 << 20 ? end - start : nil
}

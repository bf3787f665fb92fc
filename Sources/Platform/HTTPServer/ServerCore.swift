import CMicroHTTPD
import Foundation
import HTTPTypes
import Synchronization
import Telemetry

/// What the server's threads and callbacks share. libmicrohttpd's callbacks lead here (`Callbacks.swift`); the keeper thread
/// (`Keeper.swift`) ends it.
final class ServerCore: Sendable {
    private enum Phase {
        case new
        case running(Keeper)
        case stopped
    }

    let configuration: HTTPServer.Configuration
    let log: Logger
    let connections: Connections
    private let handler: HTTPServer.Handler
    private let draining = Atomic<Bool>(false)
    private let phase = Mutex(Phase.new)

    init(_ configuration: HTTPServer.Configuration, log: Logger, handler: @escaping HTTPServer.Handler) {
        self.configuration = configuration
        self.log = log
        self.handler = handler
        connections = Connections(configuration)
    }

    func start() throws(HTTPServerError) -> UInt16 {
        guard case .new = phase.withLock({ $0 }) else {
            throw HTTPServerError(.alreadyStarted, "a server starts once")
        }
        var failure: Int32 = 0
        let listener = cmhd_listen(configuration.host, configuration.port, 1024, &failure)
        guard listener >= 0 else {
            let why = failure < 0 ? cmhd_name_error(failure) : UnsafePointer(strerror(failure))
            throw HTTPServerError(
                .cannotBind, "\(configuration.host):\(configuration.port): \(why.map { String(cString: $0) } ?? "")")
        }
        // Beside the connections there are files, Kafka's and HTTP clients' sockets.
        let wanted = UInt(configuration.maximumConnections) + 512
        if cmhd_raise_file_limit(wanted) < wanted {
            log.warning("the limit of open files is lower than the connections allowed", ["wanted": "\(wanted)"])
        }
        let port = cmhd_port(listener)
        let keeper = try Keeper(self, listener: listener)
        phase.withLock { $0 = .running(keeper) }
        log.info("listening", ["host": configuration.host, "port": "\(port)"])
        return port
    }

    /// Begins the end. `ended` is resumed when the server has stopped, or at once where it doesn't run.
    func requestStop(within time: Duration, _ ended: CheckedContinuation<Void, Never>? = nil) {
        let keeper: Keeper? = phase.withLock { if case .running(let keeper) = $0 { keeper } else { nil } }
        guard let keeper else {
            ended?.resume()
            return
        }
        keeper.requestStop(within: time, ended)
    }

    func hasStopped() {
        phase.withLock { $0 = .stopped }
        log.info("stopped listening")
    }

    /// From here on every answer is its connection's last.
    func beginDraining() { draining.store(true, ordering: .relaxed) }

    // MARK: Requests, on libmicrohttpd's thread

    func begin(_ target: String, on descriptor: Int32) -> Exchange {
        let exchange = Exchange(target: target, descriptor: descriptor, maximumBody: configuration.maximumBody)
        connections.begin(exchange, on: descriptor)
        return exchange
    }

    /// The next step of an exchange whose body is complete, or whose handler has ended.
    func proceed(_ exchange: Exchange, on connection: ConnectionHandle) -> Exchange.Step {
        exchange.proceed(on: connection, isStopping: { connections.isStopping }) { request in
            connections.set(.handling, on: exchange.descriptor)
            // Where a request enters Swift's concurrency: libmicrohttpd calls from a thread of its own, so there is no task to be a
            // child of. The exchange owns it: it ends with `finish`, is cancelled by `cancel`, and a drain waits for it.
            return Task { [handler] in exchange.finish(await handler(request)) }
        }
    }

    /// Sends an answer.
    func send(_ response: HTTPResponse, closing: Bool, _ exchange: Exchange, on connection: ConnectionHandle) -> Bool {
        connections.set(.answering, on: exchange.descriptor)
        let isLast = closing || draining.load(ordering: .relaxed)
        if queue(response, isLast: isLast, on: connection) { return true }
        log.error("a handler's answer is not valid HTTP", ["status": "\(response.status)"])
        return queue(.refusal(500, "the server's answer is not valid"), isLast: isLast, on: connection)
    }

    /// - Returns: false where the answer can't be put into HTTP.
    private func queue(_ response: HTTPResponse, isLast: Bool, on connection: ConnectionHandle) -> Bool {
        guard (200...599).contains(response.status) else { return false }
        var body = response.body
        let made = body.withUnsafeMutableBytes { bytes in
            MHD_create_response_from_buffer(bytes.count, bytes.baseAddress, .RESPMEM_MUST_COPY)
        }
        guard let made else { return false }
        defer { MHD_destroy_response(made) }
        for field in response.headerFields.fields where !isFraming(field.name) {
            guard MHD_add_response_header(made, field.name, field.value) == .YES else { return false }
        }
        if isLast, MHD_add_response_header(made, "Connection", "close") != .YES { return false }
        return MHD_queue_response(connection.pointer, UInt32(response.status), made) == .YES
    }

    /// Fields that say where an answer ends are the server's own.
    private func isFraming(_ name: String) -> Bool {
        ["content-length", "transfer-encoding", "connection"].contains(name.lowercased())
    }
}

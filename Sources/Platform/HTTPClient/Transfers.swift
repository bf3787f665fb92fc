import CCurl
import CRuntime
import HTTPTypes
import Runtime

/// The requests in flight. Belongs to the loop's thread, which makes it and lets it go.
final class Transfers {
    private let configuration: HTTPClientConfiguration
    private let time: any TimeSource
    private let multi: UnsafeMutableRawPointer
    private var byHandle: [UnsafeMutableRawPointer: Transfer] = [:]
    private var byNumber: [Int: Transfer] = [:]
    /// Handles to use again: a new one costs more than a reset.
    private var idleHandles: [UnsafeMutableRawPointer] = []

    private static let keptConnections = 512
    private static let keptHandles = 64

    init(_ configuration: HTTPClientConfiguration, _ time: any TimeSource) {
        guard let multi = curl_multi_init() else { preconditionFailure("no memory for libcurl") }
        self.configuration = configuration
        self.time = time
        self.multi = multi
        // By default the number follows that of the handles, and drops idle connections.
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    /// Begins a request; one that nobody waits for any more is refused.
    func add(_ order: TransferLoop.Order) {
        let left = order.end - time.uptime
        guard left > .zero else {
            order.answer.resume(returning: .failure(.timedOutUnsent))
            return
        }
        guard let handle = idleHandles.popLast() ?? curl_easy_init() else {
            preconditionFailure("no memory for libcurl")
        }
        let transfer = Transfer(order, timeout: left, handle, configuration, time)
        byHandle[handle] = transfer
        byNumber[order.number] = transfer
        let code = curl_multi_add_handle(multi, handle)
        if code != CURLM_OK {
            remove(transfer)
            transfer.fail(
                HTTPTransportError(.invalid, String(cString: curl_multi_strerror(code)), isSurelyUnsent: true))
        }
    }

    /// Ends a request; nothing where it has ended.
    func cancel(_ number: Int) {
        guard let transfer = byNumber[number] else { return }
        remove(transfer)
        transfer.fail(
            HTTPTransportError(.cancelled, "the request was cancelled", isSurelyUnsent: !transfer.hasBegun))
    }

    /// Moves bytes, and answers what has ended.
    func advance() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var code = CURLE_OK
        while let handle = ccurl_multi_next_done(multi, &code) {
            guard let transfer = byHandle[handle] else { continue }
            let status = ccurl_status(handle)
            remove(transfer)
            transfer.finish(code, status: status)
        }
    }

    /// Returns when there is something to do, or `bell` rings.
    func wait(for bell: Int32) {
        var descriptor = curl_waitfd(fd: bell, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        curl_multi_poll(multi, &descriptor, 1, 60000, nil)
    }

    /// Fails what is in flight and closes all connections.
    func end() {
        for transfer in byNumber.values {
            remove(transfer)
            transfer.fail(
                HTTPTransportError(.cancelled, HTTPTransportError.closed.message, isSurelyUnsent: !transfer.hasBegun))
        }
        for handle in idleHandles { curl_easy_cleanup(handle) }
        idleHandles = []
        curl_multi_cleanup(multi)
    }

    private func remove(_ transfer: Transfer) {
        curl_multi_remove_handle(multi, transfer.handle)
        byHandle[transfer.handle] = nil
        byNumber[transfer.number] = nil
        if idleHandles.count < Self.keptHandles {
            curl_easy_reset(transfer.handle)
            idleHandles.append(transfer.handle)
        } else {
            curl_easy_cleanup(transfer.handle)
        }
    }
}

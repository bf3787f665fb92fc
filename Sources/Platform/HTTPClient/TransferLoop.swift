import CCurl
import CRuntime
import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// The thread that makes every call of libcurl's, and the way to it: commands in a list, and an eventfd that wakes it.
final class TransferLoop: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPTransportError>

    /// A request on its way to the thread.
    struct Order: Sendable {
        let number: Int
        let request: HTTPRequest
        /// By when it is given up, by the clock's uptime. The thread may come to it later than that: the process may have hung.
        let end: Duration
        let answer: CheckedContinuation<Outcome, Never>
    }

    private enum Command {
        case add(Order)
        case cancel(Int)
    }

    private struct State {
        var commands: [Command] = []
        var nextNumber = 0
        var isStopping = false
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: HTTPClientConfiguration
    private let time: any TimeSource
    private let state = Mutex(State())
    private let bell: Int32

    init(_ configuration: HTTPClientConfiguration, _ time: any TimeSource) throws(HTTPTransportError) {
        guard libcurlIsReady else { throw HTTPTransportError(.invalid, "libcurl can't start", isSurelyUnsent: true) }
        bell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard bell >= 0 else {
            throw HTTPTransportError(.invalid, "no eventfd: \(String(cString: strerror(errno)))", isSurelyUnsent: true)
        }
        self.configuration = configuration
        self.time = time
    }

    deinit {
        Glibc.close(bell)
    }

    func start() {
        Thread.detachNewThread { self.run() }
    }

    func send(_ request: HTTPRequest, until end: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { answer in
                let order = Order(number: number, request: request, end: end, answer: answer)
                let refusal: HTTPTransportError? = state.withLock { state in
                    if state.isStopping { return .closed }
                    // Cancelled later than this, the command to cancel comes behind this one.
                    if Task.isCancelled { return .cancelledUnsent }
                    state.commands.append(.add(order))
                    return nil
                }
                if let refusal { answer.resume(returning: .failure(refusal)) } else { ring() }
            }
        } onCancel: {
            state.withLock { $0.commands.append(.cancel(number)) }
            ring()
        }
        return try outcome.get()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    /// Returns when the thread has ended.
    func close() async {
        stop()
        await withCheckedContinuation { closer in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.closers.append(closer) }
                return state.hasEnded
            }
            if hasEnded { closer.resume() }
        }
    }

    private func ring() {
        eventfd_write(bell, 1)
    }

    // MARK: On the thread

    private func run() {
        cruntime_name_thread("http-client")
        blockSignals()
        let transfers = Transfers(configuration, time)
        while true {
            var count: eventfd_t = 0
            eventfd_read(bell, &count)
            let (commands, isStopping) = state.withLock { state in
                defer { state.commands = [] }
                return (state.commands, state.isStopping)
            }
            for command in commands {
                switch command {
                case .add(let order): transfers.add(order)
                case .cancel(let number): transfers.cancel(number)
                }
            }
            if isStopping { break }
            transfers.advance()
            transfers.wait(for: bell)
        }
        transfers.end()
        let closers = state.withLock { state in
            state.hasEnded = true
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }

    /// Signals are the program's business; and with `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE, which OpenSSL's writes can
    /// raise, to its caller. libcurl's resolver threads inherit the mask.
    private func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }
}

/// libcurl's global state, made once, before any handle.
private let libcurlIsReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

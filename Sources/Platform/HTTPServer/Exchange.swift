import CMicroHTTPD
import Foundation
import HTTPTypes
import Synchronization

/// libmicrohttpd's handle of a connection.
///
/// It may be handed between threads: it is used on libmicrohttpd's own thread, or by whoever resumes the connection, once,
/// while it is suspended and therefore kept.
struct ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// One request and its answer: from the request's first line until the answer is sent.
///
/// The connection is suspended while the handler runs. The answer is only noted when the handler ends; libmicrohttpd, resumed,
/// asks for it on its own thread. So the first answer counts, and a second, a late or a cancelled one does nothing.
final class Exchange: Sendable {
    enum Step {
        /// The body goes on.
        case proceed
        /// The answer is to be sent now.
        case answer(HTTPResponse, closing: Bool)
        /// Nothing to do until the connection is resumed.
        case wait
        /// The connection is to be closed without an answer.
        case close
    }

    private enum Phase {
        case new
        case receiving
        /// The body is too large, but not so large that the rest is not worth reading for an answer that arrives.
        case discarding
        case handling(ConnectionHandle, Task<Void, Never>)
        case ready(HTTPResponse)
        case over
    }

    private struct State {
        var phase = Phase.new
        var request: HTTPRequest?
        var received = 0
        /// The connection must end with this answer.
        var isLast = false
    }

    let target: String
    let descriptor: Int32
    private let maximumBody: Int
    private let state: Mutex<State>

    init(target: String, descriptor: Int32, maximumBody: Int) {
        self.target = target
        self.descriptor = descriptor
        self.maximumBody = maximumBody
        state = Mutex(State())
    }

    // MARK: On libmicrohttpd's thread

    /// Whether the head is still to come.
    var isNew: Bool { state.withLock { if case .new = $0.phase { true } else { false } } }

    /// The head has come.
    func receive(_ head: RequestHead) -> Step {
        state.withLock { state in
            guard case .new = state.phase else { return .close }
            if let refusal = head.refusal {
                state.phase = .over
                return .answer(.refusal(refusal.status, refusal.reason), closing: true)
            }
            state.phase = .receiving
            if let length = head.contentLength {
                if length > maximumBody {
                    let isWorthReading = length <= 4 * maximumBody && head.fields["Expect"] == nil
                    guard isWorthReading else {
                        state.phase = .over
                        return .answer(.tooLarge(maximumBody), closing: true)
                    }
                    state.phase = .discarding
                }
            } else {
                // Servers differ in how they read the ends of chunks: nothing may follow on this connection.
                state.isLast = true
            }
            state.request = HTTPRequest(
                method: HTTPMethod(rawValue: head.method), scheme: "http", authority: head.fields["Host"] ?? "",
                target: target, headerFields: head.fields)
            return .proceed
        }
    }

    /// A piece of the body has come.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Step {
        state.withLock { state in
            state.received += bytes.count
            guard state.received <= 4 * maximumBody else { return .close }
            if state.received > maximumBody, case .receiving = state.phase {
                state.phase = .discarding
                state.request?.body = Data()
            }
            if case .receiving = state.phase { state.request?.body.append(contentsOf: bytes) }
            return .proceed
        }
    }

    /// The body is complete, or the connection was resumed: the next step towards an answer.
    /// - Parameters:
    ///   - isStopping: no handler may be started any more.
    ///   - start: starts the handler; its task ends with `finish`.
    func proceed(
        on connection: ConnectionHandle, isStopping: () -> Bool, start: (HTTPRequest) -> Task<Void, Never>
    ) -> Step {
        // The question, the suspension and the phase are one step under this lock, or a stop between them would miss a
        // suspended connection, for which libmicrohttpd ends the process. Starting a task only enqueues it.
        state.withLock { state in
            switch state.phase {
            case .receiving:
                guard !isStopping(), let request = state.request.take() else {
                    state.phase = .over
                    return .answer(.stopping, closing: true)
                }
                MHD_suspend_connection(connection.pointer)
                state.phase = .handling(connection, start(request))
                return .wait
            case .discarding:
                state.phase = .over
                return .answer(.tooLarge(maximumBody), closing: state.isLast)
            case .ready(let response):
                state.phase = .over
                return .answer(response, closing: state.isLast)
            case .handling:
                return .wait
            case .new, .over:
                return .close
            }
        }
    }

    // MARK: On any thread

    /// The answer. Only the first one while the handler runs counts.
    func finish(_ response: HTTPResponse) { end(with: response) }

    /// Answers in the handler's place, and tells it so.
    func abort(with response: HTTPResponse) { end(with: response)?.cancel() }

    /// Tells the handler that its answer no longer matters.
    func cancel() {
        let task: Task<Void, Never>? = state.withLock { state in
            if case .handling(_, let task) = state.phase { task } else { nil }
        }
        task?.cancel()
    }

    @discardableResult private func end(with response: HTTPResponse) -> Task<Void, Never>? {
        let handling: (connection: ConnectionHandle, task: Task<Void, Never>)? = state.withLock { state in
            guard case .handling(let connection, let task) = state.phase else { return nil }
            state.phase = .ready(response)
            return (connection, task)
        }
        if let handling { MHD_resume_connection(handling.connection.pointer) }
        return handling?.task
    }
}

extension HTTPResponse {
    /// An answer of the server itself, in plain words.
    static func refusal(_ status: Int, _ reason: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headerFields: ["Content-Type": "text/plain; charset=utf-8"], body: Data("\(reason)\n".utf8))
    }

    fileprivate static func tooLarge(_ maximum: Int) -> HTTPResponse {
        refusal(413, "the body is larger than \(maximum) bytes")
    }

    static let stopping = refusal(503, "the server is stopping")
}

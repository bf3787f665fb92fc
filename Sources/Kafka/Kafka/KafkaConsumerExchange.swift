import Dispatch
import Synchronization

/// Between a consumer's callers and its thread: events go one way, calls the other.
final class ConsumerExchange: Sendable {
    /// A call, to be made on the consumer's thread.
    typealias Call = @Sendable (ConsumerThread) -> Void

    private typealias Waiter = CheckedContinuation<Result<ConsumerEvent?, KafkaError>, Never>

    private struct State {
        var buffer: ConsumerBuffer
        var waiter: Waiter?
        /// When the reader last asked for an event.
        var lastAsked = ContinuousClock.now
        /// The thread waits for the reader to go on.
        var isReaderWanted = false
        var calls: [Call] = []
        var replies: [ObjectIdentifier: any PendingReply] = [:]
        /// The consumer is of no more use.
        var failure: KafkaError?
        /// Set once it is to be closed: when it has to be.
        var closing: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let wakeUp = DispatchSemaphore(value: 0)
    private let isAwake = Atomic(false)
    /// Left by the thread at its end.
    private let running = DispatchGroup()

    init(limits: ConsumerBuffer.Limits) {
        state = Mutex(State(buffer: ConsumerBuffer(limits: limits)))
        running.enter()
    }

    // MARK: Callers

    /// What happened next; `nil` once closed. One task at a time.
    func next() async throws(KafkaError) -> ConsumerEvent? {
        defer { wakeIfWanted() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Result<ConsumerEvent?, KafkaError>? = state.withLock { state in
                    precondition(state.waiter == nil, "one task may read a consumer at a time")
                    state.lastAsked = .now
                    if let outcome = Self.take(&state) { return outcome }
                    if Task.isCancelled { return .failure(Self.cancelled) }
                    state.waiter = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume(returning: .failure(Self.cancelled))
        }
        return try outcome.get()
    }

    /// Has `start` done and waits for the reply that it was given.
    /// - Throws: what the reply says, `.timedOut` once `timeout` is over, `.closed` where the consumer is closed meanwhile.
    func ask<Value: Sendable>(
        within timeout: Duration, _ start: (Reply<Value>) -> Void
    ) async throws(KafkaError) -> Value {
        let result: Result<Value, KafkaError> = await withCheckedContinuation { continuation in
            let reply = Reply(continuation, deadline: .now + timeout, exchange: self)
            let isOpen = state.withLock { state in
                if state.closing != nil { return false }
                state.replies[ObjectIdentifier(reply)] = reply
                return true
            }
            if isOpen { start(reply) } else { reply.finish(.failure(Self.closed)) }
        }
        return try result.get()
    }

    /// Has a call made on the thread.
    func post(_ call: @escaping Call) {
        state.withLock { $0.calls.append(call) }
        wake()
    }

    /// Nothing is delivered and no call is taken any more.
    func beginClosing(by deadline: ContinuousClock.Instant) {
        let (waiter, replies) = state.withLock { state -> (Waiter?, [any PendingReply]) in
            guard state.closing == nil else { return (nil, []) }
            state.closing = deadline
            state.buffer = ConsumerBuffer(limits: state.buffer.limits)
            state.calls = []
            defer { state.replies = [:] }
            return (state.waiter.take(), Array(state.replies.values))
        }
        waiter?.resume(returning: .success(nil))
        for reply in replies { reply.fail(Self.closed) }
        wake()
    }

    /// Blocks until the thread has ended or `deadline` is over.
    func waitForEnd(until deadline: ContinuousClock.Instant) {
        _ = running.wait(timeout: Self.dispatchTime(deadline))
    }

    // MARK: The thread

    func wake() {
        if !isAwake.exchange(true, ordering: .acquiringAndReleasing) { wakeUp.signal() }
    }

    /// Returns when `wake()` has been called since the last return, or `deadline` is over.
    func waitForWork(until deadline: ContinuousClock.Instant) {
        if wakeUp.wait(timeout: Self.dispatchTime(deadline)) == .success {
            _ = isAwake.exchange(false, ordering: .acquiringAndReleasing)
        }
    }

    var closing: ContinuousClock.Instant? { state.withLock { $0.closing } }

    func takeCalls() -> [Call] {
        state.withLock { state in
            defer { state.calls = [] }
            return state.calls
        }
    }

    /// Changes the buffer, and wakes the reader where something may be delivered now.
    func change<Value: Sendable>(_ body: (inout ConsumerBuffer) -> Value) -> Value {
        let (value, waiter, outcome) = state.withLock { state -> (Value, Waiter?, Result<ConsumerEvent?, KafkaError>) in
            let value = body(&state.buffer)
            guard state.waiter != nil, let outcome = Self.take(&state) else { return (value, nil, .success(nil)) }
            return (value, state.waiter.take(), outcome)
        }
        waiter?.resume(returning: outcome)
        return value
    }

    /// The consumer is of no more use: `next()` throws from now on.
    func fail(_ error: KafkaError) {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
            state.buffer.forgetRecords()
        }
        change { _ in }
    }

    /// Whether something has waited for the reader for that long.
    func isReaderStalled(for limit: Duration) -> Bool {
        state.withLock { state in
            let isStalled = state.waiter == nil && !state.buffer.isEmpty && .now - state.lastAsked > limit
            if isStalled { state.isReaderWanted = true }
            return isStalled
        }
    }

    /// Whether more may be read; where not, the reader wakes the thread once there is room again.
    /// - Parameter isThrottled: reading was given up and begins only when there is much room.
    func hasRoom(isThrottled: Bool) -> Bool {
        state.withLock { state in
            let hasRoom = isThrottled ? state.buffer.hasRoom : !state.buffer.isFull
            if !hasRoom { state.isReaderWanted = true }
            return hasRoom
        }
    }

    private func wakeIfWanted() {
        let isWanted = state.withLock { state in
            guard state.isReaderWanted, state.buffer.hasRoom else { return false }
            state.isReaderWanted = false
            return true
        }
        if isWanted { wake() }
    }

    /// Fails the replies whose time is over.
    func expireReplies() {
        let now = ContinuousClock.now
        let expired = state.withLock { state in state.replies.values.filter { $0.deadline <= now } }
        for reply in expired {
            reply.fail(KafkaError(.timedOut, "Kafka has not answered in time", isRetriable: true))
        }
    }

    func forget(_ reply: any PendingReply) {
        state.withLock { _ = $0.replies.removeValue(forKey: ObjectIdentifier(reply)) }
    }

    func ended() { running.leave() }

    private static func take(_ state: inout State) -> Result<ConsumerEvent?, KafkaError>? {
        if state.closing != nil { return .success(nil) }
        if let event = state.buffer.next() { return .success(event) }
        return state.failure.map { .failure($0) }
    }

    private static func dispatchTime(_ instant: ContinuousClock.Instant) -> DispatchTime {
        let seconds = min(max(0, (instant - .now) / .seconds(1)), 1e6)
        return .now() + seconds
    }

    static let closed = KafkaError(.closed, "the consumer has been closed")
    private static let cancelled = KafkaError(.closed, "the reader of the consumer was cancelled")
}

/// A reply that somebody waits for.
protocol PendingReply: AnyObject, Sendable {
    var deadline: ContinuousClock.Instant { get }
    func fail(_ error: KafkaError)
}

/// The answer to one call: given once, by whoever is first.
final class Reply<Value: Sendable>: PendingReply {
    let deadline: ContinuousClock.Instant
    private let continuation: Mutex<CheckedContinuation<Result<Value, KafkaError>, Never>?>
    private let exchange: ConsumerExchange

    init(
        _ continuation: CheckedContinuation<Result<Value, KafkaError>, Never>, deadline: ContinuousClock.Instant,
        exchange: ConsumerExchange
    ) {
        self.continuation = Mutex(continuation)
        self.deadline = deadline
        self.exchange = exchange
    }

    func finish(_ result: Result<Value, KafkaError>) {
        exchange.forget(self)
        continuation.withLock { $0.take() }?.resume(returning: result)
    }

    func fail(_ error: KafkaError) { finish(.failure(error)) }

    func finish(_ body: () throws(KafkaError) -> Value) {
        do throws(KafkaError) {
            finish(.success(try body()))
        } catch {
            finish(.failure(error))
        }
    }
}

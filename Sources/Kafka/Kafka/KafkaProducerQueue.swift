import CRDKafka
import Synchronization

/// What a producer's senders and its thread share: which batches are on their way, who waits for room, and whether it goes on.
///
/// A pure value under the producer's lock; the continuations it gives back are resumed outside it.
struct ProducerQueue {
    /// A sender that found librdkafka's queue full.
    struct RoomWaiter {
        let deadline: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    private(set) var batches: [UInt64: ProducerBatch] = [:]
    private var lastBatch: UInt64 = 0
    /// Callers that are inside librdkafka, so that its handle is still needed.
    private var callers = 0
    /// Counts the times that room may have come, so that a sender notices what it missed while it looked.
    private(set) var roomings: UInt64 = 0
    private var roomWaiters: [RoomWaiter] = []
    /// Why nothing is sent any more: closed, or a fatal error.
    private(set) var ending: KafkaError?
    /// Until when records are waited for that are on their way; `nil` where the producer is not closed.
    private(set) var closing: Duration?
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var hasEnded = false

    /// The number of a new batch; `nil` where the producer has ended.
    mutating func add(_ batch: ProducerBatch) -> UInt64? {
        guard ending == nil else { return nil }
        lastBatch += 1
        batches[lastBatch] = batch
        return lastBatch
    }

    mutating func remove(_ batch: UInt64) { batches[batch] = nil }

    /// Whether the caller may go into librdkafka, until `leave()`. Gives the count that `wait` wants.
    mutating func enter() -> UInt64? {
        guard ending == nil else { return nil }
        callers += 1
        return roomings
    }

    mutating func leave() { callers -= 1 }

    /// Keeps a sender waiting, unless room came since it looked or nothing more is sent.
    mutating func wait(_ waiter: RoomWaiter, since seen: UInt64) -> Bool {
        guard ending == nil, roomings == seen else { return false }
        roomWaiters.append(waiter)
        return true
    }

    /// Room may have come: who has waited for it.
    mutating func room() -> [RoomWaiter] {
        roomings += 1
        defer { roomWaiters = [] }
        return roomWaiters
    }

    /// Those whose time is over.
    mutating func expired(at now: Duration) -> [RoomWaiter] {
        let expired = roomWaiters.filter { $0.deadline <= now }
        if !expired.isEmpty { roomWaiters.removeAll { $0.deadline <= now } }
        return expired
    }

    /// When the thread has something to do besides events.
    var nextDeadline: Duration? {
        let waiting = roomWaiters.lazy.map(\.deadline).min()
        guard let closing else { return waiting }
        return min(closing, waiting ?? closing)
    }

    /// Nothing is sent from now on; the first reason stays.
    mutating func end(_ reason: KafkaError) -> [RoomWaiter] {
        if ending == nil { ending = reason }
        return room()
    }

    /// Closes, unless it is closed already. The caller is inside librdkafka until `leave()`, where this says so.
    mutating func close(at deadline: Duration) -> Bool {
        guard closing == nil else { return false }
        closing = deadline
        callers += 1
        return true
    }

    /// Keeps who closes waiting for the end. False where it has come.
    mutating func waitForEnd(_ closer: CheckedContinuation<Void, Never>) -> Bool {
        if !hasEnded { closers.append(closer) }
        return !hasEnded
    }

    /// The thread is done: who has waited for that.
    mutating func finish() -> [CheckedContinuation<Void, Never>] {
        hasEnded = true
        defer { closers = [] }
        return closers
    }

    var hasBatches: Bool { !batches.isEmpty }

    var hasCallers: Bool { callers > 0 }

    /// Gives up on all batches.
    mutating func abandonAll() -> [ProducerBatch] {
        defer { batches = [:] }
        return Array(batches.values)
    }
}

import Foundation
import Kafka
import LNClient
import Runtime
import SyncModel
import SyncStore
import Telemetry

/// A reader of LN that does one page after the other, each from its read to its last commit, under a lease of its own: what the readers
/// of contacts and of activities have in common. One for each time the lease is held; one task uses it.
protocol PageReader: AnyObject {
    var store: any SyncStore { get }
    var watch: StoreWatch { get }
    var inbox: HintInbox { get }
    var sender: PageSender { get }
    var lease: HeldLease { get }
    var zone: TimeZone { get }
    var trouble: LNTrouble { get }
    var metrics: ReaderMetrics { get }
    var log: Logger { get }
    var schedule: ReaderSchedule { get set }
    /// The last read's number within the lease.
    var counter: Int64 { get set }
    /// As they are recorded.
    var watermarks: Watermarks { get set }
    /// What was published is to be compared, for a pull could not ask for all that changed.
    var isComparisonOwed: Bool { get set }

    /// What the schedule is to know now.
    var facts: ReaderSchedule.Facts { get }

    /// Looks at what does not come by itself, before each step.
    func look() async

    /// - Returns: whether there is no further page.
    func perform(_ step: ReaderSchedule.Step) async throws -> Bool

    /// LN did not answer as it should: what was begun is begun anew.
    func gaveUp(_ error: LNError)
}

extension PageReader {
    var deadlines: ReaderDeadlines { sender.deadlines }
    var time: any TimeSource { sender.time }
    var company: Company { sender.company }

    /// Reads until the task is cancelled.
    /// - Throws: `ReaderError.leaseLost`, `KafkaError` where the producer is of no more use, `CancellationError`.
    func run() async throws {
        // The service is as it should be, and nothing was read since: that does not say that it answers.
        var isInspected = false
        while true {
            try Task.checkCancellation()
            await look()
            guard let step = schedule.next(facts, now: time.now, uptime: time.uptime) else {
                if isInspected {
                    // Nothing was to be read behind it, perhaps until the next tick.
                    isInspected = false
                    await trouble.succeeded()
                }
                try await recordPassedOver()
                try await inbox.wake.wait(atMost: deadlines.pollInterval, time)
                continue
            }
            do {
                schedule.succeeded(step, isDone: try await perform(step))
                isInspected = step == .inspect
                if !isInspected { await trouble.succeeded() }
            } catch let error as LNError {
                try Task.checkCancellation()
                // Stopped while a step was under way: no fault, and nothing to wait for.
                guard watch.snapshot.isStarted else { continue }
                isInspected = false
                await trouble.failed(error)
                gaveUp(error)
                failed(error)
            } catch let error as StoreError {
                log.warning("the store failed; the page is read again", ["error": error.message])
                failed(nil)
            } catch let error as KafkaError where error.code != .fatal && error.code != .closed {
                log.warning("a page was not sent; it is read again", ["error": error.message])
                failed(nil)
            }
        }
    }

    private func failed(_ error: LNError?) {
        metrics.failed()
        schedule.failed(until: time.uptime + deadlines.pause(after: schedule.failures + 1, error, sender.randomness))
    }

    /// Hints of other leases need nothing: their positions move when nothing else is to be done.
    private func recordPassedOver() async throws {
        do {
            try await inbox.recordPositions()
        } catch let error as StoreError {
            log.debug("hints' positions were not recorded", ["error": error.message])
        }
    }

    // MARK: Steps' common parts

    /// A read's place in the order, drawn before its request is sent.
    func nextSequence() -> ReadSequence {
        counter += 1
        return ReadSequence(epoch: lease.lease.epoch, counter: counter)
    }

    func commit(_ mutations: [Mutation]) async throws {
        try await sender.commit(mutations, lease)
    }

    /// The keys of a set between two that were ever in scope and are not recorded as gone.
    func publishedKeys(_ set: EntitySet, after: String?, upTo: String?) async throws -> Set<String> {
        var keys: Set<String> = []
        var last = after
        while true {
            let piece = try await store.publishedKeys(company, set, after: last, upTo: upTo, limit: Self.storePage)
            keys.formUnion(piece)
            guard piece.count == Self.storePage, let end = piece.last else { return keys }
            last = end
        }
    }

    static var storePage: Int { 1000 }

    /// Users go on to another place of their baselines. A user whose baseline has begun anew meanwhile stays where he was, so that his page is
    /// sent again.
    /// - Parameters:
    ///   - isDone: the whole of a mailbox's state is sent.
    ///   - change: the user as he goes on; `nil` where his baseline is not where it was.
    func advance(_ users: [SyncUser], isDone: Bool, _ change: (SyncUser) -> SyncUser?) async throws {
        var waiting = users.sorted { $0.id < $1.id }
        while !waiting.isEmpty {
            let piece = waiting.prefix(deadlines.commitSize)
            switch try await store.commit(piece.compactMap(change).map(Mutation.user), holding: [lease.lease]) {
            case .committed:
                waiting.removeFirst(piece.count)
                for user in piece where isDone {
                    log.info("a mailbox's whole state is sent", ["user": user.id.description])
                }
            case .lost(.user(let id)):
                // The other reader's baseline of his goes on too.
                let now = try await store.users().first { $0.id == id }
                guard let now, change(now) != nil, let index = waiting.firstIndex(where: { $0.id == id }) else {
                    waiting.removeAll { $0.id == id }
                    log.debug("a user was changed meanwhile; his page is sent again", ["user": id.description])
                    continue
                }
                waiting[index] = now
            case .lost:
                throw ReaderError.leaseLost
            }
        }
    }
}

extension Array {
    /// In pieces of at most this size.
    func pieces(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

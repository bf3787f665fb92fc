import Foundation
import Runtime
import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

/// The engine on a store in memory, with jobs of which the test says what is to be done. Time stands still until it is moved.
struct SettlingBed {
    let time = ManualTime()
    let store: WatchedStore
    let jobs: Jobs
    let settler: Settler<Jobs>
    private let held: Set<Int32>
    let anna = SyncUser("anna")
    let bea = SyncUser("bea")

    /// Runs a test while the engine runs. It holds partition 0 where nothing else is said.
    static func run(
        holding partitions: Set<Int32> = [0], _ configure: (inout Settler<Jobs>.Configuration) -> Void = { _ in },
        body: (SettlingBed) async throws -> Void
    ) async throws {
        var configuration = Settler<Jobs>.Configuration()
        configure(&configuration)
        let bed = try await SettlingBed(configuration, partitions)
        bed.settler.hold(partitions)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bed.settler.run() }
            defer { group.cancelAll() }
            try await body(bed)
        }
    }

    private init(_ configuration: Settler<Jobs>.Configuration, _ held: Set<Int32>) async throws {
        self.held = held
        store = WatchedStore(try await SQLiteStore.inMemory(time: time))
        let work: Jobs.Work = { job, _ in job.done() }
        jobs = Jobs(
            store: store, standings: Shared([:]), failingLook: Shared(nil), looks: Shared(0), work: Shared(work))
        settler = Settler(
            configuration, domain: jobs, store: store, owner: "worker-1", time: time,
            randomness: SeededRandomness(seed: 1), log: .silent, metrics: Metrics())
    }

    // MARK: What happens

    /// From now on jobs are settled so.
    func work(_ work: @escaping Jobs.Work) {
        jobs.work.update { $0 = work }
    }

    /// A job that is due that long from now.
    @discardableResult
    func put(
        _ user: SyncUser, _ name: String, in distance: Duration = .zero, _ priority: RowStatus.Priority = .live,
        partition: Int32 = 0, intent: Intent? = nil
    ) async throws -> ContactLinkID {
        let id = ContactLinkID(user, name)
        var link = ContactLink(
            id: id,
            status: RowStatus(
                partition: partition, sequence: ReadSequence(epoch: 1, counter: 1), priority: priority))
        link.observed = .content(Data(name.utf8), ContentHash(name))
        link.status.state = .due
        link.status.due = time.now + distance / .seconds(1)
        link.status.intent = intent
        #expect(try await store.commit([.contactLink(link)]) == .committed)
        settler.wake()
        return id
    }

    /// What intake does with a newer state, whatever the row is at.
    func observe(_ id: ContactLinkID, _ content: String) async throws(StoreError) {
        try await change(id) { [now = time.now] link in
            link.observed = .content(Data(content.utf8), ContentHash(content))
            link.status.sequence.counter += 1
            link.status.state = .due
            link.status.due = now
        }
    }

    func change(
        _ id: ContactLinkID, _ change: @Sendable (inout ContactLink) -> Void
    ) async throws(StoreError) {
        repeat {
            guard var link = try await store.contactLink(id) else { return }
            change(&link)
            if try await store.commit([.contactLink(link)]) == .committed { break }
        } while true
        settler.wake()
    }

    /// Moves time once what is under way has ended: pauses count from there.
    func advance(by duration: Duration) async {
        await settlementsEnded()
        time.advance(by: duration)
        settler.wake()
    }

    func settlementsEnded() async {
        await settler.release()
        settler.hold(held)
    }

    // MARK: What there is

    func row(_ id: ContactLinkID) async throws -> ContactLink { try #require(try await store.contactLink(id)) }

    /// The row once it is so; the test fails where it does not come to that.
    @discardableResult
    func row(
        _ id: ContactLinkID, sourceLocation: SourceLocation = #_sourceLocation,
        once isSo: @escaping (ContactLink) -> Bool
    ) async throws -> ContactLink {
        let isReached = try await eventually { try await store.contactLink(id).map(isSo) ?? false }
        let row = try await row(id)
        #expect(isReached, "the row is \(row)", sourceLocation: sourceLocation)
        return row
    }

    @discardableResult
    func row(
        _ id: ContactLinkID, _ state: RowStatus.State, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ContactLink {
        try await row(id, sourceLocation: sourceLocation) { $0.status.state == state }
    }

    func journal() async throws -> [JournalDraft] { try await store.journal(JournalQuery()).map(\.draft) }
}

/// A door that keeps whoever comes until it is opened.
final class Door: Sendable {
    private struct State {
        var isOpen = false
        var nextNumber = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiters.count } }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns once the door is open, or the task is cancelled.
    func pass() async {
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let mayPass = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiters[number] = waiter
                    return false
                }
                if mayPass { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}

/// Does something in the midst of a settlement; where it throws the test fails.
func unfailing(_ body: () async throws -> Void) async {
    do {
        try await body()
    } catch {
        Issue.record(error)
    }
}

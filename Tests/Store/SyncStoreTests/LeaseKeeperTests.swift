import Foundation
import Runtime
import RuntimeTesting
import Testing

@testable import SyncStore

@Suite("Whoever keeps a lease", .timeLimit(.minutes(1)))
struct LeaseKeeperTests {
    private let name = LeaseName("reader")

    private func run(
        _ test: (ManualTime, any SyncStore, LeaseKeeper) async throws -> Void
    ) async throws {
        try await StoreBed.run(.sqliteInMemory) { bed, store async throws in
            try await test(bed.time, store, LeaseKeeper(store, owner: "me", time: bed.time))
        }
    }

    @Test("Does the work under it, and lets it go")
    func work() async throws {
        try await run { time, store, keeper async throws in
            try await keeper.withLease(name, trouble: { _ in }) { held async throws in
                #expect(held.lease.owner == "me")
                #expect(held.remaining == .seconds(13))
                #expect(try await store.commit([], holding: [held.lease]) == .committed)
            }
            #expect(try await store.leases().allSatisfy { $0.expires <= time.now })
            #expect(try await store.acquireLease(name, owner: "other", for: .seconds(1)) != nil)
        }
    }

    @Test("Lets it go where the work fails, and throws what it threw")
    func failure() async throws {
        struct Failure: Error {}
        try await run { _, store, keeper async throws in
            await #expect(throws: Failure.self) {
                try await keeper.withLease(name, trouble: { _ in }) { _ in throw Failure() }
            }
            #expect(try await store.acquireLease(name, owner: "other", for: .seconds(1)) != nil)
        }
    }

    @Test("Waits while another holds it, and renews it while the work lasts")
    func waitAndRenew() async throws {
        try await run { time, store, keeper async throws in
            let other = try #require(try await store.acquireLease(name, owner: "other", for: .seconds(5)))
            let isWorking = Shared(false)
            let isEnding = Signal()
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask {
                    try await keeper.withLease(name, trouble: { _ in }) { _ in
                        isWorking.update { $0 = true }
                        try await isEnding.wait()
                    }
                }
                for _ in 0..<3 {
                    #expect(try await eventually { time.sleepers == 1 })
                    #expect(isWorking.value == false)
                    time.advance(by: .seconds(1))
                }
                try await store.releaseLease(other)
                #expect(try await eventually { time.sleepers == 1 })
                time.advance(by: .seconds(1))
                #expect(try await eventually { isWorking.value && time.sleepers == 1 })
                // Far longer than the lease lasts.
                for _ in 0..<40 {
                    time.advance(by: .seconds(1))
                    #expect(try await eventually { time.sleepers == 1 })
                }
                #expect(try await store.acquireLease(name, owner: "other", for: .seconds(5)) == nil)
                isEnding.raise()
                try await group.waitForAll()
            }
            #expect(try await store.acquireLease(name, owner: "other", for: .seconds(5)) != nil)
        }
    }

    @Test("Ends the work where the lease is lost, and takes it up again once it is free")
    func lost() async throws {
        try await run { time, store, keeper async throws in
            let epochs = Shared<[Int64]>([])
            let hasEnded = Shared(false)
            let isEnding = Signal()
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask {
                    try await keeper.withLease(name, trouble: { _ in }) { held async throws in
                        let count = epochs.update { epochs in
                            epochs.append(held.lease.epoch)
                            return epochs.count
                        }
                        if count == 2 { return try await isEnding.wait() }
                        defer { hasEnded.update { $0 = true } }
                        try await time.sleep(for: .seconds(1_000_000))
                    }
                }
                #expect(try await eventually { time.sleepers == 2 })
                // The process stood still: all at once the lease is over, and another has it.
                let first = try #require(epochs.value.first)
                let lease = Lease(name: name, owner: "me", epoch: first)
                try await store.releaseLease(lease)
                let other = try #require(try await store.acquireLease(name, owner: "other", for: .seconds(100)))
                time.advance(by: .seconds(1))
                #expect(try await eventually { hasEnded.value && time.sleepers == 1 })
                #expect(epochs.value == [first])
                try await store.releaseLease(other)
                time.advance(by: .seconds(1))
                #expect(try await eventually { epochs.value.count == 2 })
                isEnding.raise()
                try await group.waitForAll()
            }
            #expect(epochs.value[1] > epochs.value[0])
        }
    }

    @Test("Ends by itself before the store lets another take over, where the store can't be asked")
    func storeFails() async throws {
        try await run { time, store, keeper async throws in
            let troubles = Shared(0)
            let isCancelled = Shared(false)
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask {
                    try await keeper.withLease(name, trouble: { _ in troubles.update { $0 += 1 } }) { held in
                        await store.close()
                        do {
                            try await time.sleep(for: .seconds(1_000_000))
                        } catch {
                            isCancelled.update { $0 = true }
                            #expect(held.remaining <= .zero)
                            throw error
                        }
                    }
                }
                #expect(try await eventually { time.sleepers == 2 })
                for second in 1...13 {
                    time.advance(by: .seconds(1))
                    #expect(try await eventually { troubles.value == second })
                    if second < 13 { #expect(try await eventually { time.sleepers == 2 }) }
                }
                #expect(try await eventually { isCancelled.value })
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
        }
    }

    @Test("Ends with its task")
    func cancelled() async throws {
        try await run { time, store, keeper async throws in
            _ = try await store.acquireLease(name, owner: "other", for: .seconds(100))
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask { try await keeper.withLease(name, trouble: { _ in }) { _ in } }
                #expect(try await eventually { time.sleepers == 1 })
                group.cancelAll()
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
            }
        }
    }
}

import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's leases")
struct LeaseContractTests {
    private let name = LeaseName("reader/1300/contact")

    @Test("One holds it, another waits until it ends", arguments: StoreKind.allCases)
    func oneHolder(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let lease = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
            #expect(lease.name == name)
            #expect(lease.owner == "a")
            #expect(try await store.acquireLease(name, owner: "b", for: .seconds(13)) == nil)
            bed.time.advance(by: .milliseconds(12_999))
            #expect(try await store.acquireLease(name, owner: "b", for: .seconds(13)) == nil)
            bed.time.advance(by: .milliseconds(1))
            let next = try #require(try await store.acquireLease(name, owner: "b", for: .seconds(13)))
            #expect(next.epoch > lease.epoch)
            // Another's lease is another lease.
            #expect(try await store.acquireLease("housekeeping", owner: "a", for: .seconds(13)) != nil)
        }
    }

    @Test("An epoch is above every earlier one, and at least the clock's Unix seconds", arguments: StoreKind.allCases)
    func epochs(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let seconds = Int64(bed.time.now.timeIntervalSince1970)
            var last: Int64 = seconds - 1
            for _ in 0..<5 {
                let lease = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
                #expect(lease.epoch == last + 1)
                last = lease.epoch
                try await store.releaseLease(lease)
            }
            bed.time.advance(by: .seconds(3600))
            let lease = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
            #expect(lease.epoch == seconds + 3600)
        }
    }

    @Test("The same owner takes it again with a new epoch, which fences his old one", arguments: StoreKind.allCases)
    func sameOwner(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let old = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
            let new = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
            #expect(new.epoch > old.epoch)
            #expect(try await store.renewLease(old, for: .seconds(13)) == false)
            #expect(try await store.commit([.cursor("w", "1")], holding: [old]) == .lost(.lease(name)))
            try await store.put(.cursor("w", "1"), holding: [new])
        }
    }

    @Test("Renewed it lasts from now; ended it can't be renewed", arguments: StoreKind.allCases)
    func renewal(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let lease = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
            bed.time.advance(by: .seconds(12))
            #expect(try await store.renewLease(lease, for: .seconds(13)))
            bed.time.advance(by: .seconds(12))
            #expect(try await store.acquireLease(name, owner: "b", for: .seconds(13)) == nil)
            try await store.put(.cursor("w", "1"), holding: [lease])
            bed.time.advance(by: .seconds(1))
            #expect(try await store.renewLease(lease, for: .seconds(13)) == false)
            #expect(try await store.commit([.cursor("w", "2")], holding: [lease]) == .lost(.lease(name)))
            let next = try #require(try await store.acquireLease(name, owner: "b", for: .seconds(13)))
            #expect(try await store.renewLease(lease, for: .seconds(13)) == false)
            #expect(try await store.commit([.cursor("w", "2")], holding: [lease]) == .lost(.lease(name)))
            #expect(try await store.renewLease(next, for: .seconds(13)))
            #expect(try await store.cursors() == ["w": "1"])
        }
    }

    @Test("Let go, another takes it at once; one that is lost can't let it go", arguments: StoreKind.allCases)
    func release(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let first = try #require(try await store.acquireLease(name, owner: "a", for: .seconds(13)))
            try await store.releaseLease(first)
            #expect(try await store.commit([], holding: [first]) == .lost(.lease(name)))
            let second = try #require(try await store.acquireLease(name, owner: "b", for: .seconds(13)))
            try await store.releaseLease(first)
            #expect(try await store.acquireLease(name, owner: "a", for: .seconds(13)) == nil)
            try await store.put(.cursor("w", "1"), holding: [second])
        }
    }

    @Test("A commit holds several leases, or is lost by the one it does not hold", arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let one = try #require(try await store.acquireLease("one", owner: "a", for: .seconds(13)))
            let two = try #require(try await store.acquireLease("two", owner: "a", for: .seconds(13)))
            try await store.put(.cursor("w", "1"), holding: [one, two])
            try await store.releaseLease(two)
            #expect(try await store.commit([.cursor("w", "2")], holding: [one, two]) == .lost(.lease("two")))
            let foreign = Lease(name: "one", owner: "b", epoch: one.epoch)
            #expect(try await store.commit([.cursor("w", "2")], holding: [foreign]) == .lost(.lease("one")))
            #expect(try await store.cursors() == ["w": "1"])
        }
    }

    @Test("Every lease that was ever taken is listed, with its end", arguments: StoreKind.allCases)
    func listing(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            let b = try #require(try await store.acquireLease("b", owner: "me", for: .seconds(13)))
            let a = try #require(try await store.acquireLease("a", owner: "me", for: .seconds(1)))
            try await store.releaseLease(b)
            #expect(
                try await store.leases() == [
                    LeaseState(lease: a, expires: now + 1), LeaseState(lease: b, expires: now),
                ])
        }
    }
}

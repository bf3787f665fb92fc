import Foundation
import SyncModel
import SyncStore
import Testing

@testable import Simulation

@Suite("A store that can be put back to a backup")
struct BackedUpStoreTests {
    private static let cursor = CursorName("somewhere")

    @Test("A restored store is as it was at the backup, its leases' times too")
    func restores() throws {
        let time = VirtualTime()
        let store = try BackedUpStore(time, skew: .seconds(-90))
        let lease = try #require(try acquire(store, "one"))
        try commit(store, "before")
        store.backUp()
        time.jump(to: .seconds(60))
        try commit(store, "between")
        store.backUp()
        try commit(store, "after")
        let later = try #require(try acquire(store, "two"))
        #expect(later.epoch > lease.epoch)

        _ = try store.restore(backupsAgo: 1)
        #expect(try value(store) == "before")
        let leases = try World.ask { try await store.leases() }
        #expect(leases.map(\.lease) == [lease])
        #expect(leases.first?.expires == VirtualTime.start.addingTimeInterval(-90 + 13))
    }

    @Test("Backups behind the restored one are gone; older ones can still be restored")
    func older() throws {
        let store = try BackedUpStore(VirtualTime(), skew: .zero)
        for value in ["a", "b", "c"] {
            try commit(store, value)
            store.backUp()
        }
        _ = try store.restore(backupsAgo: 1)
        #expect(try value(store) == "b")
        _ = try store.restore(backupsAgo: 1)
        #expect(try value(store) == "a")
        _ = try store.restore(backupsAgo: 7)
        #expect(try value(store) == "a")
    }

    private func acquire(_ store: BackedUpStore, _ owner: String) throws -> Lease? {
        try World.ask { try await store.acquireLease(LeaseName("work"), owner: owner, for: .seconds(13)) }
    }

    private func commit(_ store: BackedUpStore, _ value: String) throws {
        let outcome = try World.ask { try await store.commit([.cursor(Self.cursor, value)]) }
        #expect(outcome == .committed)
    }

    private func value(_ store: BackedUpStore) throws -> String? {
        try World.ask { try await store.cursors()[Self.cursor] }
    }
}

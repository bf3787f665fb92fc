import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Housekeeping", .timeLimit(.minutes(1)))
struct HousekeepingTests {
    @Test("Prunes what is old enough, in as many commits as it takes, hourly and under a lease")
    func prunes() async throws {
        try await StoreBed.run(.sqliteInMemory) { bed, store async throws in
            let old = (0..<1500).map { Mutation.journal(draft("old \($0)")) }
            #expect(
                try await store.commit(old + [.contactLink(link("old", .tombstone)), .meeting(meeting(1, .tombstone))])
                    == .committed)
            bed.time.advance(by: .seconds(91 * 86400))
            try await store.put(.journal(draft("young")))
            let leases = LeaseKeeper(store, owner: "me", time: bed.time, duration: .seconds(100_000_000))
            let housekeeping = Housekeeping(store, leases, time: bed.time) { _ in }
            func entries() async throws -> Int { try await store.journal(JournalQuery(limit: .max)).count }

            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask { await housekeeping.run() }
                #expect(try await eventually { bed.time.sleepers == 2 })
                #expect(try await store.leases().map(\.lease.name) == [Housekeeping.lease])
                #expect(try await entries() == 1)
                // The longest retention of a topic and ten days more.
                #expect(try await store.contactLink(linkID("old")) != nil)
                #expect(try await store.meeting(meetingID(1)) != nil)
                bed.time.advance(by: .seconds(10 * 86400))
                #expect(try await eventually { try await store.contactLink(linkID("old")) == nil })
                #expect(try await eventually { try await store.meeting(meetingID(1)) == nil })
                #expect(try await entries() == 1)
                group.cancelAll()
            }
        }
    }
}

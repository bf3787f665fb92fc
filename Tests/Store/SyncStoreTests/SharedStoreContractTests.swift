import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store that processes share")
struct SharedStoreContractTests {
    @Test("Each sees at once what another has committed", arguments: StoreKind.shared)
    func visibility(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, one async throws in
            let other = try await bed.open()
            for number in 1...20 {
                try await one.put(.cursor("w", "\(number)"))
                #expect(try await other.cursors() == ["w": "\(number)"])
                try await other.put(.setting("s", value: "\(number)", by: "x"))
                #expect(try await one.controlChanges() == Int64(number))
            }
            await other.close()
        }
    }

    @Test("A lease that one holds is not another's", arguments: StoreKind.shared)
    func leases(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, one async throws in
            let other = try await bed.open()
            let lease = try #require(try await one.acquireLease("reader", owner: "one", for: .seconds(13)))
            #expect(try await other.acquireLease("reader", owner: "other", for: .seconds(13)) == nil)
            bed.time.advance(by: .seconds(13))
            let next = try #require(try await other.acquireLease("reader", owner: "other", for: .seconds(13)))
            #expect(next.epoch > lease.epoch)
            #expect(try await one.commit([.cursor("w", "1")], holding: [lease]) == .lost(.lease("reader")))
            #expect(try await one.renewLease(lease, for: .seconds(13)) == false)
            try await other.put(.cursor("w", "2"), holding: [next])
            #expect(try await one.cursors() == ["w": "2"])
            await other.close()
        }
    }

    @Test("Many that race for one row each get their turn, and no change is lost", arguments: StoreKind.shared)
    func race(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, one async throws in
            let other = try await bed.open()
            try await one.put(.contactLink(link("C1")))
            let (tasks, changes) = (4, 25)
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                for task in 0..<tasks {
                    let store = task % 2 == 0 ? one : other
                    group.addTask {
                        for _ in 0..<changes {
                            while true {
                                var row = try #require(try await store.contactLink(linkID("C1")))
                                row.status.attempts += 1
                                let outcome = try await store.commit([.contactLink(row), .journal(draft("x"))])
                                if outcome == .committed { break }
                                #expect(outcome == .lost(.contactLink(row.id)))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let row = try #require(try await other.contactLink(linkID("C1")))
            #expect(row.status.attempts == tasks * changes)
            #expect(row.status.version == Int64(tasks * changes) + 1)
            #expect(try await one.journal(JournalQuery(limit: 1000)).count == tasks * changes)
            await other.close()
        }
    }

    @Test(
        "Of processes that take in one activity and one event at once, one makes each row", arguments: StoreKind.shared)
    func meetingRace(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, one async throws in
            let other = try await bed.open()
            let outcomes = try await withThrowingTaskGroup(of: [CommitOutcome].self) { group in
                for task in 0..<10 {
                    let store = task % 2 == 0 ? one : other
                    group.addTask {
                        [
                            try await store.commit([.meeting(meeting(task, activity: "A")), .journal(draft("x"))]),
                            try await store.commit([.meeting(meeting(100 + task, event: "U")), .journal(draft("y"))]),
                        ]
                    }
                }
                return try await group.reduce(into: [CommitOutcome]()) { $0 += $1 }
            }
            #expect(outcomes.count { $0 == .committed } == 2)
            #expect(try await one.meetings(activities: [activity("A")], events: ["U"]).count == 2)
            #expect(try await other.journal(JournalQuery()).count == 2)
            await other.close()
        }
    }

    @Test(
        "Of processes that join the same two rows, and change them meanwhile, one does, and nothing is lost",
        arguments: StoreKind.shared)
    func joinRace(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, one async throws in
            let other = try await bed.open()
            try await one.put(.meeting(meeting(1, activity: "A")), .meeting(meeting(2, event: "U")))
            let (tasks, changes) = (4, 10)
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                for task in 0..<tasks {
                    let store = task % 2 == 0 ? one : other
                    group.addTask {
                        for _ in 0..<changes {
                            // Adds to whichever row has the event by now.
                            while true {
                                var row = try #require(try await store.meetings(activities: [], events: ["U"]).first)
                                row.status.attempts += 1
                                if try await store.commit([.meeting(row)]) == .committed { break }
                            }
                        }
                    }
                    group.addTask {
                        while true {
                            let rows = try await store.meetings([meetingID(1), meetingID(2)])
                            guard var joined = rows[meetingID(1)], let twin = rows[meetingID(2)] else { return }
                            joined.meeting.event = twin.meeting.event
                            joined.status.attempts += twin.status.attempts
                            _ = try await store.commit([
                                .meeting(joined), .removeMeeting(twin.id, version: twin.status.version),
                                .journal(draft("joined")),
                            ])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await other.row(1).status.attempts == tasks * changes)
            #expect(try await other.meeting(meetingID(2)) == nil)
            #expect(try await one.journal(JournalQuery()).count == 1)
            await other.close()
        }
    }

    @Test("Of many that take a lease at once one gets it", arguments: StoreKind.shared)
    func leaseRace(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, one async throws in
            let other = try await bed.open()
            let leases = try await withThrowingTaskGroup(of: Lease?.self) { group in
                for task in 0..<10 {
                    let store = task % 2 == 0 ? one : other
                    group.addTask { try await store.acquireLease("r", owner: "\(task)", for: .seconds(13)) }
                }
                return try await group.reduce(into: [Lease]()) { $0 += [$1].compactMap(\.self) }
            }
            #expect(leases.count == 1)
            await other.close()
        }
    }
}

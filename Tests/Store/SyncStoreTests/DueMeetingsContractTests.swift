import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's due meetings")
struct DueMeetingsContractTests {
    @Test("Live before back-fill, then by `due`; only what is due now", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            try await store.put(
                .meeting(meeting(1, .due, due: now - 50, .backfill)), .meeting(meeting(2, .due, due: now - 10)),
                .meeting(meeting(3, .due, due: now - 90, .backfill)),
                .meeting(meeting(4, .due, due: now - 20, partition: 9)), .meeting(meeting(5, .due, due: now + 1)),
                .meeting(meeting(6)), .meeting(meeting(7, of: 2, .due, due: now - 99)))
            func due(_ limit: Int) async throws -> [MeetingID] {
                try await store.dueMeetings(of: user(1), limit: limit).map(\.id)
            }
            #expect(try await due(9) == [4, 2, 3, 1].map(meetingID))
            #expect(try await due(3) == [4, 2, 3].map(meetingID))
            #expect(try await due(0).isEmpty)
            #expect(try await store.dueMeetings(of: user(1), limit: 9).allSatisfy { $0.meeting.isDue })
            #expect(
                try await store.dueMeetingMailboxes([3, 9, 17]) == [
                    DueMailbox(user: user(1), live: now - 20, backfill: now - 90),
                    DueMailbox(user: user(2), live: now - 99, backfill: nil),
                ])
            #expect(try await store.dueMeetingMailboxes([9]).map(\.user) == [user(1)])
            #expect(try await store.dueMeetingMailboxes([]).isEmpty)
            #expect(try await store.dueMeetingBackfill() == [user(1): 2])
            #expect(
                try await store.meetingBacklog() == [
                    user(1): RowCounts(byState: [.due: 5, .settled: 1], oldestDue: now - 90),
                    user(2): RowCounts(byState: [.due: 1], oldestDue: now - 99),
                ])
            // Contacts have mailboxes of their own.
            #expect(try await store.dueMailboxes([3]).isEmpty)
            #expect(try await store.contactBacklog().isEmpty)
        }
    }

    @Test("What is asked of invitation-worker is counted by mailbox", arguments: StoreKind.allCases)
    func asked(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var asked = meeting(1, .settled)
            let write = MeetingWrite(
                .end(.removed), on: .exchange, etag: ETag("1"), source: nil, generation: 1,
                sequence: ReadSequence(epoch: 1, counter: 1))
            asked.meeting.asked = InvitationAsk(write, tellsNobody: false)
            try await store.put(.meeting(asked), .meeting(meeting(2, .settled)))
            #expect(try await store.askedMeetings() == [user(1): 1])
        }
    }

    @Test("A switch rests and wakes what it rests, and nothing that a rule lets rest", arguments: StoreKind.allCases)
    func restAndWake(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            var recurring = meeting(4, .resting)
            recurring.status.reason = "recurrence"
            try await store.put(
                .meeting(meeting(1, .due, due: now - 5)), .meeting(meeting(2, .due, due: now + 900)),
                .meeting(meeting(3, .held)), .meeting(recurring), .meeting(meeting(5, of: 2, .due, due: now)),
                .meeting(meeting(6, of: 2, .refused)),
                .contactLink(link("C1", .due, due: now)))
            let planned = try await store.row(1)
            try await store.put(.restMeetings(of: user(1)))
            #expect(try await store.meetingBacklog()[user(1)] == RowCounts(byState: [.resting: 3, .held: 1]))
            #expect(try await store.dueMeetingMailboxes([3]).map(\.user) == [user(2)])
            #expect(try await store.commit([.meeting(planned)]) == .lost(.meeting(planned.id)))
            // Each master switch has its own rows.
            #expect(try await store.dueContactLinks(of: user(1), limit: 9).count == 1)
            try await store.put(.restRows(of: user(1)), .wakeRows(of: user(1)))
            #expect(try await store.meetingBacklog()[user(1)]?[.resting] == 3)

            bed.time.advance(by: .seconds(60))
            try await store.put(.wakeMeetings(of: user(1)))
            let due = try await store.dueMeetings(of: user(1), limit: 9)
            #expect(due.map(\.id) == [1, 2].map(meetingID))
            #expect(due.allSatisfy { $0.status.due == bed.time.now && $0.status.version == 3 && $0.meeting.isDue })
            #expect(try await store.row(4).status.reason == "recurrence")

            try await store.put(.releaseMeetings(of: user(1)))
            #expect(try await store.row(3).status.state == .due)
            try await store.put(.retryMeetings(of: user(1)))
            #expect(try await store.row(6).status.state == .refused, "another's")
            try await store.put(.retryMeetings(of: user(2)))
            #expect(try await store.row(6).status.state == .due)
            #expect(try await store.row(4).status.state == .resting)
        }
    }

    @Test("What was to be tried later is due, but for a write of unknown outcome", arguments: StoreKind.allCases)
    func hasten(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            var unknown = fullMeeting(1, due: now + 60)
            unknown.status.intent = nil
            try await store.put(
                .meeting(unknown), .meeting(meeting(2, .due, due: now + 900)),
                .meeting(meeting(3, of: 2, .due, due: now + 900)))
            try await store.put(.hastenMeetings(of: user(1)))
            #expect(try await store.dueMeetings(of: user(1), limit: 9).map(\.id) == [meetingID(2)])
            #expect(try await store.row(1).status.due == now + 60)
            #expect(try await store.dueMeetings(of: user(2), limit: 9).isEmpty)
        }
    }

    @Test(
        "Of another calendar behind the address nothing is known: activities go on without an event, nothing ends, and no event of the one before comes back",
        arguments: StoreKind.allCases)
    func restart(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            let whole = fullMeeting(1, due: now + 60)
            var resting = meeting(2, activity: "R", event: "R", .resting)
            resting.status.reason = "*Synchronize* is off in LN"
            var others = meeting(3, of: 2, activity: "O", event: "O")
            others.copies = [user(1): "his copy", user(3): "another's"]
            try await store.put(
                .meeting(whole), .meeting(resting), .meeting(others), .meeting(meeting(4, event: "E", .held)),
                .meeting(meeting(5, activity: "T", event: "T", .tombstone)))
            try await store.put(.restartMeetings(of: user(1)))

            let row = try await store.row(1)
            #expect(row.meeting.event == nil && row.copies.isEmpty && row.occurrence == "")
            #expect(row.meeting.base == .nothing && row.meeting.observed.exchange == .gone(.absent))
            #expect(row.meeting.observed.ln == whole.meeting.observed.ln)
            #expect(row.meeting.activityFacts == whole.meeting.activityFacts)
            #expect(row.meeting.intent == nil && row.meeting.asked == nil && row.meeting.hold == nil)
            #expect(row.meeting.check && row.status.check && row.status.generation == 4 && row.status.attempts == 0)
            #expect(row.status.state == .due && row.status.due == now)
            #expect(try await store.meetings(items: ["item of uid1"], in: user(1)).isEmpty)

            #expect(try await store.row(2).status.state == .resting)
            #expect(try await store.row(2).meeting.event == nil)
            #expect(try await store.row(3).copies == [user(3): "another's"])
            #expect(try await store.row(3).meeting.event == event("O"))
            let eventOnly = try await store.row(4)
            #expect(eventOnly.status.state == .tombstone && eventOnly.meeting.event == event("E"))
            #expect(try await store.row(5).status.version == 1)
        }
    }

    @Test("Tombstones go after their time, and leave nothing behind", arguments: StoreKind.allCases)
    func prune(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            for number in 1...5 { try await store.put(.meeting(meeting(number, event: "U\(number)", .tombstone))) }
            try await store.put(.meeting(meeting(6, event: "U6")), .contactLink(link("C1", .tombstone)))
            bed.time.advance(by: .seconds(100))
            let young = bed.time.now
            try await store.put(.meeting(meeting(7, event: "U7", .tombstone)))
            func prune() async throws -> Int {
                try await store.prune(journalBefore: young, tombstonesBefore: young, limit: 3)
            }
            for expected in [3, 3, 0] { #expect(try await prune() == expected) }
            #expect(
                try await store.meetings(of: user(1), after: nil, limit: 9).map(\.id) == [6, 7].map(meetingID))
            #expect(
                try await store.meetings(seenIn: user(1), after: nil, limit: 9).map(\.id) == [6, 7].map(meetingID))
        }
    }
}

import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's meetings")
struct MeetingContractTests {
    @Test("A row comes back as it was stored, whatever is in it", arguments: StoreKind.allCases)
    func roundTrip(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let full = fullMeeting(due: bed.time.now + 0.3)
            let bare = meeting(2, activity: "ACT2")
            try await store.put(.meeting(full), .meeting(bare))
            #expect(
                try await store.meetings([full.id, bare.id, meetingID(3)]) == [
                    full.id: full.committed, bare.id: bare.committed,
                ])
            var ended = full.committed
            for change in [MeetingWrite.Change.end(.replaced), .create(MeetingContent())] {
                ended.meeting.intent?.write.change = change
                try await store.put(.meeting(ended))
                ended = ended.committed
                #expect(try await store.meeting(full.id) == ended)
            }
        }
    }

    @Test(
        "A commit of a row that has changed is lost, and so is a new row where there is one",
        arguments: StoreKind.allCases)
    func compareAndSet(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(.meeting(meeting(1, activity: "A")))
            let planned = try await store.row(1)
            var other = planned
            other.status.attempts = 1
            try await store.put(.meeting(other))
            #expect(try await store.commit([.cursor("x", "1"), .meeting(planned)]) == .lost(.meeting(meetingID(1))))
            #expect(try await store.commit([.meeting(meeting(1, activity: "A"))]) == .lost(.meeting(meetingID(1))))
            #expect(try await store.cursor("x") == nil)
            #expect(try await store.row(1).status.attempts == 1)
        }
    }

    @Test(
        "No two rows are of one activity, nor of one event and occurrence, be they new or changed",
        arguments: StoreKind.allCases)
    func uniqueKeys(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var occurrence = meeting(3, event: "U")
            occurrence.occurrence = "2026-12-01T09:00:00Z"
            var otherCompany = meeting(4)
            otherCompany.meeting.activity = ActivityKey(company: Company(200), activity: ActivityCode("A"))
            try await store.put(
                .meeting(meeting(1, activity: "A")), .meeting(meeting(2, event: "U")), .meeting(occurrence),
                .meeting(otherCompany), .meeting(meeting(5)), .meeting(meeting(6)))

            let lost = CommitOutcome.lost(.meeting(meetingID(7)))
            #expect(try await store.commit([.meeting(meeting(7, activity: "A"))]) == lost)
            #expect(try await store.commit([.meeting(meeting(7, event: "U"))]) == lost)
            occurrence = meeting(7, event: "U")
            occurrence.occurrence = "2026-12-01T09:00:00Z"
            #expect(try await store.commit([.meeting(occurrence)]) == lost)
            #expect(try await store.meeting(meetingID(7)) == nil)

            var changed = try await store.row(5)
            changed.meeting.activity = activity("A")
            #expect(try await store.commit([.meeting(changed)]) == .lost(.meeting(meetingID(5))))
            changed.meeting.activity = nil
            changed.meeting.event = event("U")
            #expect(try await store.commit([.meeting(changed)]) == .lost(.meeting(meetingID(5))))
            changed.occurrence = "2026-12-02T09:00:00Z"
            try await store.put(.meeting(changed))
        }
    }

    @Test("Two rows become one in one commit, in whatever order its mutations stand", arguments: StoreKind.allCases)
    func joined(_ kind: StoreKind) async throws {
        for removalFirst in [true, false] {
            try await StoreBed.run(kind) { _, store async throws in
                try await store.put(.meeting(meeting(1, activity: "A")), .meeting(meeting(2, event: "U")))
                let twin = try await store.row(2)
                var joined = try await store.row(1)
                joined.meeting.event = twin.meeting.event
                let mutations = [
                    Mutation.meeting(joined), .removeMeeting(twin.id, version: twin.status.version),
                ]
                try await store.put(.journal(draft("x")))
                #expect(try await store.commit(removalFirst ? mutations.reversed() : mutations) == .committed)
                #expect(try await store.meeting(twin.id) == nil)
                #expect(try await store.meetings(activities: [activity("A")], events: ["U"]).map(\.id) == [joined.id])
                #expect(try await store.meetings(items: ["item of U"], in: user(1)).map(\.id) == [joined.id])
            }
        }
    }

    @Test("Two rows stay two where either has changed since, or another names the item", arguments: StoreKind.allCases)
    func notJoined(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(
                .meeting(meeting(1, activity: "A")), .meeting(meeting(2, event: "U")), .meeting(meeting(3, event: "V")))
            let twin = try await store.row(2)
            var joined = try await store.row(1)
            joined.meeting.event = twin.meeting.event
            try await store.put(.checkMeetings([twin.id]))
            #expect(
                try await store.commit([.meeting(joined), .removeMeeting(twin.id, version: twin.status.version)])
                    == .lost(.meeting(twin.id)))
            try await store.put(.checkMeetings([joined.id]))
            #expect(
                try await store.commit([.meeting(joined), .removeMeeting(twin.id, version: twin.status.version + 1)])
                    == .lost(.meeting(joined.id)))
            joined.status.version += 1
            joined.meeting.event = event("V")
            #expect(
                try await store.commit([.meeting(joined), .removeMeeting(twin.id, version: twin.status.version + 1)])
                    == .lost(.meeting(joined.id)))
            #expect(try await store.meetings([meetingID(1), meetingID(2), meetingID(3)]).count == 3)
        }
    }

    @Test("Rows are found by what they have and by what they name", arguments: StoreKind.allCases)
    func found(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var occurrence = meeting(3, event: "U")
            occurrence.occurrence = "2026-12-01T09:00:00Z"
            var namesActivity = meeting(4, event: "V")
            namesActivity.meeting.eventFacts.activity = activity("A")
            var namesEvent = meeting(5, activity: "B")
            namesEvent.meeting.activityFacts.meetingKey = "U"
            try await store.put(
                .meeting(meeting(1, activity: "A")), .meeting(meeting(2, event: "U")), .meeting(occurrence),
                .meeting(namesActivity), .meeting(namesEvent))
            func ids(_ activities: [String], _ events: [ICalUID]) async throws -> [MeetingID] {
                try await store.meetings(activities: activities.map(activity), events: events).map(\.id)
            }
            #expect(try await ids(["A"], []) == [1, 4].map(meetingID))
            #expect(try await ids([], ["U"]) == [2, 3, 5].map(meetingID))
            #expect(try await ids(["A", "A", "none"], ["U", "V", "u"]) == [1, 2, 3, 4, 5].map(meetingID))
            #expect(try await ids([], []).isEmpty)
            // Another company's.
            let other = ActivityKey(company: Company(200), activity: ActivityCode("A"))
            #expect(try await store.meetings(activities: [other], events: []).isEmpty)
        }
    }

    @Test(
        "A row is found by its item in any mailbox that it was seen in, and no more once it went",
        arguments: StoreKind.allCases)
    func items(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var row = meeting(1, of: 1, event: "U")
            row.copies = [user(2): "copy", user(3): "copy"]
            try await store.put(.meeting(row), .meeting(meeting(2, of: 2, event: "V")))
            func ids(_ items: ItemID..., in mailbox: Int) async throws -> [MeetingID] {
                try await store.meetings(items: items, in: user(mailbox)).map(\.id)
            }
            func seen(_ mailbox: Int, after: MeetingID? = nil, limit: Int = 9) async throws -> [MeetingID] {
                try await store.meetings(seenIn: user(mailbox), after: after, limit: limit).map(\.id)
            }
            #expect(try await ids("item of U", in: 1) == [meetingID(1)])
            #expect(try await ids("copy", "item of V", in: 2) == [meetingID(1), meetingID(2)])
            #expect(try await ids("item of U", in: 2).isEmpty)
            #expect(try await seen(2) == [meetingID(1), meetingID(2)])
            #expect(try await seen(2, after: meetingID(1)) == [meetingID(2)])
            #expect(try await seen(2, limit: 1) == [meetingID(1)])

            row = try await store.row(1)
            row.copies = [user(3): "another copy"]
            row.meeting.event = nil
            try await store.put(.meeting(row))
            #expect(try await ids("item of U", in: 1).isEmpty)
            #expect(try await ids("copy", in: 3).isEmpty)
            #expect(try await ids("another copy", in: 3) == [meetingID(1)])
            #expect(try await seen(2) == [meetingID(2)])
            try await store.put(.removeMeeting(row.id, version: row.status.version + 1))
            #expect(try await seen(3).isEmpty)
        }
    }

    @Test("A mailbox's and a company's rows come page by page", arguments: StoreKind.allCases)
    func pages(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            for number in [3, 1, 4, 2] {
                try await store.put(.meeting(meeting(number, activity: "ACT\(9 - number)", event: "U\(number)")))
            }
            try await store.put(
                .meeting(meeting(5, activity: "ACT0", .tombstone)), .meeting(meeting(6, of: 2, event: "U6")))
            var pages: [[MeetingRow]] = []
            repeat {
                pages.append(try await store.meetings(of: user(1), after: pages.last?.last?.id, limit: 2))
            } while pages.last?.isEmpty == false
            #expect(pages.map { $0.map(\.id) } == [[1, 2], [3, 4], [5], []].map { $0.map(meetingID) })
            func codes(after: String?, limit: Int) async throws -> [String?] {
                try await store.meetings(in: company, after: after.map { ActivityCode($0) }, limit: limit).map {
                    $0.meeting.activity?.activity.rawValue
                }
            }
            #expect(try await codes(after: nil, limit: 3) == ["ACT5", "ACT6", "ACT7"])
            #expect(try await codes(after: "ACT7", limit: 3) == ["ACT8"])
            #expect(try await store.meetings(in: Company(1), after: nil, limit: 3).isEmpty)
        }
    }

    @Test(
        "What the guard over ends takes its share of: a mailbox's events, a company's activities",
        arguments: StoreKind.allCases)
    func counts(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(
                .meeting(meeting(1, activity: "A", event: "U")), .meeting(meeting(2, activity: "B")),
                .meeting(meeting(3, event: "V")), .meeting(meeting(4, activity: "C", event: "W", .tombstone)),
                .meeting(meeting(5, of: 2, activity: "D", event: "X")))
            #expect(try await store.eventCount(of: user(1)) == 2)
            #expect(try await store.eventCount(of: user(2)) == 1)
            #expect(try await store.activityCount(in: company) == 3)
            #expect(try await store.activityCount(in: Company(200)) == 0)
        }
    }

    @Test("What several count together is exchanged only where nobody else has", arguments: StoreKind.allCases)
    func exchangedCursor(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(.exchangeCursor("guard", from: nil, to: "1"))
            #expect(
                try await store.commit([.exchangeCursor("guard", from: nil, to: "2")]) == .lost(.cursor("guard")))
            try await store.put(.exchangeCursor("guard", from: "1", to: "2"))
            #expect(
                try await store.commit([.meeting(meeting(1)), .exchangeCursor("guard", from: "1", to: "3")])
                    == .lost(.cursor("guard")))
            #expect(try await store.meeting(meetingID(1)) == nil)
            try await store.put(.cursor("delta", "x"))
            #expect(try await store.cursors(["guard", "delta", "none"]) == ["guard": "2", "delta": "x"])
        }
    }

    @Test(
        "From the commit that shows an event private on, nothing that was said of the meeting is to be read",
        arguments: StoreKind.allCases)
    func hidden(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            func said(of number: Int, _ words: String) -> Mutation {
                .journal(
                    JournalDraft(
                        user: user(1), item: MeetingRow.journalItem(meetingID(number)), rule: "CAL-9",
                        action: "conflict",
                        detail: words))
            }
            func request(of number: Int) -> Mutation {
                .outbox(
                    OutboxDraft(
                        meeting: meetingID(number), revision: 1, partition: 3, key: "k", data: Data("surgery".utf8)))
            }
            for number in 1...2 {
                var row = meeting(number, event: "U\(number)")
                row.meeting.observed.exchange = .present(
                    MeetingContent(time: .timed(start: .distantPast, end: .distantPast, zone: nil), subject: "surgery"),
                    "1")
                try await store.put(.meeting(row), said(of: number, "it was “surgery”"), request(of: number))
            }
            var row = try await store.row(1)
            var content = MeetingContent()
            content.sensitivity = .private
            row.meeting.observed.exchange = .present(content, "2")
            #expect(row.meeting.isHidden)
            // Lost, it hides nothing.
            var stale = row
            stale.status.version = 7
            #expect(try await store.commit([.meeting(stale)]) == .lost(.meeting(row.id)))
            #expect(try await store.journal(JournalQuery()).count { $0.draft.detail.contains("surgery") } == 2)

            try await store.put(.meeting(row), said(of: 1, "from now on a busy block"))
            let entries = try await store.journal(JournalQuery(item: row.journalItem)).map(\.draft)
            #expect(
                entries.map(\.detail) == [
                    "from now on a busy block", "hidden: its event was made private after this (CAL-19)",
                ])
            #expect(entries.map(\.action) == ["conflict", "conflict"])
            #expect(try await store.outbox([3], limit: 9).map(\.draft.meeting) == [meetingID(2)])
            #expect(
                try await store.journal(JournalQuery(item: MeetingRow.journalItem(meetingID(2)))).map(\.draft.detail)
                    == ["it was “surgery”"])

            // What is said of the busy block stays.
            try await store.put(.meeting(try await store.row(1)))
            #expect(try await store.journal(JournalQuery(item: row.journalItem))[0].draft == entries[0])
        }
    }
}

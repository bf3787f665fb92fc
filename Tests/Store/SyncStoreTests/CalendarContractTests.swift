import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's calendars and requests")
struct CalendarContractTests {
    @Test("What is known of a user's calendar comes back", arguments: StoreKind.allCases)
    func calendars(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            var user = syncUser(1)
            #expect(user.calendar == UserCalendar())
            let begun = bed.time.now + 0.25
            let calendars: [(ItemID?, CalendarBaseline, CalendarBaseline, Bool)] = [
                (nil, .none, .running(begun: begun, after: nil), false),
                ("calendar", .running(begun: begun, after: "ACT1"), .done(begun: begun), true),
                ("calendar", .done(begun: begun), .none, false),
            ]
            for (folder, ln, exchange, isActivated) in calendars {
                user.calendar.folder = folder
                user.calendar.baselines = Sides(ln: ln, exchange: exchange)
                user.calendar.isActivated = isActivated
                try await store.put(.user(user))
                user.version += 1
                #expect(try await store.users() == [user])
            }
        }
    }

    @Test(
        "A baseline begins on the sides that are meant, and with it nothing is trusted", arguments: StoreKind.allCases)
    func baselines(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            var done = syncUser(1)
            done.baseline = .done
            done.calendar.baselines = Sides(ln: .done(begun: bed.time.now), exchange: .done(begun: bed.time.now))
            try await store.put(
                .user(done), .user(syncUser(2)), .meeting(meeting(1)), .meeting(meeting(2, of: 2)),
                .contactLink(link("C1")))
            let planned = try await store.row(1)
            bed.time.advance(by: .seconds(9))
            let changes = try await store.controlChanges()
            try await store.put(.beginCalendarBaseline([user(1)], [.exchange], check: true))
            #expect(try await store.controlChanges() == changes + 1)
            let users = try await store.users()
            #expect(users[0].calendar.baselines.exchange == .running(begun: bed.time.now, after: nil))
            #expect(users[0].calendar.baselines.ln == done.calendar.baselines.ln)
            #expect(users[0].baseline == .done && users[0].version == 2)
            #expect(users[1].calendar == UserCalendar() && users[1].version == 1)

            let row = try await store.row(1)
            #expect(row.status.check && row.meeting.check && row.status.version == 2)
            #expect(try await store.row(2).status.check == false)
            #expect(try await store.contactLink(linkID("C1"))?.status.check == false)
            #expect(try await store.commit([.meeting(planned)]) == .lost(.meeting(planned.id)))
            #expect(
                try await store.commit([.removeMeeting(planned.id, version: planned.status.version)])
                    == .lost(.meeting(planned.id)))

            // Settled, it is trusted again; a new row was never distrusted.
            var settled = row
            settled.status.check = false
            settled.meeting.check = false
            try await store.put(.meeting(settled), .meeting(meeting(3)))
            #expect(try await store.row(1) == settled.committed)
            #expect(try await store.row(3).status.version == 1)

            // In another mailbox it keeps its version's order.
            var moved = try await store.row(1)
            moved.mailbox = user(2)
            try await store.put(.meeting(moved))
            #expect(try await store.row(1) == moved.committed)
            try await store.put(.beginCalendarBaseline([user(1), user(9)], [.ln, .exchange], check: false))
            #expect(try await store.row(1) == moved.committed)
            #expect(try await store.users()[0].calendar.baselines.ln == .running(begun: bed.time.now, after: nil))
            try await store.put(.removeMeeting(moved.id, version: moved.status.version + 1))
        }
    }

    private func request(_ number: Int, _ revision: Int64, partition: Int32 = 3) -> OutboxDraft {
        OutboxDraft(
            meeting: meetingID(number), revision: revision, partition: partition, key: "key \(number)",
            data: Data("\(number)/\(revision)".utf8))
    }

    @Test(
        "Requests are given in the order of their commits, to who holds their partition, until they are sent",
        arguments: StoreKind.allCases)
    func outbox(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let drafts = [request(1, 1), request(2, 1, partition: 4), request(1, 2), request(3, 1)]
            var times: [Date] = []
            for draft in drafts {
                bed.time.advance(by: .seconds(1))
                times.append(bed.time.now)
                try await store.put(.outbox(draft))
            }
            let all = try await store.outbox([3, 4, 17], limit: 9)
            #expect(all.map(\.draft) == drafts)
            #expect(all.map(\.time) == times)
            #expect(all.map(\.number) == all.map(\.number).sorted() && Set(all.map(\.number)).count == 4)
            #expect(try await store.outbox([3, 4], limit: 2).map(\.draft) == Array(drafts[..<2]))
            #expect(try await store.outbox([3], limit: 9).map(\.draft) == [drafts[0], drafts[2], drafts[3]])
            #expect(try await store.outbox([], limit: 9).isEmpty)
            #expect(try await store.outbox([3], limit: 0).isEmpty)

            try await store.put(.sent([all[0].number, all[1].number]))
            #expect(try await store.outbox([3, 4], limit: 9).map(\.draft) == [drafts[2], drafts[3]])
            // An acknowledgement that was committed already.
            try await store.put(.sent([all[0].number]))
            try await store.put(.sent(all.map(\.number)))
            #expect(try await store.outbox([3, 4], limit: 9).isEmpty)
            // Numbers are not given again.
            try await store.put(.outbox(request(4, 1)))
            #expect(try await store.outbox([3], limit: 9)[0].number > all[3].number)
        }
    }

    @Test("A request is not to be sent where its row was not committed", arguments: StoreKind.allCases)
    func outboxOfALostCommit(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var stale = meeting(1)
            stale.status.version = 4
            #expect(try await store.commit([.outbox(request(1, 5)), .meeting(stale)]) == .lost(.meeting(stale.id)))
            #expect(try await store.outbox([3], limit: 9).isEmpty)
        }
    }
}

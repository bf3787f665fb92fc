import ExchangeClient
import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@testable import ExchangeSource

@Suite("Which mailboxes are read next")
struct MailboxScheduleTests {
    private let users = (1...6).map { SyncUserID(LNUserCode("user\($0)")) }

    private func facts(
        _ user: SyncUserID, due: Bool = false, baseline: Bool = false, hinted: Bool = false
    ) -> MailboxSchedule.Facts {
        MailboxSchedule.Facts(user: user, isDue: due, isBaselineDue: baseline, isHinted: hinted)
    }

    @Test("Hints go first, new rounds last and in half of the places")
    func order() {
        var schedule = MailboxSchedule(parallel: 4, hintInterval: .seconds(2), owner: "reader")
        let begun = schedule.begin(
            [
                facts(users[0], baseline: true), facts(users[1], baseline: true), facts(users[2], baseline: true),
                facts(users[3], due: true), facts(users[4], hinted: true),
            ], uptime: .seconds(10))
        #expect(begun.count == 4)
        #expect(begun.prefix(2) == [users[4], users[3]])
        #expect(schedule.busy == 4)
        #expect(schedule.begin([facts(users[5], hinted: true)], uptime: .seconds(10)).isEmpty)
    }

    @Test("What hints ask for close behind a round waits for the interval; a failure for its pause; others for neither")
    func pauses() {
        var schedule = MailboxSchedule(parallel: 4, hintInterval: .seconds(2), owner: "reader")
        #expect(schedule.begin([facts(users[0], hinted: true)], uptime: .seconds(10)) == [users[0]])
        schedule.ended(users[0], .done)
        #expect(schedule.begin([facts(users[0], hinted: true)], uptime: .seconds(11)).isEmpty)
        #expect(schedule.nextStart([facts(users[0], hinted: true)], uptime: .seconds(11)) == .seconds(12))
        #expect(schedule.begin([facts(users[0], hinted: true)], uptime: .seconds(12)) == [users[0]])
        schedule.ended(users[0], .failed(until: .seconds(60)))
        #expect(schedule.failures(of: users[0]) == 1)
        let both = [facts(users[0], due: true), facts(users[1], due: true)]
        #expect(schedule.begin(both, uptime: .seconds(13)) == [users[1]])
        schedule.ended(users[1], .done)
        #expect(schedule.begin([facts(users[0], due: true)], uptime: .seconds(60)) == [users[0]])
        schedule.ended(users[0], .done)
        #expect(schedule.failures(of: users[0]) == 0)
    }

    @Test("Different processes begin with different mailboxes")
    func salt() {
        let users = (1...40).map { facts(SyncUserID(LNUserCode("user\($0)")), due: true) }
        var one = MailboxSchedule(parallel: 5, hintInterval: .seconds(2), owner: "reader-1")
        var other = MailboxSchedule(parallel: 5, hintInterval: .seconds(2), owner: "reader-2")
        #expect(one.begin(users, uptime: .zero) != other.begin(users, uptime: .zero))
    }
}

@Suite("What hints ask for")
struct MailboxWantsTests {
    @Test("A batch is one change; what is done is forgotten; too many items are a new round")
    func changes() {
        var wants = MailboxWants()
        wants.take([.init(), .init(items: [ItemID("a")]), .init(items: [ItemID("a"), ItemID("b")])], done: 0)
        #expect(wants.number == 1 && wants.isAny(after: 0) && !wants.isAny(after: 1))
        #expect(wants.items(after: 0).map(\.id) == [ItemID("a"), ItemID("b")])
        wants.take([.init(isFull: true)], done: 1)
        #expect(wants.items.isEmpty && wants.isFull(after: 1) && !wants.isFull(after: 2))
        wants.take([.init(items: (0...MailboxWants.mostItems).map { ItemID("\($0)") })], done: 2)
        #expect(wants.items.isEmpty && wants.isFull(after: 2))
        let text = try? wants.mutation(of: SyncUserID(LNUserCode("anna")))
        guard case .cursor(_, let value) = text else {
            Issue.record("no cursor")
            return
        }
        #expect(MailboxWants(text: value) == wants)
    }

    @Test(
        "Records that say nothing are told as such", arguments: ["no key", "another user", "another type", "no data"])
    func unreadable(_ what: String) throws {
        let anna = SyncUserID(LNUserCode("anna"))
        let hint = MailboxHint(user: what == "another user" ? SyncUserID(LNUserCode("ben")) : anna, by: "test")
        let envelope = Envelope(
            id: "1", source: "test", type: what == "another type" ? .hint : .mailboxHint, time: Date(), subject: "s")
        let record = ConsumerRecord(
            offset: 0, timestamp: nil, key: what == "no key" ? nil : Array(anna.description.utf8),
            value: what == "no data" ? nil : Array(try EventData.encode(hint)),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        guard case .unreadable = MailboxHintReading(record) else {
            Issue.record("it was read")
            return
        }
    }
}

@Suite("A page's rows")
struct PageReadingTests {
    private func event(_ item: String, _ etag: String = "1") -> ExchangeEvent {
        ExchangeEvent(
            key: EventKey(item: ItemID(item), uid: ICalUID("uid-\(item)")), etag: ETag(etag), content: MeetingContent(),
            created: Date(timeIntervalSince1970: 0))
    }

    @Test("Of an item's rows the last counts; one that is told as removed is proven whatever else is said")
    func once() {
        let page = PageReading([
            .event(event("a", "1")), .removed(ItemID("b")), .event(event("a", "2")), .event(event("b")),
            .removed(ItemID("c")), .removed(ItemID("c")),
        ])
        #expect(page.events.map(\.etag) == [ETag("2")])
        #expect(page.removed == [ItemID("b"), ItemID("c")])
        #expect(page.items == [ItemID("a")])
    }

    @Test("Occurrences are named by their series")
    func series() {
        let start = Date(timeIntervalSince1970: 1_796_115_600)
        var page = PageReading([
            .occurrence(
                CalendarOccurrence(
                    item: ItemID("o"), etag: ETag("1"), master: ItemID("m"), start: start, end: start + 60))
        ])
        #expect(page.missingMasters == [ItemID("m")] && page.uids.isEmpty)
        page.masters[ItemID("m")] = .init(uid: ICalUID("series"), owner: .external)
        #expect(page.missingMasters.isEmpty && page.uids == [ICalUID("series")])
        #expect(EventReduction.name(ofOccurrence: start) == "2026-12-01T09:00:00Z")
    }
}

@Suite("A mailbox's cursor")
struct CalendarCursorTests {
    @Test("It comes back as it was kept; one that an older program kept has the rest as at the beginning")
    func text() throws {
        let user = SyncUserID(LNUserCode("anna"))
        var cursor = CalendarCursor()
        cursor.link = "https://graph.example/v1.0/users/a/calendarView/delta?$deltatoken=a/b+c%3D"
        cursor.isInRound = true
        cursor.window = .init(start: Date(timeIntervalSince1970: 1.5), end: Date(timeIntervalSince1970: 2))
        cursor.passedOver = [.init(item: ItemID("i"), since: Date(timeIntervalSince1970: 3))]
        cursor.hintsDone = 7
        guard case .cursor(let name, let text) = try cursor.mutation(of: user) else {
            Issue.record("no cursor")
            return
        }
        #expect(CalendarCursor.kept(in: [name: text]) == [user: cursor])
        #expect(CalendarCursor(text: #"{"link":"l"}"#)?.link == "l")
        #expect(CalendarCursor(text: "nonsense") == nil)
    }
}

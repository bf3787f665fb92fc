import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import ExchangeSource

/// What one mailbox's reader sends, round by round.
@Suite("Rounds over a calendar's changes")
struct RoundTests {
    let anna = SyncUser("anna")
    let ben = SyncUser("ben")

    @Test("A first round sends every event once, read by key with our property, as back-fill under the lease's epoch")
    func firstRound() async throws {
        let bed = try await CalendarBed([anna])
        for number in 1...3 { try bed.make("Visit \(number)", of: anna, inDays: number) }
        try await bed.reading {
            try await bed.baselines()
            let sent = try bed.sent(anna)
            #expect(sent.compactMap(\.subject).sorted() == ["Visit 1", "Visit 2", "Visit 3"])
            #expect(sent.allSatisfy { $0.envelope.isBackfill && $0.changed?.owner == .user(anna.id) })
            #expect(Set(sent.map { $0.record.key }) == [Array(anna.id.description.utf8)])
            let epoch = try await bed.store.leases().first { $0.lease.name == CalendarCursor.lease(of: anna.id) }?.lease
                .epoch
            #expect(sent.allSatisfy { $0.sequence.epoch == epoch })
            #expect(bed.transport.requests.contains { $0.contains("singleValueExtendedProperties") })
            #expect(try await bed.cursor(of: anna)?.progress == nil)
        }
    }

    @Test(
        "Our property goes with an event that no row knows; a known one is sent as the page shows it, without a keyed read"
    )
    func knownEvents() async throws {
        let bed = try await CalendarBed([anna])
        let property =
            #""singleValueExtendedProperties":[{"id":"String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity","value":"1300/ACT1"}]"#
        let item = try bed.make("Visit", of: anna, inDays: 1, property)
        try await bed.reading {
            try await bed.baselines()
            let activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT1"))
            #expect(try bed.sent(anna).last?.changed?.facts.activity == activity)
            try await bed.takeIn()
            bed.transport.forget()
            try bed.change(item, of: anna, #"{"subject":"Visit moved"}"#)
            try await bed.pull(anna)
            let last = try #require(try bed.sent(anna).last)
            #expect(last.subject == "Visit moved" && !last.envelope.isBackfill)
            #expect(last.changed?.facts.activity == activity)
            #expect(bed.transport.requests.count == bed.transport.pages(), "only pages are read")
        }
    }

    @Test("A deletion is sent once a keyed read has proven it")
    func deletion() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            bed.transport.forget()
            try bed.delete(item, of: anna)
            try await bed.pull(anna)
            let last = try #require(try bed.sent(anna).last)
            #expect(last.deleted?.event.item == item)
            #expect(last.record.key == Array(anna.id.description.utf8))
            #expect(bed.transport.requests.count > bed.transport.pages(), "it was read by key")
            let count = try bed.sent(anna).count
            try await bed.takeIn()
            try await bed.pull(anna)
            #expect(try bed.sent(anna).count == count)
        }
    }

    @Test("A deletion that is read before the event has come to the rows is not lost")
    func deletionAheadOfIntake() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try bed.delete(item, of: anna)
            try await bed.pull(anna)
            #expect(try bed.sent(anna).allSatisfy { $0.deleted == nil }, "no row knows it")
            try await bed.takeIn()
            try await bed.pull(anna)
            #expect(try bed.sent(anna).last?.deleted?.event.item == item)
        }
    }

    @Test("False removals, repeats, other orders and empty pages: each event is sent as it is, none as deleted")
    func vices() async throws {
        let bed = try await CalendarBed([anna]) { tenant in
            tenant.vices.falseRemovals = 1
            tenant.vices.repeatedRows = 1
            tenant.vices.reorderedRows = 2
            tenant.vices.emptyPages = 2
            tenant.vices.lateChanges = 3
        }
        var items: [ItemID] = []
        for number in 0..<60 { items.append(try bed.make("Visit \(number)", of: anna, inDays: 1 + number)) }
        try await bed.reading { [items] in
            try await bed.baselines()
            try await bed.takeIn()
            for number in 0..<10 { try bed.change(items[number], of: anna, #"{"subject":"Changed \#(number)"}"#) }
            try bed.delete(items[59], of: anna)
            for _ in 0..<4 {
                try await bed.pull(anna)
                try await bed.takeIn()
            }
            let newest = Dictionary(
                try bed.sent(anna).map { ($0.event?.item, $0) }, uniquingKeysWith: { _, new in new })
            for number in 0..<59 {
                let wanted = number < 10 ? "Changed \(number)" : "Visit \(number)"
                #expect(newest[items[number]]?.subject == wanted)
            }
            #expect(try bed.sent(anna).compactMap(\.deleted).map(\.event.item) == [items[59]])
        }
    }

    @Test(
        "An expired place: a new round, and what rows know and it does not show is proven; what is unchanged is not sent again"
    )
    func expired() async throws {
        let bed = try await CalendarBed([anna])
        var items: [ItemID] = []
        for number in 0..<5 { items.append(try bed.make("Visit \(number)", of: anna, inDays: 1 + number)) }
        try await bed.reading { [items] in
            try await bed.baselines()
            try await bed.takeIn()
            let count = try bed.sent(anna).count
            try bed.delete(items[0], of: anna)
            try bed.change(items[1], of: anna, #"{"subject":"Changed"}"#)
            let late = try bed.make("Late", of: anna, inDays: 9)
            try bed.control(.post, "delta/expire", #"{"code":"resyncRequired","status":410}"#)
            try await bed.pull(anna)
            let sent = try bed.sent(anna).dropFirst(count)
            #expect(Set(sent.compactMap { $0.event?.item }) == [items[0], items[1], late])
            #expect(sent.compactMap(\.deleted).map(\.event.item) == [items[0]])
            #expect(sent.allSatisfy { $0.envelope.isBackfill })
            try await bed.takeIn()
            try bed.change(items[2], of: anna, #"{"subject":"Later"}"#)
            try await bed.pull(anna)
            #expect(try bed.subjects(anna).last == "Later", "the new place is followed")
        }
    }

    @Test("What was sent and no row has taken is sent again by a full pull, edits and deletions, and by no other")
    func passedOver() async throws {
        let bed = try await CalendarBed([anna])
        var items: [ItemID] = []
        for number in 0..<3 { items.append(try bed.make("Visit \(number)", of: anna, inDays: 1 + number)) }
        try await bed.reading { [items] in
            try await bed.baselines()
            try await bed.takeIn()
            try bed.delete(items[0], of: anna)
            try bed.change(items[1], of: anna, #"{"subject":"Changed"}"#)
            try await bed.pull(anna)
            var count = try bed.sent(anna).count
            try await bed.pull(anna)
            #expect(try bed.sent(anna).count == count)
            try await bed.pull(anna, isFull: true)
            #expect(try Set(bed.sent(anna).dropFirst(count).compactMap { $0.event?.item }) == [items[0], items[1]])
            try await bed.takeIn()
            count = try bed.sent(anna).count
            try await bed.pull(anna, isFull: true)
            #expect(try bed.sent(anna).count == count)
        }
    }

    @Test("The window moves by a new round: what has come into it is sent, what is known is not")
    func windowMoves() async throws {
        let bed = try await CalendarBed([anna])
        try bed.make("Near", of: anna, inDays: 30)
        try bed.make("Beyond", of: anna, inDays: 1828)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            #expect(try bed.subjects(anna) == ["Near"])
            let before = try #require(try await bed.cursor(of: anna)?.window)
            bed.time.pass(.seconds(8 * 86400))
            try await bed.eventually("the window has moved") { try await bed.cursor(of: anna)?.window != before }
            #expect(try bed.subjects(anna) == ["Near", "Beyond"])
        }
    }

    @Test("An event that is moved out of the window is sent with its own new time; a stranger outside of it is not")
    func movedOut() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        let past = try bed.make("Long ago", of: anna, inDays: -400)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            let start = bed.time.now - 30 * 86400
            try bed.change(
                item, of: anna, "{\"start\":\(CalendarBed.time(start)),\"end\":\(CalendarBed.time(start + 3600))}")
            try bed.change(past, of: anna, #"{"subject":"Long ago, with a note"}"#)
            try await bed.pull(anna)
            #expect(try bed.subjects(anna) == ["Visit", "Visit"])
            guard case .timed(let moved, _, _) = try bed.sent(anna).last?.changed?.content.time else {
                Issue.record("no time")
                return
            }
            #expect(moved < bed.time.now)
            // Whoever names an item gets it, past ones too (CAL-4).
            try await bed.pull(anna, items: [past])
            #expect(try bed.subjects(anna).last == "Long ago, with a note")
            #expect(try bed.sent(anna).map(\.envelope.isNamed) == [false, false, true])
        }
    }

    @Test("A series is sent as master, occurrences for a year, and the one that was changed for itself: all to rest")
    func recurring() async throws {
        let bed = try await CalendarBed([anna])
        let day = bed.time.now.addingTimeInterval(86400).formatted(.iso8601.year().month().day())
        let recurrence =
            #""recurrence":{"pattern":{"type":"absoluteMonthly","interval":1,"dayOfMonth":\#(Int(day.suffix(2)) ?? 1)},"range":{"type":"noEnd","startDate":"\#(day)"}}"#
        let series = try bed.make("Series", of: anna, inDays: 1, recurrence)
        try await bed.reading {
            try await bed.baselines()
            let sent = try bed.sent(anna).compactMap(\.changed)
            #expect(sent.allSatisfy { $0.facts.isRecurring })
            let master = try #require(sent.first { $0.event.item == series })
            #expect(master.occurrence.isEmpty)
            let occurrences = sent.filter { $0.event.item != series }
            #expect((10...13).contains(occurrences.count), "\(occurrences.count)")
            #expect(Set(occurrences.map(\.event.uid)) == [master.event.uid])
            #expect(Set(occurrences.map(\.occurrence)).count == occurrences.count)
            #expect(occurrences.allSatisfy { !$0.occurrence.isEmpty && $0.content.subject == nil })
            try await bed.takeIn()
            let second = try #require(occurrences.sorted { $0.occurrence < $1.occurrence }.dropFirst().first)
            try bed.change(second.event.item, of: anna, #"{"subject":"Exception"}"#)
            try await bed.pull(anna)
            let exception = try #require(try bed.sent(anna).last { $0.subject == "Exception" }?.changed)
            #expect(exception.occurrence == second.occurrence && exception.event.uid == master.event.uid)
            try await bed.takeIn()
            let count = try bed.sent(anna).count
            try await bed.pull(anna, isFull: true)
            #expect(try bed.sent(anna).count == count, "a new round sends nothing of it again")
        }
    }

    @Test("Every copy of a meeting goes to its organizer's partition, with its own answer; a stranger's is external")
    func copies() async throws {
        let bed = try await CalendarBed([anna, ben])
        try bed.make(
            "Together", of: anna, inDays: 1,
            #""attendees":[{"emailAddress":{"address":"ben@shop.example"},"type":"required"}]"#)
        let start = bed.time.now + 86400
        try bed.control(
            .post, "outside/invitations",
            """
            {"organizer":{"address":"eve@customer.example"},"iCalUId":"outside-1","subject":"At the customer's",
            "start":\(CalendarBed.time(start)),"end":\(CalendarBed.time(start + 3600)),
            "attendees":[{"emailAddress":{"address":"ben@shop.example"},"type":"required"}]}
            """)
        try await bed.reading {
            try await bed.baselines()
            let together = try bed.kafka.sent.filter { $0.subject == "Together" }
            #expect(Set(together.compactMap(\.user)) == [anna.id, ben.id])
            #expect(Set(together.compactMap { $0.changed?.event.uid }).count == 1)
            #expect(together.allSatisfy { $0.changed?.owner == .user(anna.id) })
            #expect(Set(together.map(\.record.key)) == [Array(anna.id.description.utf8)])
            let outside = try #require(try bed.kafka.sent.first { $0.subject == "At the customer's" })
            #expect(outside.changed?.owner == .external)
            #expect(
                outside.record.key
                    == Array(MeetingRecordKey(organizer: EmailAddress("eve@customer.example")).description.utf8))
        }
    }

    @Test("Of two items of one meeting the row's own is sent while it is there, then the other: neither is a deletion")
    func twoItems() async throws {
        let bed = try await CalendarBed([anna])
        @Sendable func invite(_ subject: String) throws {
            let guest = #""attendees":[{"emailAddress":{"address":"\#(anna.email)"},"type":"required"}]"#
            let organizer = #""organizer":{"address":"eve@customer.example"},"iCalUId":"outside-1""#
            try bed.control(.post, "outside/invitations", bed.event(subject, "\(guest),\(organizer)"))
        }
        @Sendable func takeBack(_ item: ItemID) throws {
            try bed.outlook(.post, anna, "events/\(item)/move", #"{"calendar":"calendar"}"#)
        }
        try invite("Acceptance")
        try await bed.reading {
            try await bed.baselines()
            let first = try #require(try bed.sent(anna).last?.event?.item)
            try await bed.takeIn()
            // The customer's update makes it anew.
            try bed.delete(first, of: anna)
            try invite("Acceptance, updated")
            try await bed.pull(anna)
            let second = try #require(try bed.sent(anna).last?.changed?.event.item)
            #expect(second != first)
            try await bed.takeIn()
            let count = try bed.sent(anna).count
            try takeBack(first)
            try await bed.pull(anna)
            try await bed.pull(anna, items: [first])
            try await bed.pull(anna, isFull: true)
            #expect(try bed.sent(anna).dropFirst(count).allSatisfy { $0.event?.item == second })
            try bed.delete(second, of: anna)
            try await bed.pull(anna)
            let last = try #require(try bed.sent(anna).last)
            #expect(last.changed?.event.item == first && last.subject == "Acceptance")
            #expect(try bed.sent(anna).allSatisfy { $0.deleted == nil })
            try await bed.takeIn()
            // The one that the customer cancels is not the one that is there.
            try takeBack(second)
            try await bed.pull(anna)
            try bed.control(
                .post, "outside/cancellations",
                #"{"organizer":{"address":"eve@customer.example"},"iCalUId":"outside-1","attendees":[{"emailAddress":{"address":"\#(anna.email)"},"type":"required"}]}"#
            )
            try await bed.pull(anna)
            try await bed.takeIn()
            let cancelled = try #require(try bed.sent(anna).last?.changed)
            #expect(cancelled.event.item == second && !cancelled.isCancelled)
        }
    }

    @Test("What is wrong with an event is journalled once, whoever's copy shows it and however often it is read")
    func faults() async throws {
        let bed = try await CalendarBed([anna, ben])
        let guests = ["ben@shop.example", "carl@shop.example;"].map {
            #"{"emailAddress":{"address":"\#($0)"},"type":"required"}"#
        }
        let item = try bed.make("Together", of: anna, inDays: 1, #""attendees":[\#(guests.joined(separator: ","))]"#)
        @Sendable func faults() async throws -> [String] {
            try await bed.store.journal(JournalQuery()).filter { $0.draft.action == "reported" }.map(\.draft.detail)
        }
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            // Both mailboxes may be read at the same time.
            let first = try await faults()
            #expect((1...2).contains(first.count) && Set(first).count == 1, "\(first)")
            for _ in 1...3 {
                let count = try bed.kafka.sent.count
                for user in [anna, ben] { try await bed.pull(user, isFull: true) }
                #expect(try bed.kafka.sent.count > count, "an attendee's copy is read anew")
            }
            #expect(try await faults() == first)
            try bed.change(
                item, of: anna,
                #"{"attendees":[\#(guests[0]),\#(guests[1]),\#(guests[1].replacing("carl", with: "dora"))]}"#)
            for user in [anna, ben] { try await bed.pull(user) }
            #expect(try await Set(faults()).count == 2, "another fault is another line")
        }
    }

    @Test("A body of two megabytes is left out, with a line that says so; all else goes on")
    func largeBody() async throws {
        let bed = try await CalendarBed([anna])
        let text = String(repeating: "word ", count: 400_000)
        try bed.make("Large", of: anna, inDays: 1, #""body":{"contentType":"text","content":"\#(text)"}"#)
        try bed.make("Small", of: anna, inDays: 2)
        try await bed.reading {
            try await bed.baselines()
            let large = try #require(try bed.sent(anna).first { $0.subject == "Large" })
            #expect(large.changed?.content.body == nil && (large.record.value?.count ?? 0) < 10_000)
            #expect(try bed.subjects(anna).contains("Small"))
            let lines = try await bed.store.journal(JournalQuery()).map(\.draft.detail)
            #expect(lines.contains { $0.hasPrefix("body: ") })
        }
    }
}

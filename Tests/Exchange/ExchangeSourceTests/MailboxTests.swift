import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import Runtime
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import ExchangeSource

@Suite("Mailboxes beside each other")
struct MailboxTests {
    let anna = SyncUser("anna")
    let ben = SyncUser("ben")
    let carl = SyncUser("carl")

    @Test("500 hints for one mailbox in 2 s cost at most two rounds")
    func coalescing() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading(partitions: [0, 1, 2, 3], { $0.deadlines.hintInterval = EventDeadlines().hintInterval }) {
            try await bed.baselines()
            try await bed.takeIn()
            try await Task.sleep(for: .seconds(3))
            bed.transport.forget()
            try bed.change(item, of: anna, #"{"subject":"Changed"}"#)
            let start = ContinuousClock.now
            for number in 1...500 {
                try await bed.hint(anna)
                if number % 5 == 0 { try await Task.sleep(for: .milliseconds(16)) }
            }
            try await bed.hintsDone()
            // A busy machine takes longer to send them: one more round for each further interval.
            let further = max(.zero, ContinuousClock.now - start - .seconds(2)) / EventDeadlines().hintInterval
            #expect(Double(bed.transport.pages()) <= 2 + further.rounded(.up), "\(bed.transport.pages()) pages")
            #expect(bed.transport.requests.count == bed.transport.pages())
            #expect(try bed.subjects(anna).count { $0 == "Changed" } == 1)
        }
    }

    @Test("500 hints that come while a round is under way cost one more, at whatever pace")
    func coalescedBesideARound() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading { [anna] in
            try await bed.baselines()
            try await bed.takeIn()
            let (isBegun, isOpen) = (Shared(false), Shared(false))
            bed.transport.before { request in
                guard request.path.contains("calendarView") else { return }
                isBegun.update { $0 = true }
                while !isOpen.value, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            }
            bed.transport.forget()
            try bed.change(item, of: anna, #"{"subject":"Changed"}"#)
            try await bed.hint(anna)
            try await bed.eventually("a round is under way") { isBegun.value }
            for _ in 1..<500 { try await bed.hint(anna) }
            try await bed.eventually("all hints are taken in") { try await bed.areHintsTakenIn() }
            isOpen.update { $0 = true }
            try await bed.hintsDone()
            #expect(bed.transport.pages() == 2, "\(bed.transport.requests)")
            #expect(bed.transport.requests.count == 2)
            #expect(try bed.subjects(anna).count { $0 == "Changed" } == 1)
        }
    }

    @Test("A mailbox that Exchange asks to rest holds up no other, and is left alone")
    func resting() async throws {
        let bed = try await CalendarBed([anna, ben])
        try bed.make("Anna's", of: anna)
        try bed.make("Ben's", of: ben)
        try bed.control(
            .post, "faults",
            #"{"kind":"status","mailbox":"anna@shop.example","count":100,"status":429,"retryAfter":600}"#)
        try await bed.reading {
            try await bed.baselines(of: [ben])
            #expect(try bed.subjects(ben) == ["Ben's"] && bed.subjects(anna).isEmpty)
            let asked = bed.transport.requests.count { $0.contains("anna") }
            try await bed.pull(ben)
            #expect(bed.transport.requests.count { $0.contains("anna") } == asked)
            #expect(asked == 1)
            try bed.control(.delete, "faults")
            bed.time.pass(.seconds(601))
            try await bed.baselines()
            #expect(try bed.subjects(anna) == ["Anna's"])
        }
    }

    @Test(
        "A mailbox that can't be used is quarantined with its reason beside good ones, and read again once it can be",
        arguments: ["unlicensed", "outOfScope"])
    func quarantine(_ kind: String) async throws {
        let bed = try await CalendarBed([anna, ben])
        try bed.make("Anna's", of: anna)
        try bed.make("Ben's", of: ben)
        try bed.control(.post, "mailboxes", #"{"address":"anna@shop.example","kind":"\#(kind)"}"#)
        try await bed.reading {
            try await bed.baselines(of: [ben])
            try await bed.eventually("it is quarantined") { try await bed.stored(anna).quarantine != nil }
            let quarantine = try #require(try await bed.stored(anna).quarantine)
            #expect(quarantine.attempts == 1 && !quarantine.reason.isEmpty)
            let journal = try await bed.store.journal(JournalQuery()).filter { $0.draft.action == "quarantined" }
            #expect(journal.count == 1 && journal.first?.draft.rule == "USR-3")
            try await bed.pull(ben)
            #expect(bed.transport.requests.count { $0.contains("anna") } == 1, "it is not asked again")
            try bed.control(.post, "mailboxes", #"{"address":"anna@shop.example","kind":"usable"}"#)
            bed.time.pass(.seconds(901))
            try await bed.baselines()
            #expect(try bed.subjects(anna) == ["Anna's"])
            try await bed.eventually("it is released") { try await bed.stored(anna).quarantine == nil }
        }
    }

    @Test("Whose quarantine a person ends is read at once")
    func resumed() async throws {
        let bed = try await CalendarBed([anna])
        try bed.make("Anna's", of: anna)
        try bed.control(.post, "mailboxes", #"{"address":"anna@shop.example","kind":"outOfScope"}"#)
        try await bed.reading {
            try await bed.eventually("it is quarantined") { try await bed.stored(anna).quarantine != nil }
            try bed.control(.post, "mailboxes", #"{"address":"anna@shop.example","kind":"usable"}"#)
            var released = try await bed.stored(anna)
            released.quarantine = nil
            #expect(try await bed.store.commit([.user(released)]) == .committed)
            bed.time.pass(.seconds(5))
            try await bed.baselines()
            #expect(try bed.subjects(anna) == ["Anna's"])
        }
    }

    @Test("A quarantine of another program's is not ended here")
    func anothersQuarantine() async throws {
        var anna = anna
        anna.quarantine = Quarantine(reason: "another's", since: Date(), until: Date() - 1, attempts: 2)
        let bed = try await CalendarBed([anna])
        try await bed.reading { [anna] in
            try await bed.baselines()
            #expect(try await bed.stored(anna).quarantine?.reason == "another's")
        }
    }

    @Test("The app registration is wrong: told once for all mailboxes, and taken back")
    func authorization() async throws {
        let bed = try await CalendarBed([anna, ben, carl])
        bed.secret.update { $0 = "wrong" }
        try await bed.reading(partitions: [0, 1, 2, 3], { $0.deadlines.mendPause = .milliseconds(20) }) {
            try await bed.eventually("it is kept for status") {
                ReadingTrouble.kept(in: try await bed.store.cursors())[LeaseName("reader/exchange")]?.needsPerson
                    == true
            }
            #expect(bed.log.lines.count { $0.contains("until a person mends it") } == 1)
            #expect(try await bed.store.users().allSatisfy { $0.quarantine == nil })
            bed.secret.update { $0 = "s" }
            try await bed.baselines()
            try await bed.eventually("it is taken back") {
                ReadingTrouble.kept(in: try await bed.store.cursors()).isEmpty
            }
        }
    }

    @Test(
        "A mailbox that can't be read says why to others, once however often it is tried, and that it is read again",
        arguments: [401, 429, 503])
    func trouble(_ status: Int) async throws {
        let bed = try await CalendarBed([anna, ben])
        try bed.make("Ben's", of: ben)
        try await bed.reading(partitions: [0, 1, 2, 3], { $0.deadlines.mendPause = .milliseconds(20) }) { [anna, ben] in
            func kept() async throws -> [LeaseName: ReadingTrouble] {
                ReadingTrouble.kept(in: try await bed.store.cursors())
            }
            try await bed.baselines()
            try bed.control(
                .post, "faults",
                #"{"kind":"status","mailbox":"anna@shop.example","count":100000,"status":\#(status),"retryAfter":0}"#)
            try await bed.hint(anna)
            try await bed.eventually("it is kept") { try await !kept().isEmpty }
            let first = try #require(try await kept()[CalendarCursor.lease(of: anna.id)])
            #expect(try await kept().count == 1, "it is no other's trouble")
            #expect(first.needsPerson == (status == 401) && first.text.contains("\(status)"))
            let asked = bed.transport.requests.count
            try await bed.eventually("it is tried again") { bed.transport.requests.count > asked + 4 }
            #expect(try await kept()[CalendarCursor.lease(of: anna.id)] == first)
            try await bed.hint(ben)
            try await bed.eventually("Ben's is read") { try await bed.cursor(of: ben)?.hintsDone == 1 }
            #expect(try await bed.cursor(of: anna)?.hintsDone == 0)
            #expect(try await bed.store.users().allSatisfy { $0.quarantine == nil })
            try bed.control(.delete, "faults")
            try await bed.hintsDone()
            try await bed.eventually("it is taken back") { try await kept().isEmpty }
        }
    }

    @Test("What passes with the next try is told to nobody")
    func passing() async throws {
        let bed = try await CalendarBed([anna])
        try await bed.reading { [anna] in
            try await bed.baselines()
            try bed.control(
                .post, "faults",
                #"{"kind":"status","mailbox":"anna@shop.example","count":1,"status":503,"retryAfter":0}"#)
            try await bed.pull(anna)
            let names = try await bed.store.cursors().keys
            #expect(!names.contains(ReadingTrouble.cursor(of: CalendarCursor.lease(of: anna.id))))
        }
    }

    enum Move: CaseIterable {
        /// Another mailbox under the same address: a day passes, a pull comes, a hint names what was in the one before.
        case day, pull, named
        /// LN names another address, and the mailbox before stays.
        case readdressed
    }

    @Test(
        "Another mailbox behind the user: its events are read anew, and none of the old ones is told as deleted",
        arguments: Move.allCases)
    func moved(_ move: Move) async throws {
        let bed = try await CalendarBed([anna])
        let old = try (1...3).map { try bed.make("Old \($0)", of: anna, inDays: $0) }
        try await bed.reading { [anna] in
            try await bed.baselines()
            try await bed.takeIn()
            let before = try await bed.stored(anna).calendar.folder
            var user = try await bed.stored(anna)
            user.calendar.isActivated = true
            if move == .readdressed {
                user.email = EmailAddress("anna.new@shop.example")
            } else {
                try bed.control(.delete, "mailboxes/anna@shop.example")
            }
            try bed.control(.post, "mailboxes", #"{"address":"\#(user.email)"}"#)
            try bed.make("New", of: user)
            var mutations = [Mutation.user(user)]
            if move == .readdressed {
                mutations += [
                    .beginCalendarBaseline([user.id], Set(Side.allCases), check: true), .hastenMeetings(of: user.id),
                ]
            }
            #expect(try await bed.store.commit(mutations) == .committed)
            switch move {
            case .day: bed.time.pass(.seconds(86401))
            case .pull: try await bed.pull(anna)
            case .named: try await bed.pull(anna, items: old)
            case .readdressed: break
            }
            try await bed.eventually("it is read anew") { try bed.subjects(anna).contains("New") }
            try await bed.baselines()
            #expect(try await bed.stored(anna).calendar.folder != before)
            #expect(try await !bed.stored(anna).calendar.isActivated, "what is made in it waits for approval")
            #expect(try bed.sent(anna).allSatisfy { $0.deleted == nil })
            let journal = try await bed.store.journal(JournalQuery())
            #expect(journal.contains { $0.draft.action == "moved" && $0.draft.rule == "USR-1" })
        }
    }

    @Test("An event that its user moves to another calendar is not told as deleted: it is journalled once")
    func otherCalendar() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading { [anna] in
            try await bed.baselines()
            try await bed.takeIn()
            let other = try #require(
                try bed.outlook(.post, anna, "calendars", #"{"name":"Private"}"#)["id"] as? String)
            try bed.outlook(.post, anna, "events/\(item)/move", #"{"calendar":"\#(other)"}"#)
            try await bed.pull(anna)
            try await bed.pull(anna, items: [item])
            try await bed.pull(anna, isFull: true)
            #expect(try bed.sent(anna).allSatisfy { $0.deleted == nil })
            let told = try await bed.store.journal(JournalQuery()).filter { $0.draft.rule == "CAL-4" }
            #expect(told.count == 1)
            #expect(told.first?.draft.detail.contains("move it back") == true)
            #expect(try await bed.cursor(of: anna)?.elsewhere == [item])

            let count = try bed.sent(anna).count
            try bed.outlook(.post, anna, "events/\(item)/move", #"{"calendar":"calendar"}"#)
            try await bed.pull(anna)
            #expect(try bed.sent(anna).count == count + 1, "its row may wait for it")
            #expect(try await bed.cursor(of: anna)?.elsewhere == [])
            try bed.delete(item, of: anna)
            try await bed.pull(anna)
            #expect(try bed.sent(anna).last?.deleted != nil)
        }
    }

    @Test("One mailbox serves one user: of two the higher-coded is quarantined")
    func oneMailbox() async throws {
        var ben = ben
        ben.email = EmailAddress("ANNA@shop.example")
        let bed = try await CalendarBed([anna])
        #expect(try await bed.store.commit([.user(ben)]) == .committed)
        try bed.make("Visit", of: anna)
        try await bed.reading { [ben] in
            try await bed.eventually("one is quarantined") {
                try await bed.store.users().contains { $0.quarantine != nil }
            }
            try await bed.eventually("the other is read") { try bed.kafka.sent.contains { $0.subject == "Visit" } }
            let quarantined = try #require(try await bed.store.users().first { $0.quarantine != nil })
            #expect(try bed.kafka.sent.allSatisfy { $0.user != quarantined.id })
            #expect(quarantined.quarantine?.reason.contains("one mailbox serves one active user") == true)
            _ = ben
        }
    }

    @Test("Stopped, no request is begun; a switch that comes back goes on from the place")
    func switches() async throws {
        let bed = try await CalendarBed([anna], isStarted: false)
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await Task.sleep(for: .milliseconds(200))
            #expect(bed.transport.requests.isEmpty)
            _ = try await bed.store.commit([try .setting(.control, Control(isStarted: true), by: "test")])
            try await bed.baselines()
            try await bed.takeIn()
            let off = ComParameters(synchronizeContacts: true, synchronizeActivities: false)
            _ = try await bed.store.commit([try .setting(.comParameters, off, by: "LN")])
            try await Task.sleep(for: .milliseconds(100))
            bed.transport.forget()
            try bed.change(item, of: anna, #"{"subject":"Changed"}"#)
            try await bed.hint(anna)
            try await Task.sleep(for: .milliseconds(200))
            #expect(bed.transport.requests.isEmpty)
            let on = ComParameters(synchronizeContacts: true, synchronizeActivities: true)
            _ = try await bed.store.commit([try .setting(.comParameters, on, by: "LN")])
            try await bed.hintsDone()
            #expect(try bed.subjects(anna) == ["Visit", "Changed"])
            #expect(bed.transport.requests.count == 1, "one page from the place")
        }
    }

    @Test("Missed ticks are caught up once, at the interval aligned to the clock")
    func ticks() async throws {
        let bed = try await CalendarBed([anna])
        try await bed.reading {
            try await bed.baselines()
            bed.transport.forget()
            try await Task.sleep(for: .milliseconds(100))
            #expect(bed.transport.requests.isEmpty)
            bed.time.pass(.seconds(5 * 3600))
            try await bed.eventually("it is caught up") { bed.transport.pages() > 0 }
            try await Task.sleep(for: .milliseconds(100))
            #expect(bed.transport.pages() == 1)
        }
    }

    @Test("What can't be read as a hint is a dead letter, and hints behind it are done")
    func unreadableHints() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            try bed.change(item, of: anna, #"{"subject":"Changed"}"#)
            _ = try await bed.kafka.send(
                .init(
                    topic: Topic.exchangeNotifications.name, key: Array(anna.id.description.utf8),
                    value: Array("{".utf8)))
            try await bed.pull(anna)
            #expect(try bed.subjects(anna).last == "Changed")
            #expect(bed.log.lines.contains { $0.contains("a hint can't be read") })
            let letters = bed.kafka.logs.filter { $0.key.topic.hasSuffix(".dead-letter") }
            #expect(letters.map(\.key.topic) == ["exchange.notifications.exchange-producer.dead-letter"])
            #expect(letters.flatMap(\.value).map(\.value) == [Array("{".utf8)])
            let journal = try await bed.store.journal(JournalQuery()).filter { $0.draft.action == "dead-lettered" }
            #expect(journal.count == 1 && journal.first?.draft.detail.contains("exchange.notifications") == true)
        }
    }

    @Test("A pull over 50 mailboxes of unchanged events reads one page of changes each, and nothing else")
    func cost() async throws {
        let users = (1...50).map { SyncUser("user\($0)") }
        let bed = try await CalendarBed(users)
        for user in users { for number in 1...20 { try bed.make("Visit \(number)", of: user, inDays: number) } }
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            bed.transport.forget()
            let sent = try bed.kafka.sent.count
            bed.time.pass(.seconds(3600))
            try await bed.eventually("all are read") { bed.transport.pages() >= 50 }
            try await bed.eventually("all cursors have moved") {
                try await bed.store.cursors().filter { $0.key.rawValue.hasPrefix("calendar/") }.values.allSatisfy {
                    CalendarCursor(text: $0)?.lastRound.map { bed.time.now.timeIntervalSince($0) < 1800 } ?? false
                }
            }
            #expect(bed.transport.requests.count == 50, "\(bed.transport.requests.count) requests")
            #expect(bed.transport.pages() == 50)
            #expect(try bed.kafka.sent.count == sent)
        }
    }
}

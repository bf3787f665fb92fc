import Administration
import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What status says somebody has to do")
struct StatusConcernTests {
    @Test("Of the contacts that are refused some are named, those alone that still are")
    func refused() async throws {
        let bed = try await AdministrationBed()
        for code in ["C1", "C2", "C3"] {
            try await bed.put(ContactLinkID(bed.anna, code)) { $0.status.state = code == "C2" ? .settled : .refused }
            let entry = JournalDraft(
                user: bed.anna.id, item: "contact/1300/\(code)", rule: "CON-3", action: "refused", detail: "")
            #expect(try await bed.store.commit([.journal(entry), .journal(entry)]) == .committed)
        }
        let users = try await bed.administration.status(nil, zone: .gmt).users
        #expect(users.map(\.refusedContacts) == [["C3", "C1"].map { ContactCode($0) }, nil])
    }

    @Test("Meetings that are refused are something to do: how many, whose, which, and how they are tried again")
    func refusedMeetings() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        func toDo() async throws -> [String] {
            let report = try await calendar.bed.administration.status(nil, zone: .gmt)
            #expect(!report.concerns.contains { $0.text.contains("refused") }, "they count as done")
            return report.refusals
        }
        #expect(try await toDo().isEmpty)
        let refused: (inout MeetingRow) -> Void = { $0.status.state = .refused }
        let rows = [
            calendar.activity(1, calendar.content("Visit"), refused),
            calendar.event(2, calendar.content("Fair"), refused),
            calendar.activity(3, calendar.content("In step")),
        ]
        for row in rows { try await calendar.put(row) }
        let end = "Mend what is said there; lnsync sync now --calendars --full then tries them again"
        #expect(
            try await toDo() == ["2 meetings of anna are refused: lnsync plan --user anna says which, and why. \(end)"])
        for row in rows {
            let entry = JournalDraft(
                user: calendar.anna.id, item: row.journalItem, rule: "CAL-7", action: "refused", detail: "")
            #expect(try await calendar.bed.store.commit([.journal(entry), .journal(entry)]) == .committed)
        }
        #expect(
            try await toDo() == [
                "2 meetings of anna are refused: \(rows[1].id), 1300/ACT000001 (lnsync item explain \(rows[1].id) says why). \(end)"
            ])
        let explained = try #require(
            try await calendar.bed.administration.explainMeeting("1300/ACT000001", nil, zone: .gmt))
        #expect(explained.waitsFor?.contains("lnsync sync now --calendars --full") == true)
    }

    @Test("What keeps an installation from being in step is said in sentences, what a person has to do first")
    func concerns() async throws {
        let bed = try await AdministrationBed()
        func texts() async throws -> [String] {
            try await bed.administration.status(nil, zone: .gmt).concerns.map { "\($0.kind): \($0.text)" }
        }
        let uncounted = "underWay: dead letters could not be counted"
        #expect(try await texts() == ["person: synchronisation is stopped: lnsync start", uncounted])
        try await bed.administration.start()
        #expect(
            try await texts() == [
                "person: settings and users were not read from LN yet: see ln-producer's log", uncounted,
            ])
        try await bed.takeOver()
        try await bed.run("contact-worker")
        #expect(try await texts() == [uncounted])
        try await bed.put(ContactLinkID(bed.anna, "C1")) { link in
            link.status.state = .due
            link.status.due = bed.time.now
        }
        #expect(try await texts() == ["underWay: 1 contact to be written", uncounted])
        _ = try await bed.administration.pause("anna")
        #expect(
            try await texts() == [
                "person: anna is paused, and 1 contact of his waits: lnsync resume anna",
                "underWay: 1 contact to be written", uncounted,
            ])
    }

    private func texts(_ bed: AdministrationBed) async throws -> [String] {
        try await bed.administration.status(nil, zone: .gmt).concerns.map { "\($0.kind): \($0.text)" }
            .filter { !$0.contains("dead letters") }
    }

    @Test("LN that can't be read is said with its reason, once, while a reader runs; what a person mends comes first")
    func troubleWithLN() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver()
        try await bed.run("contact-worker")
        try await bed.administration.start()
        let readers = ["reader/1300/contact", "reader/1300/settings"].map { LeaseName($0) }
        var leases: [Lease] = []
        for reader in readers {
            leases.append(try #require(try await bed.store.acquireLease(reader, owner: "one", for: .seconds(13))))
        }
        func keep(_ text: String?, needsPerson: Bool) async throws {
            let trouble = text.map { ReadingTrouble(since: bed.time.now, text: $0, needsPerson: needsPerson) }
            #expect(
                try await bed.store.commit(try readers.map { try ReadingTrouble.keep(trouble, of: $0) }) == .committed)
        }
        try await keep("the credentials are refused", needsPerson: true)
        #expect(try await texts(bed) == ["person: LN can't be read: the credentials are refused"])
        #expect(try await bed.administration.troubleWithLN(Company(1300))?.text == "the credentials are refused")
        #expect(try await bed.administration.troubleWithLN(Company(1301)) == nil)
        try await keep("no connection", needsPerson: false)
        #expect(
            try await texts(bed) == ["underWay: LN can't be read at the moment, and is tried again: no connection"])
        try await bed.administration.stop()
        #expect(try await texts(bed) == ["person: synchronisation is stopped: lnsync start"])
        try await bed.administration.start()
        try await keep(nil, needsPerson: false)
        #expect(try await texts(bed).isEmpty)
        try await keep("no connection", needsPerson: false)
        // Nobody reads any more: that is what is to be said.
        for lease in leases { try await bed.store.releaseLease(lease) }
        #expect(try await texts(bed).isEmpty, "a company that was never pulled was a wrong one")
        #expect(
            try await bed.store.commit([.cursor(CursorName("pull/1300/contact"), "2026-01-01T00:00:00Z")]) == .committed
        )
        #expect(try await texts(bed).allSatisfy { $0.hasPrefix("person: nobody does reader/1300/") })
        #expect(try await texts(bed).count == 2)
    }

    @Test("Contacts that were tried and not written are said with why, alike ones together, what a person mends first")
    func failing() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver()
        try await bed.run("contact-worker")
        try await bed.administration.start()
        func put(_ user: SyncUser, _ code: String, _ reason: String?) async throws {
            try await bed.put(ContactLinkID(user, code)) { link in
                link.status.state = .due
                link.status.due = bed.time.now
                link.status.reason = reason
            }
        }
        try await put(bed.anna, "C1", nil)
        #expect(try await texts(bed) == ["underWay: 1 contact to be written"])
        for user in [bed.anna, bed.bea] {
            try await put(user, "C2", RowStatus.reason(untilMended: "the secret has expired: make a new one"))
        }
        #expect(
            try await texts(bed) == [
                "person: 2 contacts of 2 users can't be written: the secret has expired: make a new one. It is tried again every minute: nothing has to be started anew",
                "underWay: 3 contacts to be written",
            ])
        bed.time.advance(by: .seconds(1))
        try await put(bed.bea, "C3", "Graph answered 503")
        #expect(
            try await texts(bed) == [
                "person: 1 contact of anna can't be written: the secret has expired: make a new one. It is tried again every minute: nothing has to be started anew",
                "underWay: 4 contacts to be written",
                "underWay: 2 contacts of bea can't be written yet: Graph answered 503",
            ])
        // A quarantined mailbox is told of by itself.
        var anna = try #require(try await bed.store.users().first { $0.id == bed.anna.id })
        anna.quarantine = Quarantine(
            reason: "no licence", since: bed.time.now, until: bed.time.now + 600, attempts: 1)
        #expect(try await bed.store.commit([.user(anna)]) == .committed)
        #expect(try await !texts(bed).contains { $0.contains("of anna can't be written") })
        #expect(
            try await texts(bed).first
                == "person: the mailbox of anna (anna@shop.example) is left alone: no licence. It is tried again by itself in 10 min, or "
                + "at once by lnsync resume anna")
    }

    @Test("Of reasons that all differ a few are told")
    func manyReasons() async throws {
        let users = (1...9).map { SyncUser("user\($0)") }
        let bed = try await AdministrationBed(users)
        try await bed.takeOver()
        try await bed.run("contact-worker")
        try await bed.administration.start()
        for user in users {
            try await bed.put(ContactLinkID(user, "C1")) { link in
                link.status.state = .due
                link.status.due = bed.time.now
                link.status.reason = "Graph answered 503 (request \(user.code))"
            }
        }
        let texts = try await texts(bed)
        #expect(texts.count == 7)
        #expect(texts[1] == "underWay: 1 contact of user1 can't be written yet: Graph answered 503 (request user1)")
        #expect(texts.last == "underWay: contacts of 4 more users can't be written yet: see lnsync item explain")
    }

    @Test("A partition that stands still is under way for a quarter of an hour; then somebody has to look")
    func standingPartition() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver()
        try await bed.run("contact-worker")
        try await bed.administration.start()
        let name = LeaseName.intake(of: "contact-worker", IntakePartition(topic: "ln.contact-changes", partition: 3))
        let why = "contact-worker reads ln.contact-changes/3 no further: the dead-letter topic is not there"
        let trouble = ReadingTrouble(since: bed.time.now, text: why, needsPerson: false)
        #expect(try await bed.store.commit([try ReadingTrouble.keep(trouble, of: name)]) == .committed)
        #expect(try await texts(bed) == ["underWay: \(why). It is tried again"])
        #expect(try await bed.administration.troubleWithLN() == nil)
        bed.time.advance(by: .seconds(901))
        #expect(try await texts(bed) == ["person: \(why)"])
        #expect(try await bed.store.commit([try ReadingTrouble.keep(nil, of: name)]) == .committed)
        #expect(try await texts(bed).isEmpty)
    }

    @Test("LN that can't be reached is under way for a quarter of an hour; then somebody has to look")
    func longTrouble() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver()
        try await bed.run("contact-worker")
        try await bed.administration.start()
        let reader = LeaseName("reader/1300/contact")
        _ = try await bed.store.acquireLease(reader, owner: "one", for: .seconds(86400))
        let trouble = ReadingTrouble(since: bed.time.now, text: "no connection", needsPerson: false)
        #expect(try await bed.store.commit([try ReadingTrouble.keep(trouble, of: reader)]) == .committed)
        bed.time.advance(by: .seconds(900))
        #expect(
            try await texts(bed) == ["underWay: LN can't be read at the moment, and is tried again: no connection"])
        bed.time.advance(by: .seconds(1))
        #expect(try await texts(bed) == ["person: LN can't be read: no connection"])
    }

    @Test(
        "A program that is needed and does not run is said, with what stands still and how it is started; what is off needs none"
    )
    func missingPrograms() async throws {
        let bed = try await AdministrationBed()
        func missing() async throws -> [String] {
            try await texts(bed).filter { $0.hasPrefix("person: no ") && $0.contains(" runs") }
        }
        try await bed.takeOver(activities: true)
        #expect(try await missing().isEmpty, "stopped, nothing is needed")
        try await bed.administration.start()
        #expect(
            try await missing() == [
                "person: no contact-worker runs: LN's contacts are not written to the mailboxes. Start it: docker compose up -d "
                    + "contact-worker. Where it ends again, its log says why",
                "person: no calendar-worker runs: nothing is written to LN's activities and to the calendars. Start it: docker compose "
                    + "up -d calendar-worker. Where it ends again, its log says why",
                "person: no exchange-producer runs: what changes in Outlook's calendars is not read. Start it: docker compose up -d "
                    + "exchange-producer. Where it ends again, its log says why",
            ])
        try await bed.run("contact-worker", "calendar-worker")
        #expect(try await missing().count == 1)
        try await bed.takeOver(activities: false)
        #expect(try await missing().isEmpty)
        try await bed.takeOver(contacts: false, activities: true)
        #expect(try await bed.administration.missingReader(.contacts) == nil)
        #expect(
            try await bed.administration.missingReader(.calendars)
                == "no exchange-producer runs: what changes in Outlook's calendars is not read. Start exchange-producer; the pull goes "
                + "on then")
        // Killed: its sign ends by itself.
        let sign = try #require(
            try await bed.store.acquireLease(
                ProgramSign.lease(of: "exchange-producer"), owner: "two", for: ProgramSign.duration))
        #expect(try await missing().isEmpty)
        #expect(try await bed.administration.missingReader(.calendars) == nil)
        bed.time.advance(by: ProgramSign.duration)
        #expect(
            try await missing().first?.hasPrefix("person: no exchange-producer runs any more (the last was two)")
                == true)
        #expect(sign.owner == "two")
        let report = try await bed.administration.status(nil, zone: .gmt)
        #expect(report.missingPrograms.map(\.program) == ["exchange-producer"])
        #expect(
            !report.leases.contains { $0.lease.rawValue.contains("exchange-producer") }, "nothing is done under a sign")
    }

    @Test("Where the store can't be written that is said, not that programs and readers which can't show it don't run")
    func unwritableStore() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver()
        try await bed.administration.start()
        _ = try await bed.store.acquireLease(LeaseName("reader/1300/contact"), owner: "one", for: .zero)
        #expect(
            try await bed.store.commit([.cursor(CursorName("pull/1300/contact"), "2026-01-01T00:00:00Z")]) == .committed
        )
        #expect(await bed.administration.storeTrouble() == nil)
        var report = try await bed.administration.status(nil, zone: .gmt)
        #expect(report.leases.map(\.lease.rawValue) == ["reader/1300/contact"], "the attempt is no work")
        func toDo() -> [String] { report.concerns.filter { $0.kind == .person }.map(\.text) }
        #expect(toDo().count == 2)
        report.storeTrouble = "/data/store.sqlite can't grow: free space on its disk"
        #expect(
            toDo() == [
                "the store can't be written, and all programs wait until it can; they go on by themselves then: "
                    + "/data/store.sqlite can't grow: free space on its disk"
            ])
    }

    @Test("The app registration's trouble is somebody's to do, while an exchange-producer runs that has it")
    func exchangeTrouble() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver(activities: true)
        try await bed.run("contact-worker", "calendar-worker", "exchange-producer")
        try await bed.administration.start()
        func told() async throws -> [String] { try await texts(bed).filter { $0.contains("Outlook's calendars") } }
        #expect(try await told().isEmpty)
        let trouble = ReadingTrouble(since: bed.time.now, text: "the secret has expired", needsPerson: true)
        #expect(try await bed.store.commit([try ReadingTrouble.keep(trouble, of: .exchangeReader)]) == .committed)
        #expect(
            try await told() == [
                "person: Outlook's calendars can't be read: the secret has expired. It is tried again every minute: nothing has to be "
                    + "started anew"
            ])
        try await bed.takeOver(activities: false)
        #expect(try await told().isEmpty)
    }

    @Test(
        "A calendar that can't be read is told with why, while somebody tries; what lasts, or a person has to mend, is to do"
    )
    func calendarTrouble() async throws {
        let bed = try await AdministrationBed([SyncUser("anna"), SyncUser("bea")])
        try await bed.takeOver(activities: true)
        try await bed.run("contact-worker", "calendar-worker", "exchange-producer")
        try await bed.administration.start()
        func told() async throws -> [String] { try await texts(bed).filter { $0.contains("anna@shop.example") } }
        func keep(_ text: String, needsPerson: Bool) async throws {
            let trouble = ReadingTrouble(since: bed.time.now, text: text, needsPerson: needsPerson)
            let mutation = try ReadingTrouble.keep(trouble, of: CalendarCursor.lease(of: bed.anna.id))
            #expect(try await bed.store.commit([mutation]) == .committed)
        }
        let what = "the calendar of anna (anna@shop.example) can't be read"
        try await keep("a fresh token was refused", needsPerson: true)
        #expect(
            try await told() == [
                "person: \(what): a fresh token was refused. It is tried again every minute: nothing has to be started anew"
            ])
        #expect(try await texts(bed).allSatisfy { !$0.contains("Outlook's calendars") })
        try await keep("Graph answered 503", needsPerson: false)
        #expect(try await told() == ["underWay: \(what) at the moment, and is tried again: Graph answered 503"])
        bed.time.advance(by: .seconds(901))
        #expect(
            try await told() == [
                "person: \(what) for 16 min: Graph answered 503. Look whether the mailbox can be opened in Outlook, and what "
                    + "Microsoft 365's service health says. It is tried again by itself"
            ])
        _ = try await bed.administration.pause("anna")
        #expect(try await told().isEmpty, "nobody tries")
    }

    @Test("A calendar that was not read for a while after its pull is told, while nothing else is said of why")
    func overdueCalendars() async throws {
        var users = [SyncUser("a"), SyncUser("b"), SyncUser("c")]
        for index in users.indices {
            users[index].baseline = .done
            let done = CalendarBaseline.done(begun: Date(timeIntervalSince1970: 1))
            users[index].calendar.baselines = Sides(ln: done, exchange: done)
        }
        users[2].isPaused = true
        let bed = try await AdministrationBed(users)
        try await bed.takeOver(activities: true)
        try await bed.run("contact-worker", "calendar-worker", "exchange-producer")
        try await bed.administration.start()
        // Pulls are every 15 minutes.
        bed.time.advance(by: .seconds(900 - bed.time.now.timeIntervalSince1970.truncatingRemainder(dividingBy: 900)))
        for user in users {
            var cursor = CalendarCursor()
            cursor.lastRound = bed.time.now
            #expect(try await bed.store.commit([try cursor.mutation(of: user.id)]) == .committed)
        }
        func told() async throws -> [String] { try await texts(bed).filter { $0.contains("to the end") } }
        bed.time.advance(by: .seconds(900 + 120))
        #expect(try await told().isEmpty)
        bed.time.advance(by: .seconds(1))
        #expect(
            try await told() == [
                "underWay: 2 calendars of Outlook's were not read to the end since the last pull: exchange-producer's log says why"
            ])
        var cursor = CalendarCursor()
        cursor.lastRound = bed.time.now
        #expect(try await bed.store.commit([try cursor.mutation(of: users[0].id)]) == .committed)
        #expect(try await told().first?.hasPrefix("underWay: 1 calendar of Outlook's was not read") == true)
    }

    @Test(
        "A question about a meeting waits for a person also while the switch is off; a plan, which nobody can approve then, does not"
    )
    func questionsWhileOff() async throws {
        let calendar = try await CalendarBed()
        try await calendar.bed.run("contact-worker", "calendar-worker", "exchange-producer")
        try await calendar.put(
            calendar.activity(1, calendar.content("Visit"), CalendarBed.held(.activation)),
            calendar.activity(2, calendar.content("Other"), CalendarBed.held(.twins)))
        #expect(try await texts(calendar.bed).count == 2)
        try await calendar.bed.takeOver(activities: false)
        #expect(try await texts(calendar.bed) == ["person: 1 meeting of anna is held: lnsync holds list"])
    }
}

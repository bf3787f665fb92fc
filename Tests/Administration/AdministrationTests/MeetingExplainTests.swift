import Administration
import Foundation
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("One meeting, explained")
struct MeetingExplainTests {
    private func explain(_ calendar: CalendarBed, _ text: String) async throws -> MeetingExplanation? {
        try await calendar.bed.administration.explainMeeting(text, Company(1300), zone: calendar.zone)
    }

    @Test("By activity, by its code, by the event's id and its iCalUId: the three snapshots and the journal")
    func snapshots() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let old = calendar.content("Visit", attendees: ["bob@x.example"])
        var (ln, exchange) = (old, old)
        ln.subject = "Visit of the plant"
        exchange.location = "Gate 2"
        let row = calendar.linked(1, old, ln: ln, exchange: exchange) { row in
            row.meeting.base = .content(.init(ln: old, exchange: old, waiting: [.body]))
            row.status.state = .due
            row.status.due = calendar.now
        }
        try await calendar.put(row)
        #expect(
            try await calendar.bed.store.commit([
                .journal(
                    JournalDraft(
                        user: calendar.anna.id, item: "meeting/\(row.id)", rule: "CAL-9", action: "updated",
                        detail: "Subject"))
            ]) == .committed)
        let event = try #require(row.meeting.event)
        for text in ["1300/ACT000001", "1300/act000001", "ACT000001", event.uid.rawValue, event.item.rawValue] {
            let explanation = try #require(try await explain(calendar, text), "\(text)")
            #expect(explanation.meeting.id == row.id)
            let subject = try #require(explanation.fields.first { $0.field == "Subject" })
            #expect([subject.ln, subject.lastInStep, subject.outlook] == ["Visit of the plant", "Visit", "Visit"])
            let location = try #require(explanation.fields.first { $0.field == "Location" })
            #expect([location.ln, location.lastInStep, location.outlook] == ["", "", "Gate 2"])
            #expect(explanation.fields.first { $0.field == "Text" }?.waits == true)
            #expect(explanation.fields.contains { $0.field == "Attendee bob@x.example" && $0.ln == "Required" })
            #expect(explanation.state == "is to be settled" && explanation.owner == "anna (anna@shop.example)")
            #expect(explanation.copies == [LNUserCode("anna")])
            #expect(explanation.journal.map(\.detail) == ["Subject"] && explanation.rules["CAL-9"] != nil)
        }
        #expect(try await explain(calendar, "1300/ACT999999") == nil)
        #expect(try await explain(calendar, "C00000001") == nil)
    }

    @Test("What was reported of its activity and its event is told with the rest, and of which side it was")
    func reports() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let visit = calendar.content("Visit")
        let row = calendar.linked(1, visit, ln: visit, exchange: visit)
        try await calendar.put(row)
        let uid = try #require(row.meeting.event?.uid)
        func report(
            _ item: String, _ rule: String, _ detail: String, _ user: SyncUserID? = nil, action: String = "reported"
        ) async throws {
            let entry = JournalDraft(user: user, item: item, rule: rule, action: action, detail: detail)
            #expect(try await calendar.bed.store.commit([.journal(entry)]) == .committed)
        }
        try await report("activity/1300/ACT000001", "CAL-1", "Email of attendee 2 is no e-mail address")
        try await report("meeting/\(row.id)", "CAL-9", "Subject", calendar.anna.id)
        try await report("event/\(uid)", "CAL-8", "attendees: 2 of 7 have no usable e-mail address", calendar.anna.id)
        try await report(
            "activity/1300/ACT000002", "CAL-1", "it has 9000000 bytes: shorten Information", action: "refused")
        try await report("activity/1300/ACT000003", "CAL-1", "EndDate is before StartDate: correct one of them")
        let explanation = try #require(try await explain(calendar, "ACT000001"))
        #expect(
            explanation.journal.map(\.detail) == [
                "Outlook's event: attendees: 2 of 7 have no usable e-mail address", "Subject",
                "LN's activity: Email of attendee 2 is no e-mail address",
            ])
        #expect(explanation.journal.map(\.user) == [LNUserCode("anna"), LNUserCode("anna"), nil])
        #expect(explanation.rules.keys.sorted() == ["CAL-1", "CAL-8", "CAL-9"])
        let refused = await #expect(throws: AdministrationError.self) { try await explain(calendar, "ACT000002") }
        #expect(
            refused?.description
                == "activity 1300/ACT000002 is not kept in step: it has 9000000 bytes: shorten Information")
        #expect(try await explain(calendar, "ACT000003") == nil)
    }

    @Test("Whose it is reads as a sentence where the organizer is no sync user, and where there is none")
    func nobody() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let visit = calendar.content("Visit", attendees: ["bob@x.example"])
        for number in 1...2 {
            try await calendar.put(
                calendar.activity(number, visit) { row in
                    row.meeting.owner = .nobody
                    row.meeting.activityFacts.organizer = nil
                    row.meeting.activityFacts.rows[0].isOrganizer = number == 1
                })
        }
        #expect(
            try await explain(calendar, "ACT000001")?.owner
                == "somebody who is no active sync user, so that Exchange can't invite for him")
        #expect(try await explain(calendar, "ACT000002")?.owner == "nobody: it has no Meeting Organizer in LN")
    }

    @Test("What its owner hides is not shown: neither subject nor text, nor who takes part")
    func hidden() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        var secret = calendar.content("Operation", attendees: ["doctor@x.example"])
        secret.sensitivity = .confidential
        secret.body = MeetingBody("bring the papers")
        var row = calendar.linked(1, secret, ln: secret, exchange: secret)
        let added = FieldGroup.attendee(EmailAddress("doctor@x.example"))
        row.meeting.asked = InvitationAsk(
            MeetingWrite(
                .update([added: .attendee(MeetingAttendee(.required))]), on: .exchange, etag: nil, source: secret,
                generation: 0, sequence: .none), tellsNobody: false)
        try await calendar.put(row)
        let explanation = try #require(try await explain(calendar, "ACT000001"))
        #expect(explanation.asked == "the invitation worker is asked for an attendee")
        for text in ["Operation", "doctor", "papers"] { #expect(!"\(explanation)".contains(text)) }
        #expect(explanation.fields.first { $0.field == "Sensitivity" }?.ln == "Confidential")
        #expect(explanation.attendees == nil)
    }

    @Test("Nor what its journal told before it was private; when it is and how it shows are told")
    func hiddenJournal() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let open = calendar.content("Operation")
        let row = calendar.linked(1, open, ln: open, exchange: open)
        try await calendar.put(row)
        let details = [
            "LN's subject is overwritten: it was “Heart operation”",
            "LN's attendee doctor@x.example is overwritten: it was required",
            "LN's time is overwritten: it was 2026-03-10T12:00:00Z to 2026-03-10T13:00:00Z",
        ]
        let entries = details.map {
            JournalDraft(
                user: calendar.anna.id, item: "meeting/\(row.id)", rule: "CAL-9", action: "conflict", detail: $0)
        }
        #expect(try await calendar.bed.store.commit(entries.map { .journal($0) }) == .committed)
        func told() async throws -> [String] {
            try #require(try await explain(calendar, "ACT000001")).journal.reversed().map(\.detail)
        }
        #expect(try await told() == details)
        var secret = try await calendar.meeting(row)
        var content = open
        content.sensitivity = .private
        secret.meeting.observed.exchange = .present(content, ETag("e3"))
        try await calendar.put(secret)
        let hidden = "a value that was overwritten is hidden: the meeting is private"
        #expect(try await told() == [hidden, hidden, details[2]])
    }

    @Test("What rests is not asked about, though it waits for an approval once it goes on")
    func rests() async throws {
        let calendar = try await CalendarBed()
        let row = calendar.activity(1, calendar.content("Visit"), CalendarBed.held(.activation))
        try await calendar.put(row)
        #expect(try await explain(calendar, "ACT000001")?.hold != nil)
        var off = try await calendar.meeting(row)
        off.meeting.activityFacts.isSynchronized = false
        off.status.state = .resting
        off.status.reason = "SET-3: *Synchronize* is off in LN"
        try await calendar.put(off)
        let explanation = try #require(try await explain(calendar, "ACT000001"))
        #expect(explanation.hold == nil && explanation.waitsFor == nil)
        #expect(explanation.state == "rests: nothing is written" && explanation.reason == off.status.reason)
    }

    @Test("Of what was parted or has ended nobody says that it was never in step")
    func lastInStep() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let visit = calendar.content("Visit")
        let rows = [
            calendar.activity(1, visit), calendar.linked(2, visit, ln: visit, exchange: visit),
            calendar.linked(3, visit, ln: nil, exchange: visit) { row in
                row.meeting.base = .nothing
                row.meeting.isUnlinked = true
                row.status.state = .resting
            },
            calendar.linked(4, visit, ln: nil, exchange: nil) { $0.meeting.base = .nothing },
            // One that LN refuses to make.
            calendar.event(5, visit) { row in
                row.meeting.base = .content(.unknown)
                row.status.state = .refused
            },
        ]
        for row in rows { try await calendar.put(row) }
        var told: [String?] = []
        for number in 1...4 { told.append(try await explain(calendar, "ACT00000\(number)")?.lastInStep) }
        told.append(try await explain(calendar, rows[4].id.description)?.lastInStep)
        #expect(told == ["never", "there", "parted", "ended", "never"])
    }

    @Test(
        "Of what has ended nothing is kept: neither that it has no subject is told, nor who took part in what LN deleted"
    )
    func ended() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let visit = calendar.content("Visit", attendees: ["bob@x.example"])
        for number in 1...2 {
            try await calendar.put(
                calendar.linked(number, visit, ln: nil, exchange: nil) { row in
                    row.meeting.base = .nothing
                    if number == 1 { row.meeting.observed.ln = .gone(.notHeld(ETag("l3"))) }
                    row.status.state = .tombstone
                })
        }
        let notHeld = try #require(try await explain(calendar, "ACT000001"))
        #expect(notHeld.meeting.subject == "" && notHeld.meeting.time == "" && notHeld.ln == "Not Held")
        #expect(notHeld.attendees?.map(\.email) == [EmailAddress("bob@x.example")])
        let deleted = try #require(try await explain(calendar, "ACT000002"))
        #expect(deleted.attendees == nil && deleted.ln == "not there")
    }

    @Test("LN's Meeting Organizer is named beside Outlook's where he is another, but of a private meeting")
    func organizers() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let visit = calendar.content("Visit", attendees: ["bob@x.example"])
        func owner(_ change: (inout MeetingRow) -> Void) async throws -> String? {
            var row = calendar.linked(1, visit, ln: visit, exchange: visit)
            row.meeting.activityFacts.rows[0].isOrganizer = true
            row.meeting.activityFacts.organizer = nil
            change(&row)
            row.status.version = try await calendar.bed.store.meeting(row.id)?.status.version ?? 0
            try await calendar.put(row)
            return try await explain(calendar, "ACT000001")?.owner
        }
        let outlook = "anna (anna@shop.example)"
        #expect(try await owner { _ in } == "\(outlook) in Outlook, bob@x.example in LN")
        #expect(try await owner { $0.meeting.observed.exchange = .gone(.absent) } == "bob@x.example in LN")
        var secret = visit
        secret.sensitivity = .private
        let hidden = try await owner { $0.meeting.observed.ln = .present(secret, ETag("l2")) }
        #expect(hidden == "\(outlook) in Outlook, another in LN")
        #expect(
            try await owner { row in
                row.meeting.activityFacts.rows[0].address = EmailAddress("Anna@shop.example")
            } == outlook)
    }

    @Test("Of an unknown activity or event it is said what to look at; a short word may be a contact's code")
    func notFound() {
        func told(_ text: String) -> String { Administration.meetingNotFound(text) ?? "" }
        #expect(told("1300/ACT999999").hasPrefix("no activity “1300/ACT999999” is known"))
        for id in ["040000008200E00074C5B7101A82E008", "AAMkAGI2/TG93AAAQABBbCd", "7kukqoklmnbhs8sk@google.com"] {
            #expect(told(id).hasPrefix("no event with the id or iCalUId “\(id)” is known"))
            #expect(told(id).contains("lnsync sync now --calendars"))
        }
        #expect(Administration.meetingNotFound("C00000123") == nil)
    }
}

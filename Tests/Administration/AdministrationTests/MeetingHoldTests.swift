import Administration
import Foundation
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Questions about meetings")
struct MeetingHoldTests {
    private func show(_ calendar: CalendarBed, _ id: String) async throws -> MeetingHoldListing {
        guard case .meetings(let hold) = try await calendar.bed.administration.anyHold(id, zone: calendar.zone) else {
            throw AdministrationError("a hold of contacts")
        }
        return hold
    }

    private func decide(_ calendar: CalendarBed, _ id: String, _ state: Hold.State) async throws -> MeetingHoldListing {
        guard case .meetings(let hold) = try await calendar.bed.administration.decideAny(id, state, zone: calendar.zone)
        else { throw AdministrationError("a hold of contacts") }
        return hold
    }

    @Test(
        "Each is shown with both sides' values, and a decision stands for exactly these",
        arguments: [
            (MeetingHold.Question.endOrKeep, Hold.State.approved, MeetingHold.Decision.end),
            (.endOrKeep, .discarded, .keep), (.organizerChanged, .approved, .approve),
            (.callMadeAllDay, .discarded, .refuse),
        ])
    func decided(_ question: MeetingHold.Question, _ state: Hold.State, _ expected: MeetingHold.Decision) async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let (old, new) = (calendar.content("Visit"), calendar.content("Visit of the plant", hour: 1))
        let isEnd = question == .endOrKeep
        let row = calendar.linked(1, old, ln: new, exchange: isEnd ? nil : old, CalendarBed.held(question))
        try await calendar.put(row)
        let hold = Hold(
            id: UUID(), kind: Hold.kind(of: question), subject: calendar.anna.id.description,
            keys: [row.id.description], detail: "as calendar-worker opened it", opened: calendar.now)
        #expect(try await calendar.bed.store.commit([.hold(hold)]) == .committed)
        let listed = try await calendar.bed.administration.holds(open: true, zone: calendar.zone)
        #expect(listed.meetings.map(\.question) == [question.rawValue])
        #expect(listed.meetings.map(\.id) == [hold.id.uuidString.lowercased()] && listed.holds.isEmpty)
        let shown = try await show(calendar, String(row.id.description.prefix(9)))
        #expect(shown.detail.contains("approve") && shown.detail.contains("discard"))
        let subject = try #require(shown.differences?.first { $0.field == "Subject" })
        #expect(subject.ln == "Visit of the plant" && subject.outlook == (isEnd ? nil : "Visit"))
        #expect(try await decide(calendar, hold.id.uuidString, state).state == state.rawValue)
        let ofTable = try #require(try await calendar.bed.store.holds(nil).first)
        #expect(ofTable.state == state && ofTable.decidedBy == "smith")
        let stored = try await calendar.meeting(row)
        #expect(stored.meeting.hold == MeetingHold(question, shown: row.meeting.observed, decision: expected))
        #expect(stored.status.state == .due && stored.status.due != nil)
        #expect(try await calendar.bed.journal().first?.action == state.rawValue)
        #expect(try await calendar.bed.administration.holds(open: true).meetings.isEmpty)
    }

    @Test("Whether the side that is there was changed is told only as far as it is known")
    func endOrKeep() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let (old, new) = (calendar.content("Visit"), calendar.content("Visit of the plant"))
        let rows = [
            calendar.linked(1, old, ln: new, exchange: nil, CalendarBed.held(.endOrKeep)),
            calendar.linked(2, old, ln: nil, exchange: old, CalendarBed.held(.endOrKeep)),
            calendar.linked(3, old, ln: nil, exchange: old) { row in
                row.meeting.base = .content(.unknown)
                CalendarBed.held(.endOrKeep)(&row)
            },
        ]
        for row in rows { try await calendar.put(row) }
        let beginnings = [
            "It ended in Outlook and was changed in LN. ", "It ended in LN and is in Outlook as it was. ",
            "It ended in LN and is there in Outlook: whether anybody changed it, nobody can tell, for they were never in step. ",
        ]
        for (row, beginning) in zip(rows, beginnings) {
            let detail = try await show(calendar, row.id.description).detail
            #expect(detail.hasPrefix(beginning), "\(detail)")
        }
    }

    @Test("One whose sides have changed since it was asked is not decided")
    func changed() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let row = calendar.linked(
            1, calendar.content("Visit"), ln: calendar.content("A"), exchange: nil, CalendarBed.held(.endOrKeep))
        try await calendar.put(row)
        var now = try await calendar.meeting(row)
        now.meeting.observed.ln = .present(calendar.content("B"), ETag("l9"))
        try await calendar.put(now)
        let error = await #expect(throws: AdministrationError.self) {
            try await decide(calendar, row.id.description, .approved)
        }
        #expect(error?.description.contains("has changed since it was asked") == true)
        #expect(try await calendar.meeting(row).meeting.hold?.decision == nil)
    }

    @Test(
        "Too many ends of a side are one line and one decision, those of the other another; an activation is a plan's")
    func collective() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let content = calendar.content("Visit")
        for number in 1...5 {
            try await calendar.put(
                calendar.linked(
                    number, content, ln: number > 3 ? nil : content, exchange: number > 3 ? content : nil,
                    CalendarBed.held(.manyEnds)))
        }
        try await calendar.put(calendar.activity(6, content, CalendarBed.held(.activation)))
        let listed = try await calendar.bed.administration.holds(open: true, zone: calendar.zone).meetings
        #expect(listed.map(\.id) == ["activation/anna", "many-ends/anna/ln", "many-ends/anna/outlook"])
        #expect(listed.map(\.meetings.count) == [1, 2, 3])
        #expect(listed.map(\.title).suffix(2) == ["too many ends in LN", "too many ends in Outlook"])
        for (listing, sides) in zip(listed.suffix(2), [("LN", "Outlook"), ("Outlook", "LN")]) {
            #expect(listing.detail.hasPrefix("More meetings than usual ended in \(sides.0) within an hour"))
            #expect(listing.detail.contains("approve ends each of them in \(sides.1) too"))
            // Whom an end in LN concerns is told by nobody.
            #expect(listing.detail.contains("only asked for") == (sides.0 == "LN"))
            #expect(try await show(calendar, listing.id).meetings == listing.meetings)
            let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(listing)) as? [String: Any]
            #expect(json?["question"] as? String == "manyEnds" && json?["endedIn"] as? String == sides.0)
        }
        let both = await #expect(throws: AdministrationError.self) {
            try await decide(calendar, "many-ends/anna", .approved)
        }
        #expect(both?.description.contains("is the beginning of 2 holds") == true)
        let error = await #expect(throws: AdministrationError.self) {
            try await decide(calendar, "activation/anna", .approved)
        }
        #expect(error?.description.contains("lnsync plan --user anna") == true)
        #expect(try await decide(calendar, "many-ends/anna/outlook", .approved).meetings.count == 3)
        var rows = try await calendar.bed.store.meetings(of: calendar.anna.id, after: nil, limit: 10)
        let approved = rows.filter { $0.meeting.hold?.decision == .approve }
        #expect(approved.count == 3 && approved.allSatisfy(\.meeting.observed.exchange.isGone))
        // The beginning of its id is enough where nothing else begins so.
        #expect(try await decide(calendar, "many-ends/anna", .discarded).meetings.count == 2)
        rows = try await calendar.bed.store.meetings(of: calendar.anna.id, after: nil, limit: 10)
        #expect(rows.count { $0.meeting.hold?.decision == .refuse } == 2)
    }

    @Test(
        "What would be written to an event with attendees, or give it some, is only asked for: whoever decides is told",
        arguments: [MeetingHold.Question.endOrKeep, .callMadeAllDay, .organizerChanged])
    func onlyAsked(_ question: MeetingHold.Question) async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let content = calendar.content("Visit", attendees: ["bob@x.example"])
        let row = calendar.linked(
            1, content, ln: question == .endOrKeep ? nil : content, exchange: content, CalendarBed.held(question))
        try await calendar.put(row)
        let detail = try await show(calendar, row.id.description).detail
        #expect(detail.contains("an event with attendees") && detail.contains("only asked for"), "\(detail)")
    }

    @Test("One that was closed because its meeting changed was decided by nobody")
    func withdrawn() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        var hold = Hold(
            id: UUID(), kind: Hold.kind(of: .endOrKeep), subject: calendar.anna.id.description,
            keys: [UUID().uuidString], detail: "Nothing is asked any more", opened: calendar.now)
        hold.state = .discarded
        hold.decidedBy = "calendar-worker"
        hold.decided = calendar.now
        #expect(try await calendar.bed.store.commit([.hold(hold)]) == .committed)
        let listed = try #require(try await calendar.bed.administration.holds(open: false).holds.first)
        #expect(listed.state == "withdrawn" && listed.decidedBy == nil, "\(listed)")
        let error = await #expect(throws: AdministrationError.self) {
            try await decide(calendar, hold.id.uuidString, .approved)
        }
        #expect(
            error?.description.contains("its meeting was changed before anybody decided") == true,
            "\(error?.description ?? "")")
    }

    @Test("Of several that it could be all are named, and values that their owner hides are not shown")
    func twins() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        var secret = calendar.content("Operation")
        secret.sensitivity = .private
        secret.location = "Clinic"
        let row = calendar.activity(1, secret, CalendarBed.held(.twins))
        try await calendar.put(row)
        for number in 2...3 { try await calendar.put(calendar.event(number, secret)) }
        let shown = try await show(calendar, row.id.description)
        #expect(shown.candidates?.count == 2)
        #expect(!"\(shown)".contains("Operation") && !"\(shown)".contains("Clinic"))
        #expect(shown.differences?.first { $0.field == "Subject" }?.ln == "private")
        #expect(shown.differences?.first { $0.field == "Start and end" }?.ln?.contains("–") == true)
    }

    @Test("Status counts meetings beside contacts, and says what waits for whom")
    func status() async throws {
        let calendar = try await CalendarBed()
        let content = calendar.content("Visit")
        try await calendar.put(
            calendar.activity(1, content, CalendarBed.held(.activation)),
            calendar.linked(2, content, ln: content, exchange: nil, CalendarBed.held(.manyEnds)),
            calendar.linked(3, content, ln: content, exchange: content))
        let status = try await calendar.bed.administration.status(nil, zone: .gmt)
        let meetings = try #require(status.users.first?.meetings)
        #expect(meetings.settled == 1 && meetings.held == 2 && meetings.waitingForApproval == 1 && meetings.isLinkOnly)
        #expect(status.synchronizesActivities == true && status.nextCalendarPull != nil)
        #expect(
            status.concerns.map(\.text).filter { $0.contains("meeting") } == [
                "1 meeting of anna waits for the approval of his plan: lnsync plan --user anna",
                "1 meeting of anna is held: lnsync holds list",
            ])
        let fresh = try await CalendarBed(isRead: false)
        #expect(try await !fresh.bed.administration.status(nil, zone: .gmt).isIdle)
    }

    @Test("A mailbox that is tried again has its meetings due at once")
    func resumed() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let content = calendar.content("Visit")
        let row = calendar.linked(1, content, ln: content, exchange: content) { row in
            row.status.state = .due
            row.status.due = calendar.now + 3600
        }
        try await calendar.put(row)
        var anna = try #require(try await calendar.bed.store.users().first)
        anna.quarantine = Quarantine(
            reason: "no licence", since: calendar.now, until: calendar.now + 3600, attempts: 1)
        #expect(try await calendar.bed.store.commit([.user(anna)]) == .committed)
        _ = try await calendar.bed.administration.resume("anna")
        #expect(try await calendar.meeting(row).status.due.map { $0 <= calendar.now } == true)
    }
}

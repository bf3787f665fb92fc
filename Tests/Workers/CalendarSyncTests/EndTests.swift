import ExchangeGraph
import Foundation
import HTTPTypes
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A meeting that ends on one side ends on the other, or a person decides")
struct EndTests {
    @Test("Deleted in Outlook it is Not Held in LN; brought back in LN it is made again")
    func deletedInOutlook() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
            #expect(try await bed.row(code)?.status.state == .tombstone)
            #expect(try await bed.journal(row).last == "CAL-14 ended")
            try bed.edit(code, ["Status": "Planned"])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("What LN's user entered and what was not worth a mail goes with the activity, and the journal has it")
    func waited() async throws {
        try await CalendarBed.run { bed in
            let guest: [String: Any] = ["emailAddress": ["address": "bert@shop.example"], "type": "required"]
            let item = try bed.makeMeeting("Review", ["attendees": [guest]])
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            try bed.edit(code, ["ShowTimeAs": "Free"])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            #expect(row.meeting.base.content?.waiting == [.showAs] && row.meeting.asked == nil)
            try bed.deleteEvent(item)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
            #expect(try await bed.journal(row).suffix(2) == ["CAL-9 conflict", "CAL-14 ended"])
            let details = try await bed.details(row)
            #expect(
                details.contains("LN's show as goes with its activity, and was never in Exchange: it was free"),
                "\(details)")
        }
    }

    @Test(
        "Another mailbox behind the user proves nothing: LN keeps all as it was, and no hold opens",
        arguments: [true, false])
    func movedMailbox(isReaddressed: Bool) async throws {
        try await CalendarBed.run { bed in
            try bed.makeActivity("Review")
            let lunch = try bed.makeEvent("Lunch", start: "2026-03-11T09:00:00", end: "2026-03-11T10:00:00")
            try await bed.sync()
            let folder = try await bed.calendar.defaultCalendar(in: CalendarBed.anna.email)
            try await bed.change(CalendarBed.anna) { $0.calendar.folder = folder }
            let before = try await bed.rows()
            let items = before.compactMap(\.meeting.event?.item)
            #expect(items.count == 2 && items.contains(lunch))
            let codes = try bed.activityCodes()
            #expect(codes.count == 2)
            let activities = try codes.map { NSDictionary(dictionary: try bed.activity($0)) }

            var user = try #require(try await bed.store.users().first { $0.id == CalendarBed.anna.id })
            if isReaddressed {
                user.email = EmailAddress("anna.new@shop.example")
            } else {
                try bed.control(.delete, "mailboxes/\(user.email)")
            }
            try bed.control(.post, "mailboxes", ["address": user.email.rawValue])
            try await bed.commit([
                .user(user), .beginCalendarBaseline([user.id], [.ln, .exchange], check: true),
                .hastenMeetings(of: user.id),
            ])
            // Though a reader that did not know yet tells them as deleted.
            for item in items { try await bed.read(item, of: user) }
            try await bed.quiet()
            try await bed.advance(by: .seconds(7200))
            #expect(try codes.map { NSDictionary(dictionary: try bed.activity($0)) } == activities)
            #expect(try await bed.store.holds(.open).isEmpty)
            let rows = try await bed.rows()
            #expect(rows.count == 2)
            let why = try await bed.why()
            #expect(rows.allSatisfy { $0.status.reason?.contains("USR-1") == true }, "\(why)")
        }
    }

    @Test(
        "Moved to another calendar of the mailbox it goes on: LN keeps it, and what to do is told",
        arguments: [true, false])
    func otherCalendar(isLNBorn: Bool) async throws {
        try await CalendarBed.run { bed in
            if isLNBorn { try bed.makeActivity("Review") } else { _ = try bed.makeEvent("Review") }
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            let item = try #require(try await bed.row(code)?.meeting.event?.item)
            let place = "mailboxes/\(CalendarBed.anna.email)"
            let other = try #require(
                try bed.control(.post, "\(place)/calendars", ["name": "Private"])["id"] as? String)
            try bed.control(.post, "\(place)/events/\(CalendarBed.escaped(item))/move", ["calendar": other])
            try bed.edit(code, ["Subject": "Review in June"])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .refused)
            let why = try await bed.why()
            #expect(row.status.reason?.contains("move it back") == true, "\(why)")
            #expect(try await bed.journal(row).last?.hasPrefix("CAL-4") == true)
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.store.holds(.open).isEmpty)
            #expect(try await bed.subjects().isEmpty, "none is made in its stead")

            try bed.control(.post, "\(place)/events/\(CalendarBed.escaped(item))/move", ["calendar": "calendar"])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review in June"])
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test(
        "Nothing is made in another mailbox behind the user before it was looked at; who is known is asked once for many"
    )
    func madeInMovedMailbox() async throws {
        try await CalendarBed.run { bed in
            let email = CalendarBed.anna.email
            let folder = try await bed.calendar.defaultCalendar(in: email)
            try await bed.change(CalendarBed.anna) { $0.calendar.folder = folder }
            bed.exchangeTransport.forget()
            for day in 10...14 {
                try bed.makeActivity("Visit", start: "2026-03-\(day)T09:00:00Z", end: "2026-03-\(day)T10:00:00Z")
            }
            for code in try bed.activityCodes() { try await bed.read(code) }
            try await bed.quiet()
            #expect(try await bed.events().count == 5)
            // Several are settled at once, and each may be the first to ask.
            let looks = bed.exchangeTransport.requests.count { $0.path.hasSuffix("/calendar") }
            #expect((1...4).contains(looks), "\(looks)")

            try bed.control(.delete, "mailboxes/\(email)")
            try bed.control(.post, "mailboxes", ["address": email.rawValue])
            try await bed.advance(by: .seconds(301))
            let code = try bed.makeActivity("Review", start: "2026-03-20T09:00:00Z", end: "2026-03-20T10:00:00Z")
            try await bed.read(code)
            try await bed.quiet()
            #expect(try await bed.events().isEmpty, "nothing is made in it")
            let row = try #require(try await bed.row(code))
            #expect(row.status.reason?.contains("USR-1") == true && row.meeting.intent == nil)

            // exchange-producer has begun anew.
            let new = try await bed.calendar.defaultCalendar(in: email)
            try await bed.change(CalendarBed.anna) { $0.calendar.folder = new }
            try await bed.advance(by: .seconds(7200))
            #expect(try await bed.subjects() == ["Review"])
        }
    }

    @Test("Not Held or deleted in LN, the event goes", arguments: [true, false])
    func endedInLN(isDeleted: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            if isDeleted { try bed.deleteActivity(code) } else { try bed.edit(code, ["Status": "NotHeld"]) }
            try await bed.read(code)
            try await bed.quiet()
            try await bed.sync()
            #expect(try await bed.subjects().isEmpty)
            #expect(try await bed.rows().allSatisfy { $0.status.state == .tombstone })
        }
    }

    @Test("Deleted here and changed there, a person decides", arguments: [Hold.State.approved, .discarded])
    func held(decision: Hold.State) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try bed.edit(code, ["Subject": "Review, moved to June"])
            try await bed.sync()
            #expect(try await bed.row(code)?.status.state == .held)
            #expect(try await bed.journal(row).last == "CAL-14 held")
            let hold = try #require(try await bed.store.holds(.open).first)
            #expect(hold.meeting == row.id)
            #expect(!hold.detail.contains("June"), "nothing of the content is shown")
            #expect(hold.detail.contains(" is gone in Exchange, and was changed in LN. "), "\(hold.detail)")
            try await bed.decide(decision)
            try await bed.sync()
            if decision == .approved {
                #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
                #expect(try await bed.subjects().isEmpty)
            } else {
                #expect(try bed.activity(code)["Status"] as? String == "Planned")
                #expect(try await bed.subjects() == ["Review, moved to June"])
                #expect(try await bed.row(code)?.status.state == .settled)
            }
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test(
        "Kept after LN's users have deleted it, it is an activity of Outlook's event, which names it unless it has attendees",
        arguments: [false, true])
    func keptEvent(hasAttendees: Bool) async throws {
        try await CalendarBed.run { bed in
            let former = try bed.makeActivity("Review")
            try await bed.sync()
            let item = try #require(try await bed.row(former)?.meeting.event?.item)
            let guest: [String: Any] = ["emailAddress": ["address": "guest@ext.example"], "type": "required"]
            try bed.edit(item, hasAttendees ? ["attendees": [guest]] : ["location": ["displayName": "Hall"]])
            try bed.deleteActivity(former)
            try await bed.sync()
            try await bed.decide(.discarded)
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            let row = try #require(try await bed.row(code))
            #expect(try code != former && bed.activity(code)["CreatedInInforLN"] as? String == "No")
            #expect(row.meeting.birth == .exchange && row.status.state == .settled)
            let names = try await bed.events().flatMap { ($0["extended"] as? [String: String] ?? [:]).values }
            #expect(names == ["\(CalendarBed.company)/\(hasAttendees ? former : code)"])
            let journal = try await bed.journal(row)
            #expect(journal.count { $0 == "CAL-5 noted" } == (hasAttendees ? 1 : 0))
            #expect(journal.count { $0 == "CAL-5 named" } == (hasAttendees ? 0 : 1))
            try await bed.sync()
            #expect(try await bed.journal(row) == journal)
            #expect(try bed.mails().isEmpty)

            // Of a conflict the event's text holds, as of any that was made in Outlook first (CAL-9).
            try bed.edit(code, ["Subject": "LN's"])
            try bed.edit(item, ["subject": "Outlook's"])
            try await bed.sync()
            #expect(try bed.activity(code)["Subject"] as? String == "Outlook's")
            #expect(try await bed.details(row).contains("LN's subject is overwritten: it was “LN's”"))
        }
    }

    @Test("What its owner hides is not shown in an activity that is made again")
    func keptPrivate() async throws {
        try await CalendarBed.run { bed in
            let former = try bed.makeActivity("Review")
            try await bed.sync()
            let item = try #require(try await bed.row(former)?.meeting.event?.item)
            try bed.edit(item, ["sensitivity": "private"])
            try bed.deleteActivity(former)
            try await bed.sync()
            try await bed.decide(.discarded)
            let code = try #require(try bed.activityCodes().first)
            #expect(try bed.activity(code)["Subject"] as? String != "Review")
            #expect(try await bed.subjects() == ["Review"])
        }
    }

    @Test("A decision is asked anew where the meeting was changed since it was shown")
    func askedAnew() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try bed.edit(code, ["Subject": "Second"])
            try await bed.sync()
            try bed.edit(code, ["Subject": "Third"])
            // Decided before anybody has read the third.
            try await bed.decide(.approved)
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.row(code)?.status.state == .held)
            try await bed.decide(.approved)
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test("What was decided of one end is not decided of the next, though it looks the same", arguments: [true, false])
    func nextEnd(isBroughtBack: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            func item() async throws -> ItemID { try #require(try await bed.row(code)?.meeting.event?.item) }
            let first = try await item()
            try bed.deleteEvent(first)
            try bed.edit(code, ["Subject": "Second"])
            try await bed.sync()
            #expect(try await bed.row(code)?.status.state == .held)
            if isBroughtBack {
                try bed.control(
                    .post, "mailboxes/anna@shop.example/events/\(CalendarBed.escaped(first))/move",
                    ["calendar": "calendar"])
            }
            try await bed.decide(.discarded)
            try await bed.sync()
            #expect(try await bed.subjects() == ["Second"])
            #expect(try await bed.row(code)?.meeting.hold == nil)

            try bed.deleteEvent(try await item())
            try bed.edit(code, ["Subject": "Third"])
            try await bed.sync()
            #expect(try await bed.subjects().isEmpty)
            #expect(try await bed.row(code)?.status.state == .held)
            #expect(try await bed.store.holds(.open).count == 1)
            try await bed.decide(.approved)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test(
        "A meeting that is kept comes back in LN as LN has it: what was only asked for stays, and what Outlook changed is written"
    )
    func kept() async throws {
        try await CalendarBed.run { bed in
            let guest: [String: Any] = ["emailAddress": ["address": "x@customer.example"], "type": "required"]
            let item = try bed.makeMeeting("Review", ["attendees": [guest]])
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            try bed.edit(code, ["Subject": "Review of the plant"])
            try bed.addAttendee(code, ["Attendee": "E00002", "Invite": "Yes"])
            try await bed.sync()
            try bed.edit(code, ["Status": "NotHeld"])
            try bed.edit(item, ["location": ["displayName": "Hall"]])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let hold = try #require(try await bed.store.holds(.open).first)
            #expect(hold.detail.contains("Discarded, it is Planned again, as LN has it, and the two are merged."))
            try await bed.decide(.discarded)
            try await bed.sync()
            let activity = try bed.activity(code)
            #expect(activity["Status"] as? String == "Planned" && activity["Location"] as? String == "Hall")
            #expect(activity["Subject"] as? String == "Review of the plant")
            #expect(
                try bed.attendees(code).first { $0["Attendee"] as? String == "E00002" }?["Invite"] as? String == "Yes")
            guard case .update(let asked)? = try await bed.row(code)?.meeting.asked?.write.change else {
                Issue.record("nothing is asked for")
                return
            }
            #expect(Set(asked.keys) == [.subject, .attendee(CalendarBed.bert.email)])
            #expect(try await !bed.journal(row).contains("CAL-9 conflict"))
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test(
        "An event that its user takes out of Deleted Items brings its activity back; who is not on it loses Invite on record"
    )
    func takenOut() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review", inviting: [["Attendee": "E00002", "Invite": "Yes"]])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let item = try #require(row.meeting.event?.item)
            try bed.deleteEvent(item)
            try await bed.sync()
            #expect(
                try bed.activity(code)["Status"] as? String == "NotHeld", "an invitation that nobody sent is no change")
            #expect(try await bed.store.holds(.open).isEmpty)
            #expect(
                try await bed.details(row).contains(
                    "LN's attendee bert@shop.example goes with its activity, and was never in Exchange: it was required"
                ))
            try bed.bringBack(item)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(
                try bed.attendees(code).first { $0["Attendee"] as? String == "E00002" }?["Invite"] as? String == "No")
            #expect(
                try await bed.details(row).contains(
                    "LN's attendee bert@shop.example is overwritten: it was required"))
        }
    }

    @Test("What a restored store has forgotten to have made, and a user has deleted, a person decides")
    func forgottenCreate() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            let first = ReadSequence(epoch: 1, counter: 0)
            try await bed.read(code, at: first)
            try await bed.quiet()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try await bed.commit([.removeMeeting(row.id, version: row.status.version)])
            try await bed.read(code, at: first)
            try await bed.quiet()
            let again = try #require(try await bed.row(code))
            #expect(again.id == row.id)
            #expect(again.status.state == .held)
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.journal(again).contains("CAL-11 held"))
            try await bed.decide(.discarded)
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("More ends than the guard lets pass wait for a person")
    func guarded() async throws {
        try await CalendarBed.run { bed in
            for number in 0..<12 {
                try bed.makeActivity(
                    "Review \(number)", start: "2026-03-10T\(number + 8):00:00Z".padded,
                    end: "2026-03-10T\(number + 9):00:00Z".padded)
            }
            try await bed.sync()
            #expect(try await bed.subjects().count == 12)
            for code in try bed.activityCodes() { try bed.edit(code, ["Status": "NotHeld"]) }
            try await bed.sync()
            #expect(try await bed.subjects().count == 3)
            #expect(try await bed.rows().count { $0.meeting.hold?.question == .manyEnds } == 3)
            let asked = try await bed.store.holds(.open).map(\.detail)
            #expect(asked.count == 3 && asked.allSatisfy { $0.contains("only asked for") })
        }
    }

    @Test(
        "What is ended in LN counts together, in whosever mailboxes it is; what users end in Outlook, each for himself")
    func guardedByOrigin() async throws {
        for isEndedInLN in [true, false] {
            try await CalendarBed.run { bed in
                var items: [(ItemID, SyncUser)] = []
                for number in 0..<12 {
                    let user = number % 2 == 0 ? CalendarBed.anna : CalendarBed.bert
                    items.append((try bed.makeEvent("Visit \(number)", of: user), user))
                }
                try await bed.sync()
                let codes = try bed.activityCodes()
                #expect(codes.count == 12)
                if isEndedInLN {
                    for code in codes { try bed.edit(code, ["Status": "NotHeld"]) }
                } else {
                    for (item, user) in items { try bed.deleteEvent(item, of: user) }
                }
                try await bed.sync()
                let held = try await bed.rows().count { $0.meeting.hold?.question == .manyEnds }
                #expect(held == (isEndedInLN ? 3 : 0))
            }
        }
    }
}

extension String {
    /// Hours with two digits.
    fileprivate var padded: String {
        contains("T8:") || contains("T9:") ? replacing("T8:", with: "T08:").replacing("T9:", with: "T09:") : self
    }
}

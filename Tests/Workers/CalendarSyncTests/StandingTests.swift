import Foundation
import HTTPTypes
import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What is off rests, what is refused says why, and a bad mailbox holds up no other")
struct StandingTests {
    @Test("Synchronize off rests an activity; on again it goes on with what was changed meanwhile")
    func synchronizeOff() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review", inviting: [["Attendee": "E00003", "Invite": "Yes"]])
            try await bed.sync()
            try bed.edit(code, ["Synchronize": "No"])
            try await bed.sync()
            #expect(try await bed.row(code)?.status.state == .resting)
            try bed.edit(code, ["Subject": "Second"])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review"])
            try bed.edit(code, ["Synchronize": "Yes"])
            try await bed.sync()
            #expect(try await bed.row(code)?.status.reason == nil)
            #expect(try await bed.row(code)?.meeting.asked != nil, "the event gets an attendee: that mails")
        }
    }

    @Test("A user who is switched off rests; his rows go on when he is woken")
    func userOff() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            try await bed.change(CalendarBed.anna) { $0.isActive = false }
            try bed.edit(code, ["Subject": "Second"])
            try await bed.read(code)
            try await bed.quiet()
            #expect(try await bed.row(code)?.status.state == .resting)
            #expect(try await bed.subjects() == ["Review"])
            try await bed.change(CalendarBed.anna) { $0.isActive = true }
            try await bed.commit([.wakeMeetings(of: CalendarBed.anna.id)])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Second"])
        }
    }

    @Test("A mailbox that can't be used is quarantined, and tried again; another's meetings go on")
    func quarantine() async throws {
        try await CalendarBed.run { bed in
            try bed.control(
                .post, "faults",
                [
                    "kind": "status", "mailbox": "anna@shop.example", "status": 403, "code": "ErrorAccessDenied",
                    "count": 2,
                ])
            let code = try bed.makeActivity("Review")
            try await bed.read(code)
            try await bed.quiet()
            let anna = try #require(try await bed.store.users().first { $0.code == CalendarBed.anna.code })
            #expect(anna.quarantine != nil)
            try bed.makeEvent("Bert's own", of: CalendarBed.bert)
            try await bed.read(CalendarBed.bert)
            try await bed.quiet()
            #expect(try bed.activityCodes().count == 2)
            try await bed.advance(by: .seconds(901))
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.store.users().allSatisfy { $0.quarantine == nil })
        }
    }

    @Test("Another Meeting Organizer in LN: a person decides, then it moves to his calendar", arguments: [true, false])
    func organizerChanged(isApproved: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let organizer = try #require(try bed.attendees(code).first)
            try bed.replaceAttendee(code, organizer, by: "E00002")
            try await bed.sync()
            #expect(try await bed.row(code)?.meeting.hold?.question == .organizerChanged)
            try await bed.decide(isApproved ? .approved : .discarded)
            try await bed.sync()
            #expect(try await bed.subjects() == (isApproved ? [] : ["Review"]))
            #expect(try await bed.subjects(of: CalendarBed.bert) == (isApproved ? ["Review"] : []))
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == (isApproved ? .settled : .resting))
            if isApproved {
                #expect(row.mailbox == CalendarBed.bert.id)
                // Its new owner's edits come to LN, whatever the former's reader counted.
                try bed.edit(try #require(row.meeting.event?.item), of: CalendarBed.bert, ["subject": "Bert's"])
                try await bed.sync()
                #expect(try bed.activity(code)["Subject"] as? String == "Bert's")
            }
        }
    }

    @Test(
        "A Meeting Organizer who is no sync user is asked about; it is made in his calendar once he is active, though our last look at users was before that"
    )
    func organizerActivated() async throws {
        let bert = SyncUser("bert", isActive: false)
        try await CalendarBed.run(users: [CalendarBed.anna, bert]) { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            try bed.replaceAttendee(code, try #require(try bed.attendees(code).first), by: "E00002")
            try await bed.sync()
            #expect(try await bed.row(code)?.meeting.hold?.question == .organizerChanged)
            try await bed.decide(.approved)
            try await bed.sync()
            #expect(try await bed.subjects().isEmpty)
            #expect(try await bed.row(code)?.status.reason?.hasPrefix("CAL-2:") == true)
            // LN's reader knows it from the store; here nobody has looked.
            var user = try #require(try await bed.store.users().first { $0.id == bert.id })
            user.isActive = true
            #expect(try await bed.store.commit([.user(user)]) == .committed)
            try await bed.read(code)
            let isMade = try await eventually {
                bed.settler.wake()
                return try await bed.subjects(of: bert) == ["Review"]
            }
            let why = try await bed.why()
            #expect(isMade, "\(why)")
        }
    }

    @Test("A mailbox that can't be used does not hold up the one from which a meeting moves into it")
    func unusableNewMailbox() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            try bed.replaceAttendee(code, try #require(try bed.attendees(code).first), by: "E00002")
            try await bed.sync()
            try bed.control(.post, "mailboxes", ["address": "bert@shop.example", "kind": "outOfScope"])
            try await bed.decide(.approved)
            try await bed.quiet()
            let users = try await bed.store.users()
            #expect(users.first { $0.code == CalendarBed.anna.code }?.quarantine == nil)
            #expect(users.first { $0.code == CalendarBed.bert.code }?.quarantine != nil)
            try bed.makeEvent("Anna's own")
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            #expect(try bed.activityCodes().count == 2)
            try bed.control(.post, "mailboxes", ["address": "bert@shop.example", "kind": "usable"])
            try await bed.advance(by: .seconds(901))
            try await bed.sync()
            #expect(try await bed.subjects(of: CalendarBed.bert) == ["Review"])
        }
    }

    /// A customer's, of Anna and Bert.
    private static func invitation() -> [String: Any] {
        [
            "organizer": ["address": "cleo@customer.example", "name": "Cleo"], "iCalUId": "customer-1",
            "subject": "Acceptance", "start": ["dateTime": "2026-03-10T09:00:00", "timeZone": "UTC"],
            "end": ["dateTime": "2026-03-10T10:00:00", "timeZone": "UTC"],
            "attendees": ["anna@shop.example", "bert@shop.example"].map {
                ["emailAddress": ["address": $0], "type": "required"] as [String: Any]
            },
        ]
    }

    @Test("A customer's meeting comes to LN with the customer as attendee, and nothing of LN's goes out")
    func customersMeeting() async throws {
        try await CalendarBed.run { bed in
            try bed.control(.post, "outside/invitations", Self.invitation())
            try await bed.sync()
            let codes = try bed.activityCodes()
            let why = try await bed.why()
            #expect(codes.count == 1, "seen in two mailboxes it is one activity: \(why)")
            let code = try #require(codes.first)
            let attendees = try bed.attendees(code)
            #expect(attendees.contains { $0["Email"] as? String == "cleo@customer.example" })
            #expect(attendees.contains { $0["Email"] as? String == "bert@shop.example" })
            let organizer = attendees.first { $0["Attendance"] as? String == "MeetingOrganizer" }
            #expect(organizer?["Attendee"] as? String == "E00001")
            bed.exchangeTransport.forget()
            try bed.edit(code, ["Subject": "Ours"])
            try await bed.sync()
            #expect(try bed.activity(code)["Subject"] as? String == "Acceptance", "put back")
            #expect(bed.exchangeTransport.writes.isEmpty)
            // One attendee's deletion ends nothing; the last one's does.
            let copies = try #require(try await bed.row(code)?.copies)
            #expect(copies.count == 2)
            try bed.deleteEvent(try #require(copies[CalendarBed.anna.id]))
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            try bed.deleteEvent(try #require(copies[CalendarBed.bert.id]), of: CalendarBed.bert)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test("A customer's meeting that rested with a user who is switched off goes on with another who is invited")
    func customersMeetingOfWhoIsOff() async throws {
        try await CalendarBed.run { bed in
            try await bed.change(CalendarBed.anna) { $0.isActive = false }
            try bed.control(.post, "outside/invitations", Self.invitation())
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            #expect(try await bed.rows().map(\.status.state) == [.resting])
            try await bed.read(CalendarBed.bert)
            try await bed.quiet()
            let why = try await bed.why()
            #expect(try bed.activityCodes().count == 1, "\(why)")
        }
    }

    @Test("Who is invited to a customer's meeting no longer does not end it for the others; its cancellation does")
    func customerCancelsForOne() async throws {
        try await CalendarBed.run { bed in
            func guests(_ names: String...) -> [String: Any] { customersMeeting("Acceptance", names) }
            try bed.control(.post, "outside/invitations", guests("anna", "bert"))
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            // His copy is the one that is looked at first.
            try bed.control(.post, "outside/cancellations", guests("anna"))
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.row(code)?.mailbox == CalendarBed.bert.id)
            // Read by key, before anybody has told of it.
            try bed.control(.post, "outside/invitations", guests("anna", "bert"))
            try await bed.sync()
            #expect(try await bed.row(code)?.mailbox == CalendarBed.anna.id)
            try bed.control(.post, "outside/cancellations", guests("anna"))
            let row = try #require(try await bed.row(code))
            try await bed.commit([.checkMeetings([row.id])])
            try bed.edit(code, ["Subject": "Ours"])
            try await bed.read(code)
            try await bed.quiet()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try bed.activity(code)["Subject"] as? String == "Acceptance", "put back")
            #expect(try await bed.row(code)?.mailbox == CalendarBed.bert.id)

            try bed.control(.post, "outside/cancellations", guests("bert"))
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test("A customer's meeting is looked for in each mailbox by the item that is there")
    func ownItems() async throws {
        try await CalendarBed.run { bed in
            try bed.control(.post, "outside/invitations", customersMeeting("Acceptance", ["anna", "bert"]))
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            let copies = try #require(try await bed.row(code)?.copies)
            // Of the end in the one that counts is heard first.
            try bed.deleteEvent(try #require(copies[CalendarBed.bert.id]), of: CalendarBed.bert)
            try bed.control(.post, "outside/cancellations", customersMeeting("Acceptance", ["anna"]))
            bed.exchangeTransport.forget()
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
            #expect(try await bed.row(code)?.meeting.event?.item == copies[CalendarBed.bert.id])
            let annas = CalendarBed.escaped(try #require(copies[CalendarBed.anna.id]))
            let strangers = bed.exchangeTransport.requests.filter {
                $0.path.contains("bert") && $0.path.contains(annas)
            }
            #expect(strangers.isEmpty)
        }
    }

    @Test("A copy that is gone or cancelled ends nothing where the mailbox has another", arguments: [true, false])
    func anotherCopy(isCancelled: Bool) async throws {
        try await CalendarBed.run { bed in
            func message(_ subject: String) -> [String: Any] { customersMeeting(subject, ["anna"]) }
            try bed.control(.post, "outside/invitations", message("Acceptance"))
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            let first = try #require(try await bed.row(code)?.copies[CalendarBed.anna.id])
            // The customer's update makes it anew.
            try bed.deleteEvent(first)
            try bed.control(.post, "outside/invitations", message("Updated"))
            if isCancelled {
                try bed.bringBack(first)
                try bed.control(.post, "outside/cancellations", message("Acceptance"))
            }
            // Read by key, before anybody has told of it.
            let row = try #require(try await bed.row(code))
            try await bed.commit([.checkMeetings([row.id])])
            try bed.edit(code, ["Subject": "Ours"])
            try await bed.read(code)
            try await bed.quiet()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try bed.activity(code)["Subject"] as? String == "Updated")
            let item = try #require(try await bed.row(code)?.copies[CalendarBed.anna.id])
            #expect(item != first)
            // The last one's end ends it.
            try bed.deleteEvent(item)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    /// What a customer sends these of the shop's people.
    private func customersMeeting(_ subject: String, _ names: [String]) -> [String: Any] {
        [
            "organizer": ["address": "cleo@customer.example", "name": "Cleo"], "iCalUId": "customer-1",
            "subject": subject, "start": ["dateTime": "2026-03-10T09:00:00", "timeZone": "UTC"],
            "end": ["dateTime": "2026-03-10T10:00:00", "timeZone": "UTC"],
            "attendees": names.map { ["emailAddress": ["address": "\($0)@shop.example"], "type": "required"] },
        ]
    }

    @Test("An answer comes to LN's attendee, from the organizer's copy")
    func answers() async throws {
        try await CalendarBed.run { bed in
            let item = try bed.makeMeeting(
                "Review", ["attendees": [["emailAddress": ["address": "bert@shop.example"], "type": "required"]]])
            try await bed.sync()
            let why = try await bed.why()
            #expect(try bed.activityCodes().count == 1, "seen in two mailboxes it is one activity: \(why)")
            let code = try #require(try bed.activityCodes().first)
            try bed.control(
                .post, "mailboxes/anna@shop.example/events/\(CalendarBed.escaped(item))/answers",
                ["attendee": "bert@shop.example", "response": "accepted"])
            try await bed.sync()
            let bert = try bed.attendees(code).first { $0["Email"] as? String == "bert@shop.example" }
            #expect(bert?["AttendanceStatus"] as? String == "Accepted")
            #expect(bert?["Synchronized"] as? String == "Yes")
        }
    }

    @Test("A Call that becomes an all-day event is held; approved, LN's time is put back")
    func callMadeAllDay() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Call back", ["Type": "Call"])
            try await bed.sync()
            let item = try #require(try await bed.row(code)?.meeting.event?.item)
            try bed.edit(
                item,
                [
                    "isAllDay": true, "start": ["dateTime": "2026-03-10T00:00:00", "timeZone": "UTC"],
                    "end": ["dateTime": "2026-03-11T00:00:00", "timeZone": "UTC"],
                ])
            try await bed.sync()
            #expect(try await bed.row(code)?.meeting.hold?.question == .callMadeAllDay)
            let asked = try #require(try await bed.store.holds(.open).first)
            #expect(asked.detail.contains("an event with attendees") && asked.detail.contains("only asked for"))
            try await bed.decide(.approved)
            try await bed.sync()
            #expect(try await bed.events().first?["isAllDay"] as? Bool == false)
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("What is over stays where it is when it goes on one side")
    func past() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review", start: "2026-01-02T09:00:00Z", end: "2026-01-02T10:00:00Z")
            try await bed.sync()
            let item = try #require(try await bed.row(code)?.meeting.event?.item)
            try await bed.advance(by: .seconds(3 * 86400))
            try bed.deleteEvent(item)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.row(code)?.meeting.isUnlinked == true)
        }
    }

    @Test(
        "What is over is kept in step where push names it, from either side, and nobody is told",
        arguments: [true, false])
    func pastAndNamed(isBornInLN: Bool) async throws {
        try await CalendarBed.run { bed in
            let (code, item): (ActivityCode, ItemID)
            if isBornInLN {
                code = try bed.makeActivity("Review", start: "2025-12-10T09:00:00Z", end: "2025-12-10T10:00:00Z")
                try await bed.read(code)
                try await bed.quiet()
                #expect(try await bed.row(code)?.status.state == .resting)
                try await bed.read(code, isNamed: true)
                try await bed.quiet()
                item = try #require(try await bed.row(code)?.meeting.event?.item)
            } else {
                item = try bed.makeEvent("Review", start: "2025-12-10T09:00:00", end: "2025-12-10T10:00:00")
                try await bed.read(item, of: CalendarBed.anna)
                try await bed.quiet()
                #expect(try bed.activityCodes().isEmpty, "a pull does not make it")
                try await bed.read(item, of: CalendarBed.anna, isNamed: true)
                try await bed.quiet()
                code = try #require(try bed.activityCodes().first)
            }
            #expect(try await bed.subjects() == ["Review"])
            #expect(try bed.activity(code)["Subject"] as? String == "Review")

            try bed.edit(code, ["Subject": "Minutes"])
            try await bed.read(code)
            try await bed.quiet()
            #expect(try await bed.subjects() == ["Review"], "a pull leaves it as it is")
            try await bed.read(code, isNamed: true)
            try await bed.quiet()
            #expect(try await bed.subjects() == ["Minutes"])
            try bed.edit(item, ["location": ["displayName": "Room 4"]])
            try await bed.read(item, of: CalendarBed.anna, isNamed: true)
            try await bed.quiet()
            #expect(try bed.activity(code)["Location"] as? String == "Room 4")
            #expect(try await bed.row(code)?.status.state == .settled)
            #expect(try await bed.rows().count == 1)
            let writes = (bed.exchangeTransport.writes.count, bed.lnTransport.writes.count)
            try await bed.read(code, isNamed: true)
            try await bed.read(item, of: CalendarBed.anna, isNamed: true)
            try await bed.quiet()
            #expect((bed.exchangeTransport.writes.count, bed.lnTransport.writes.count) == writes)
        }
    }

    @Test("More attendees than Exchange takes are refused, with the field and the fix")
    func tooMany() async throws {
        try await CalendarBed.run { bed in
            let guests: [[String: Any]] = (0..<501).map {
                [
                    "Type": "Other", "FullName": "Guest \($0)", "Email": "guest\($0)@customer.example",
                    "Invite": "Yes",
                ]
            }
            let code = try bed.makeActivity("Fair", inviting: guests)
            try await bed.read(code)
            try await bed.quiet()
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .refused)
            #expect(row.status.reason?.contains("501 attendees") == true)
            #expect(row.status.reason?.contains("tccom6105m000") == true)
            #expect(try await bed.events().isEmpty)
        }
    }

    @Test(
        "What was mended elsewhere than in a refused meeting is found when it is tried again: asked for, or once it is not trusted",
        arguments: [true, false])
    func mended(isAskedFor: Bool) async throws {
        let dora = SyncUser("dora")
        try await CalendarBed.run(users: [CalendarBed.anna, dora]) { bed in
            let item = try bed.makeEvent("Review", of: dora)
            try await bed.read(dora)
            try await bed.quiet()
            func row() async throws -> MeetingRow { try #require(try await bed.rows().first) }
            let refused = try await row()
            #expect(refused.status.state == .refused, "\(refused.status)")
            #expect(refused.status.reason?.contains("no employee has the e-mail address") == true)
            try bed.employ(dora)
            try await bed.read(item, of: dora)
            try await bed.quiet()
            #expect(try await row().status.state == .refused, "a read alone tells nothing new")
            if isAskedFor {
                try await bed.commit([.retryMeetings(of: dora.id)])
            } else {
                try await bed.commit([.beginCalendarBaseline([dora.id], Set(Side.allCases), check: true)])
                try await bed.read(item, of: dora)
            }
            try await bed.quiet()
            #expect(try await row().status.state == .settled)
            #expect(try bed.activityCodes().count == 1)
        }
    }

    @Test("What LN refuses is journalled with the rule by which it was asked for")
    func refusedByLN() async throws {
        try await CalendarBed.run { bed in
            let item = try bed.makeEvent("Review")
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            try bed.fault([
                "kind": "status", "method": "PATCH", "path": "txcom.ExchangeSync/Activities", "count": 1,
                "status": 400,
            ])
            try bed.edit(item, ["subject": "Review of the plant"])
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .refused, "\(row.status)")
            #expect(try await bed.journal(row).last == "CAL-9 refused")
        }
    }

    @Test("A record that can't be read is a dead letter; all else goes on")
    func deadLetter() async throws {
        try await CalendarBed.run { bed in
            try await bed.sendRubbish()
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            #expect(bed.deadLetters.records.count == 1)
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }
}

import Foundation
import SyncModel
import SyncPlanner
import SyncStore
import Testing
import WorkerTesting

@testable import CalendarSync

/// A colleague's meeting that came while he was no sync user, and what becomes of it when he is one (CAL-3).
@Suite("An organizer who becomes a sync user")
struct OrganizerTests {
    /// Anna is an active sync user, Bert is not yet.
    private static let bert = SyncUser("bert", isActive: false)

    /// Bert invites Anna and a customer.
    private func run(
        isPrivate: Bool = false, _ body: (CalendarBed, ItemID, ActivityCode) async throws -> Void
    ) async throws {
        try await CalendarBed.run(users: [CalendarBed.anna, Self.bert]) { bed in
            let guests = ["anna@shop.example", "cleo@customer.example"].map {
                ["emailAddress": ["address": $0], "type": "required"] as [String: Any]
            }
            let item = try bed.makeMeeting(
                "Acceptance", of: Self.bert,
                ["attendees": guests, "sensitivity": isPrivate ? "private" : "normal"])
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            #expect(try organizer(of: code, bed) == "E00001", "Anna is the only one of ours who has it")
            #expect(try await bed.row(code)?.meeting.owner == .external)
            bed.exchangeTransport.forget()
            try await body(bed, item, code)
            let why = try await bed.why()
            #expect(try bed.activityCodes() == [code], "one meeting, one activity: \(why)")
            #expect(try await bed.rows().count == 1, "\(why)")
            #expect(bed.exchangeTransport.writes.isEmpty)
        }
    }

    private func organizer(of code: ActivityCode, _ bed: CalendarBed) throws -> String? {
        try bed.attendees(code).first { $0["Attendance"] as? String == "MeetingOrganizer" }?["Attendee"] as? String
    }

    private func activate(_ bed: CalendarBed) async throws {
        try await bed.change(Self.bert) { $0.isActive = true }
        try await bed.sync()
    }

    /// Each of LN's attendees: address, attendance, *Invite*.
    private func attendees(_ code: ActivityCode, _ bed: CalendarBed) throws -> [String] {
        try bed.attendees(code).map { row in
            ["Email", "Attendance", "Invite"].map { row[$0] as? String ?? "-" }.joined(separator: " ")
        }.sorted()
    }

    @Test("It is his: LN's Meeting Organizer is corrected, all others stay, and it ends as he ends it")
    func becomesHis() async throws {
        try await run { bed, item, code in
            #expect(
                try attendees(code, bed) == [
                    "anna@shop.example MeetingOrganizer No", "bert@shop.example Required Yes",
                    "cleo@customer.example Required Yes",
                ])
            try await activate(bed)
            let row = try #require(try await bed.row(code))
            #expect(row.meeting.owner == .user(Self.bert.id) && row.mailbox == Self.bert.id)
            #expect(row.status.state == .settled && !row.meeting.wasExternal)
            #expect(
                try attendees(code, bed) == [
                    "anna@shop.example Required Yes", "bert@shop.example MeetingOrganizer No",
                    "cleo@customer.example Required Yes",
                ])
            let journal = try await bed.journal(row)
            #expect(journal.prefix(2) == ["CAL-7 created", "CAL-3 appointed"] && !journal.contains("CAL-9 conflict"))

            bed.lnTransport.forget()
            try await bed.sync()
            #expect(bed.lnTransport.writes.isEmpty, "in step")
            try bed.move(item, of: Self.bert, start: "2026-03-11T09:00:00", end: "2026-03-11T10:00:00")
            try await bed.sync()
            #expect(try bed.activity(code)["StartDate"] as? String == "2026-03-11T09:00:00Z")
            // Anna's copy alone ends nothing.
            try bed.deleteEvent(try #require(row.copies[CalendarBed.anna.id]))
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            try bed.deleteEvent(item, of: Self.bert)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test("What LN's users entered meanwhile is lost with a line on record only, or goes to invitation-worker")
    func editedMeanwhile() async throws {
        try await run { bed, item, code in
            try bed.edit(code, ["Subject": "LN's", "Location": "Room 4"])
            try bed.edit(item, of: Self.bert, ["subject": "Outlook's"])
            try await bed.change(Self.bert) { $0.isActive = true }
            try await bed.read(Self.bert)
            try await bed.read(code)
            try await bed.sync()
            #expect(try bed.activity(code)["Subject"] as? String == "Outlook's")
            let row = try #require(try await bed.row(code))
            #expect(try await bed.details(row).contains { $0.contains("LN's") })
            guard case .update(let asked)? = row.meeting.asked?.write.change else {
                Issue.record("nothing is asked for: \(row)")
                return
            }
            #expect(asked == [.location: .location("Room 4")])
            #expect(try organizer(of: code, bed) == "E00002")
        }
    }

    @Test("What LN's user deleted before it was his is parted from it, as a customer's meeting is")
    func deletedBefore() async throws {
        try await CalendarBed.run(users: [CalendarBed.anna, Self.bert]) { bed in
            let guests = [["emailAddress": ["address": "anna@shop.example"], "type": "required"] as [String: Any]]
            let item = try bed.makeMeeting("Acceptance", of: Self.bert, ["attendees": guests])
            try await bed.sync()
            try bed.deleteActivity(try #require(try bed.activityCodes().first))
            try await activate(bed)
            let row = try #require(try await bed.rows().first)
            #expect(row.meeting.isUnlinked && row.meeting.asked == nil && row.status.state == .resting)
            #expect(try await bed.events(of: Self.bert).contains { $0["id"] as? String == item.rawValue })
            #expect(bed.exchangeTransport.writes.isEmpty)
        }
    }

    @Test(
        "Not Held in LN before his plan is approved parts nothing: Planned again it goes on, approved it is parted",
        arguments: [true, false])
    func endedBeforeApproval(isBack: Bool) async throws {
        try await run { bed, item, code in
            try await bed.change(Self.bert) {
                $0.isActive = true
                $0.calendar.isActivated = false
            }
            try await bed.sync()
            try bed.edit(code, ["Status": "NotHeld"])
            try await bed.sync()
            var row = try #require(try await bed.row(code))
            #expect(row.status.state == .held && row.meeting.hold?.question == .activation && !row.meeting.isUnlinked)
            #expect(row.meeting.observed.ln.isGone)
            if isBack {
                try bed.edit(code, ["Status": "Planned"])
                try await bed.sync()
                row = try #require(try await bed.row(code))
            }
            bed.lnTransport.forget()
            try await bed.approve(row)
            row = try #require(try await bed.row(code))
            #expect(row.meeting.isUnlinked == !isBack && bed.lnTransport.writes.isEmpty == !isBack)
            #expect(try organizer(of: code, bed) == (isBack ? "E00002" : "E00001"))
            #expect(try await bed.events(of: Self.bert).contains { $0["id"] as? String == item.rawValue })
        }
    }

    @Test("A correction whose answer is lost is made once, and nobody is an attendee twice")
    func answerLost() async throws {
        try await run { bed, _, code in
            try bed.fault([
                "kind": "lostAnswer", "method": "PATCH", "path": "txcom.ExchangeSync/Attendees", "count": 1,
            ])
            try await bed.change(Self.bert) { $0.isActive = true }
            try await bed.sync()
            try await bed.advance(by: .seconds(90))
            try await bed.sync()
            #expect(
                try attendees(code, bed) == [
                    "anna@shop.example Required Yes", "bert@shop.example MeetingOrganizer No",
                    "cleo@customer.example Required Yes",
                ])
        }
    }

    @Test("Of a private one LN shows nobody but the organizer, who changes too")
    func becomesHisAndIsPrivate() async throws {
        try await run(isPrivate: true) { bed, _, code in
            try await activate(bed)
            #expect(try attendees(code, bed) == ["bert@shop.example MeetingOrganizer No"])
            #expect(try bed.activity(code)["Subject"] as? String == "Private")
        }
    }

    @Test("Who is no active sync user any more stays the owner: it rests (SET-3)")
    func deactivated() async throws {
        try await run { bed, item, code in
            try await activate(bed)
            try await bed.change(Self.bert) { $0.isActive = false }
            try bed.edit(item, of: Self.bert, ["subject": "Outlook's"])
            try await bed.sync()
            #expect(try organizer(of: code, bed) == "E00002")
            #expect(try await bed.row(code)?.meeting.owner == .user(Self.bert.id))
        }
    }
}

import Foundation
import HTTPTypes
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@testable import CalendarSync

/// Who stands in LN for a customer who organizes a meeting, and another whom an LN user has chosen (CAL-3).
@Suite("Another Meeting Organizer of a customer's meeting")
struct StandInTests {
    /// Bert is the customer: no sync user yet.
    private static let bert = SyncUser("bert", isActive: false)
    private static let nils = SyncUser("nils")

    /// Bert invites these and a contact of LN's; Anna stands in for him.
    private func run(
        users: [SyncUser] = [CalendarBed.anna, bert], inviting guests: [String] = ["anna", "nils"],
        _ body: (CalendarBed, ItemID, ActivityCode) async throws -> Void
    ) async throws {
        try await CalendarBed.run(users: users) { bed in
            let attendees = (guests.map { "\($0)@shop.example" } + ["cleo@customer.example"]).map {
                ["emailAddress": ["address": $0], "type": "required"] as [String: Any]
            }
            let item = try bed.makeMeeting("Acceptance", of: Self.bert, ["attendees": attendees])
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            bed.exchangeTransport.forget()
            try await body(bed, item, code)
            let why = try await bed.why()
            #expect(try await bed.rows().map(\.status.state) == [.settled], "\(why)")
            #expect(bed.exchangeTransport.writes.isEmpty)
            bed.lnTransport.forget()
            try await bed.sync()
            #expect(bed.lnTransport.writes.isEmpty, "in step")
        }
    }

    /// Each of LN's attendees: who, attendance, *Invite*, *Synchronized*.
    private func attendees(_ code: ActivityCode, _ bed: CalendarBed) throws -> [String] {
        try bed.attendees(code).map { row in
            let name = (row["Email"] as? String ?? "-").prefix { $0 != "@" }
            return ([String(name)] + ["Attendance", "Invite", "Synchronized"].map { row[$0] as? String ?? "-" })
                .joined(separator: " ")
        }.sorted()
    }

    @Test("He stays, and who stood in before is invited as in Outlook", arguments: [false, true])
    func anAttendee(isSyncUser: Bool) async throws {
        try await run(users: [CalendarBed.anna, Self.bert] + (isSyncUser ? [Self.nils] : [])) { bed, item, code in
            try bed.makeOrganizer("E00003", of: code)
            try await bed.sync()
            let there = [
                "anna Required Yes Yes", "bert Required Yes Yes", "cleo Required Yes Yes",
                "nils MeetingOrganizer Yes Yes",
            ]
            let why = try await bed.why()
            #expect(try attendees(code, bed) == there, "\(why)")
            // What the customer changes still comes.
            try bed.control(
                .patch, "mailboxes/\(Self.bert.email)/events/\(CalendarBed.escaped(item))", ["subject": "Outlook's"])
            try await bed.sync()
            #expect(try bed.activity(code)["Subject"] as? String == "Outlook's")
            #expect(try attendees(code, bed) == there)
        }
    }

    @Test("Whom the customer has not invited too; who stood in is added again where LN's user took him away")
    func notInvited() async throws {
        try await run(inviting: ["anna"]) { bed, item, code in
            let organizer = try #require(
                try bed.attendees(code).first { $0["Attendance"] as? String == "MeetingOrganizer" })
            try bed.replaceAttendee(code, organizer, by: "E00003")
            try await bed.sync()
            let rows = try attendees(code, bed)
            #expect(rows.contains("anna Required Yes Yes") && rows.count == 4, "\(rows)")
            #expect(rows.contains { $0.hasPrefix("nils MeetingOrganizer") })
        }
    }

    @Test("Back to who stood in first")
    func back() async throws {
        try await run { bed, _, code in
            try bed.makeOrganizer("E00003", of: code)
            try await bed.sync()
            try bed.makeOrganizer("E00001", of: code)
            try await bed.sync()
            #expect(
                try attendees(code, bed) == [
                    "anna MeetingOrganizer Yes Yes", "bert Required Yes Yes", "cleo Required Yes Yes",
                    "nils Required Yes Yes",
                ])
        }
    }

    @Test("The customer himself, before he is a sync user: who stood in is invited", arguments: [false, true])
    func theOrganizerHimself(isReadBefore: Bool) async throws {
        try await run { bed, _, code in
            try bed.makeOrganizer("E00002", of: code)
            if isReadBefore { try await bed.sync() }
            try await bed.change(Self.bert) { $0.isActive = true }
            try await bed.sync()
            let rows = try attendees(code, bed)
            #expect(rows.contains("anna Required Yes Yes") && rows.contains("nils Required Yes Yes"), "\(rows)")
            #expect(rows.contains { $0.hasPrefix("bert MeetingOrganizer") } && rows.count == 4)
        }
    }

    @Test("Whose Invite LN's user switches off before the rest is merged leaves the event, and is not invited again")
    func switchedOff() async throws {
        try await run { bed, _, code in
            let ln = bed.lnTransport
            ln.beforeNext(where: Self.appoints) { _ in
                ln.beforeNext(where: { $0.method == .get && $0.path.contains("/Activities") }) { _ in
                    #expect(throws: Never.self) { try bed.switchOffInvite(of: "E00001", in: code) }
                }
            }
            try await bed.change(Self.bert) { $0.isActive = true }
            try await bed.sync()
            let rows = try attendees(code, bed)
            #expect(rows.contains("anna Required No Yes"), "\(rows)")
            #expect(rows.contains { $0.hasPrefix("bert MeetingOrganizer") })
            let asked = try #require(try await bed.row(code)?.meeting.asked)
            #expect(asked.write.change == .update([.attendee(CalendarBed.anna.email): .attendee(nil)]))
        }
    }

    @Sendable
    private static func appoints(_ request: HTTPRequest) -> Bool {
        request.method != .get && request.path.contains("/Attendees")
            && String(decoding: request.body, as: UTF8.self).contains("MeetingOrganizer")
    }

    @Test(
        "Another was chosen when the customer becomes a sync user: it is his, and both are invited",
        arguments: [false, true])
    func anotherBefore(isReadBefore: Bool) async throws {
        try await run { bed, _, code in
            try bed.makeOrganizer("E00003", of: code)
            if isReadBefore { try await bed.sync() }
            try await bed.change(Self.bert) { $0.isActive = true }
            try await bed.sync()
            #expect(
                try attendees(code, bed) == [
                    "anna Required Yes Yes", "bert MeetingOrganizer No Yes", "cleo Required Yes Yes",
                    "nils Required Yes Yes",
                ])
            let row = try #require(try await bed.row(code))
            #expect(try await !bed.journal(row).contains("CAL-9 conflict"))
        }
    }
}

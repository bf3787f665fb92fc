import ExchangeSandbox
import Foundation
import HTTPTypes
import LNSandbox
import SyncModel
import Testing

/// What people see and do: at LN's screens and in Outlook, by the stand-ins' control channels alone.
extension CalendarBed {
    typealias JSONObject = [String: Any]

    // MARK: LN

    @discardableResult
    private func screen(_ method: HTTPMethod, _ path: String, _ body: JSONObject? = nil) throws -> JSONObject {
        let response = ln.answer(
            HTTPRequest(
                method: method, scheme: "https", authority: "ln.example", target: "/sandbox/data/\(path)",
                headerFields: [:], body: try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()))
        #expect((200..<300).contains(response.status), "\(String(decoding: response.body, as: UTF8.self))")
        return (try? JSONSerialization.jsonObject(with: response.body) as? JSONObject) ?? [:]
    }

    /// Anna makes an appointment with *Synchronize* on.
    @discardableResult
    func makeActivity(
        _ subject: String, start: String = "2026-03-10T09:00:00Z", end: String = "2026-03-10T10:00:00Z",
        inviting guests: [JSONObject] = [], _ more: JSONObject = [:]
    ) throws -> ActivityCode {
        // A screen wants somebody invited before Synchronize; OData does not (the stand-in's page of assumptions).
        var body: JSONObject = [
            "Subject": subject, "StartDate": start, "EndDate": end, "Synchronize": "Yes",
            "AttendeeRefs": guests.isEmpty ? [["Attendee": "E00003", "Invite": "Yes"]] : guests,
        ]
        body.merge(more) { _, new in new }
        let code = try #require(try screen(.post, "Activities?user=anna", body)["Activity"] as? String)
        if guests.isEmpty { try screen(.delete, "Attendees/\(code)/\(try number(of: "E00003", in: code))") }
        return ActivityCode(code)
    }

    private func number(of attendee: String, in code: String) throws -> Int {
        let row = try attendees(ActivityCode(code)).first { $0["Attendee"] as? String == attendee }
        return try #require(row?["Sequence"] as? Int)
    }

    func edit(_ code: ActivityCode, _ fields: JSONObject) throws {
        try screen(.patch, "Activities/\(code)?user=anna", fields)
    }

    func deleteActivity(_ code: ActivityCode) throws { try screen(.delete, "Activities/\(code)") }

    func activity(_ code: ActivityCode) throws -> JSONObject { try screen(.get, "Activities/\(code)") }

    func attendees(_ code: ActivityCode) throws -> [JSONObject] {
        let response = ln.answer(
            HTTPRequest(
                method: .get, scheme: "https", authority: "ln.example", target: "/sandbox/data/Attendees/\(code)",
                headerFields: [:], body: Data()))
        let answer = try JSONSerialization.jsonObject(with: response.body)
        return answer as? [JSONObject] ?? (answer as? JSONObject)?["value"] as? [JSONObject] ?? []
    }

    func addAttendee(_ code: ActivityCode, _ fields: JSONObject) throws {
        try screen(.post, "Attendees", fields.merging(["Activity": code.rawValue]) { own, _ in own })
    }

    /// LN's user takes an attendee's row away and adds another with the same attendance.
    func replaceAttendee(_ code: ActivityCode, _ row: JSONObject, by employee: String) throws {
        let number = try #require(row["Sequence"] as? Int)
        try screen(.delete, "Attendees/\(code)/\(number)")
        try screen(
            .post, "Attendees",
            [
                "Activity": code.rawValue, "Attendee": employee, "Invite": "No",
                "Attendance": row["Attendance"] as? String ?? "Required",
            ])
    }

    /// LN's user makes an attendee the Meeting Organizer: who was it before is a required attendee.
    func makeOrganizer(_ employee: String, of code: ActivityCode) throws {
        try screen(
            .patch, "Attendees/\(code)/\(try number(of: employee, in: code.rawValue))",
            ["Attendance": "MeetingOrganizer"])
    }

    func switchOffInvite(of employee: String, in code: ActivityCode) throws {
        try screen(
            .patch, "Attendees/\(code)/\(try number(of: employee, in: code.rawValue))", ["Invite": "No"])
    }

    /// LN has the user as an employee from now on.
    func employ(_ user: SyncUser) throws {
        try screen(
            .post, "Employees",
            ["Employee": "E00009", "Name": user.name, "User": user.code.rawValue, "Email": user.email.rawValue])
    }

    /// What goes wrong with the next requests to LN.
    func fault(_ fault: JSONObject) throws {
        let response = ln.answer(
            HTTPRequest(
                method: .post, scheme: "https", authority: "ln.example", target: "/sandbox/faults", headerFields: [:],
                body: try JSONSerialization.data(withJSONObject: fault)))
        #expect((200..<300).contains(response.status))
    }

    func activityCodes() throws -> [ActivityCode] {
        let response = ln.answer(
            HTTPRequest(
                method: .get, scheme: "https", authority: "ln.example", target: "/sandbox/data/Activities",
                headerFields: [:], body: Data()))
        let answer = try JSONSerialization.jsonObject(with: response.body)
        let rows = answer as? [JSONObject] ?? (answer as? JSONObject)?["value"] as? [JSONObject] ?? []
        let known = rows.compactMap { $0["Activity"] as? String }.map { ActivityCode($0) }
        return known.sorted()
    }

    // MARK: Outlook

    @discardableResult
    func control(_ method: HTTPMethod, _ path: String, _ body: JSONObject? = nil) throws -> JSONObject {
        let response = exchange.answer(
            HTTPRequest(
                method: method, scheme: "https", authority: "graph.example", target: "/sandbox/\(path)",
                headerFields: [:], body: try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()))
        #expect((200..<300).contains(response.status), "\(String(decoding: response.body, as: UTF8.self))")
        return (try? JSONSerialization.jsonObject(with: response.body) as? JSONObject) ?? [:]
    }

    private static func moment(_ text: String) -> JSONObject { ["dateTime": text, "timeZone": "UTC"] }

    @discardableResult
    func makeEvent(
        _ subject: String, of user: SyncUser = anna, start: String = "2026-03-10T09:00:00",
        end: String = "2026-03-10T10:00:00", _ more: JSONObject = [:]
    ) throws -> ItemID {
        var body: JSONObject = ["subject": subject, "start": Self.moment(start), "end": Self.moment(end)]
        body.merge(more) { _, new in new }
        let made = try control(.post, "mailboxes/\(user.email)/events?silent=true", body)
        return ItemID(try #require(made["id"] as? String))
    }

    /// Outlook invites, as its user wants it to.
    func makeMeeting(_ subject: String, of user: SyncUser = anna, _ more: JSONObject) throws -> ItemID {
        var body: JSONObject = [
            "subject": subject, "start": Self.moment("2026-03-10T09:00:00"), "end": Self.moment("2026-03-10T10:00:00"),
        ]
        body.merge(more) { _, new in new }
        let made = try control(.post, "mailboxes/\(user.email)/events", body)
        return ItemID(try #require(made["id"] as? String))
    }

    func edit(_ item: ItemID, of user: SyncUser = anna, _ fields: JSONObject) throws {
        try control(.patch, "mailboxes/\(user.email)/events/\(Self.escaped(item))?silent=true", fields)
    }

    func move(_ item: ItemID, of user: SyncUser = anna, start: String, end: String) throws {
        try edit(item, of: user, ["start": Self.moment(start), "end": Self.moment(end)])
    }

    func deleteEvent(_ item: ItemID, of user: SyncUser = anna, forGood: Bool = false) throws {
        try control(.delete, "mailboxes/\(user.email)/events/\(Self.escaped(item))?silent=true&forGood=\(forGood)")
    }

    /// From Deleted Items.
    func bringBack(_ item: ItemID, of user: SyncUser = anna) throws {
        try control(.post, "mailboxes/\(user.email)/events/\(Self.escaped(item))/move", ["calendar": "calendar"])
    }

    func copyEvent(_ item: ItemID, of user: SyncUser = anna) throws {
        try control(.post, "mailboxes/\(user.email)/events/\(Self.escaped(item))/copy", [:])
    }

    static func escaped(_ item: ItemID) -> String {
        item.rawValue.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? item.rawValue
    }

    /// The events in the user's calendar, as a program of another maker reads them.
    func events(of user: SyncUser = anna) async throws -> [JSONObject] {
        let dump = try control(.get, "dump")
        let mailbox = dump[user.email.rawValue] as? JSONObject
        let calendars = mailbox?["calendars"] as? [JSONObject] ?? []
        return calendars.first { $0["name"] as? String == "Calendar" }?["events"] as? [JSONObject] ?? []
    }

    func subjects(of user: SyncUser = anna) async throws -> [String] {
        try await events(of: user).compactMap { $0["subject"] as? String }.sorted()
    }

    /// What a program made mailboxes send; a user's own mails in Outlook are his.
    func mails() throws -> [JSONObject] {
        let mails = try control(.get, "outbox")["mails"] as? [JSONObject] ?? []
        return mails.filter { $0["app"] is String }
    }
}

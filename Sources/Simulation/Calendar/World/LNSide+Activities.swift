import Foundation
import HTTPTypes
import LNSandbox
import Runtime
import SyncModel

/// LN's activities: what a shop has for them, what LN's users do with them, and what is seen of them from outside.
extension LNSide {
    /// An employee of the sync user's; his address is the sync user's.
    static func employee(_ user: Int) -> String { "E\(user + 1)" }

    /// An employee who is no sync user, though he has a mailbox.
    static let colleague = "colleague@hokuto.example"

    /// Somebody whom LN and Exchange know by his address alone.
    static let stranger = "bo@other.example"

    /// Employees, one of whom is the service's own; calendars are pulled every minute, contacts not at all.
    static func addCalendar(to shop: inout LNShop, _ size: World.Size, at moment: Int) throws {
        let others = [("E0", "svc_ln", "svc_ln@hokuto.example"), ("E9", "colleague", colleague)]
        for (code, user, address) in (0..<size.users).map({ (employee($0), user($0), address($0)) }) + others {
            _ = try shop.insert(
                ["Employee": .text(code), "Name": .text("Name \(user)"), "User": .text(user), "Email": .text(address)],
                into: .employees, at: moment)
        }
        _ = try shop.update(["SynchronizeContacts": .member("No")], in: .comParameters, at: moment)
        _ = try shop.update(
            [
                "CalendarPullInterval": .number(1), "CalendarPullIntervalUnit": .member("Minute"),
                "EnablePushSynchronization": .member("Yes"),
            ], in: .syncSettings, at: moment)
    }

    // MARK: What is looked at from outside

    var synchronizesActivities: Bool {
        sandbox.shop.value("SynchronizeActivities", of: "", in: .comParameters) == .member("Yes")
    }

    /// Every appointment and call that there is, by its code.
    func activities() -> [SeenMeeting] {
        let shop = sandbox.shop
        let rows = Dictionary(grouping: shop.keys(.attendees)) { $0.prefix { $0 != "/" } }
        return shop.keys(.activities).compactMap { code in
            Self.activity(code, rows[code[...]] ?? [], in: shop)
        }
    }

    private static func activity(_ code: String, _ rows: [String], in shop: LNShop) -> SeenMeeting? {
        func field(_ name: String) -> String { shop.value(name, of: code, in: .activities)?.description ?? "" }
        guard ["Appointment", "Call"].contains(field("Type")) else { return nil }
        var seen = SeenMeeting(.activity(code))
        seen.isCall = field("Type") == "Call"
        seen.isThere = field("Status") != "NotHeld"
        seen.isHeld = field("Status") == "Held"
        seen.isSynchronized = field("Synchronize") == "Yes"
        seen.isCreatedInLN = field("CreatedInInforLN") == "Yes"
        seen.uid = field("ExchangeId").isEmpty ? nil : field("ExchangeId")
        (seen.start, seen.end) = (String(field("StartDate").prefix(16)), String(field("EndDate").prefix(16)))
        seen.values = [
            .time: SeenMeeting.time(field("StartDate"), field("EndDate"), isAllDay: field("AllDay") == "Yes"),
            .subject: SeenMeeting.line(field("Subject"), SeenMeeting.subjectLength),
            .location: SeenMeeting.line(field("Location"), SeenMeeting.locationLength),
            .body: SeenMeeting.lines(field("Information")), .showAs: field("ShowTimeAs").lowercased(),
            .sensitivity: field("Sensitivity").lowercased(),
            .reminder: field("Reminder") == "Yes" ? field("ReminderMinutes") : "off",
        ]
        for row in rows {
            func field(_ name: String) -> String { shop.value(name, of: row, in: .attendees)?.description ?? "" }
            let address = field("Email").lowercased()
            guard field("Attendance") != "MeetingOrganizer" else {
                seen.organizer = address
                continue
            }
            seen.responses[address] = field("AttendanceStatus")
            guard !address.isEmpty, field("Invite") == "Yes" || field("Synchronized") == "Yes" else { continue }
            seen.values[.attendee(EmailAddress(address))] =
                field("Attendance").lowercased() + (field("Invite") == "Yes" ? "" : ", not invited")
        }
        return seen
    }

    // MARK: What LN's users do

    /// - Parameter attendees: whom the user invites; without one nobody is told, as of what other programs enter.
    /// - Returns: its code; `nil` where LN refuses it.
    @discardableResult
    func createActivity(_ fields: [String: Any], by user: Int, inviting attendees: [[String: Any]]) -> String? {
        // On the screen *Synchronize* needs somebody who is invited; he is taken off again where nobody is wanted.
        let invited = attendees.isEmpty ? [Self.invitation(of: .stranger)] : attendees
        let body = fields.merging(["Synchronize": "Yes", "AttendeeRefs": invited]) { given, _ in given }
        let answer = act(.post, "Activities?user=\(Self.user(user))", body)
        guard answer.status == 201,
            let made = try? JSONSerialization.jsonObject(with: answer.body) as? [String: Any],
            let code = made["Activity"] as? String
        else { return nil }
        if attendees.isEmpty { act(.delete, "Attendees/\(code)/2") }
        return code
    }

    /// Who may be invited.
    enum Invited: Sendable, Hashable {
        case user(Int), colleague, contact, stranger
    }

    static func invitation(of whom: Invited) -> [String: Any] {
        switch whom {
        case .user(let user): ["Type": "Employee", "Attendee": employee(user), "Invite": "Yes"]
        case .colleague: ["Type": "Employee", "Attendee": "E9", "Invite": "Yes"]
        case .contact: ["Type": "Contact", "Attendee": code(0), "Invite": "Yes"]
        case .stranger: ["Type": "Other", "FullName": "Bo", "Email": stranger, "Invite": "Yes"]
        }
    }

    func editActivity(_ code: String, _ fields: [String: Any]) {
        let age = randomness.next(in: 0...4) == 0 ? randomness.next(in: 1...20) : 0
        act(.patch, "Activities/\(code)?user=user1&secondsAgo=\(age)", fields)
    }

    func deleteActivity(_ code: String) { act(.delete, "Activities/\(code)") }

    func invite(_ whom: Invited, to code: String) {
        act(.post, "Attendees?user=user1", Self.invitation(of: whom).merging(["Activity": code]) { given, _ in given })
    }

    /// The keys of the activity's attendees but the Meeting Organizer.
    func attendees(of code: String) -> [String] {
        let shop = sandbox.shop
        return shop.keys(.attendees).filter {
            $0.hasPrefix(code + "/") && shop.value("Attendance", of: $0, in: .attendees) != .member("MeetingOrganizer")
        }
    }

    func editAttendee(_ key: String, _ fields: [String: Any]) { act(.patch, "Attendees/\(key)?user=user1", fields) }

    func deleteAttendee(_ key: String) { act(.delete, "Attendees/\(key)") }

    @discardableResult
    private func act(_ method: HTTPMethod, _ target: String, _ fields: [String: Any]? = nil) -> HTTPResponse {
        request(method, "/sandbox/data/" + target, fields)
    }
}

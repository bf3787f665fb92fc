import Foundation
import HTTPTypes

/// Activities at LN's screens, and what users do with their calendars in Outlook.
extension StandIns {
    /// An activity of LN's, as far as the scenario goes.
    struct Activity: Decodable {
        let Activity: String
        let kind: String
        let Subject: String
        let Location: String
        let StartDate: String
        let EndDate: String
        let Status: String
        let Synchronize: String
        let ExchangeId: String

        enum CodingKeys: String, CodingKey {
            case Activity, Subject, Location, StartDate, EndDate, Status, Synchronize, ExchangeId
            case kind = "Type"
        }

        var isCalendar: Bool { (kind == "Appointment" || kind == "Call") && Synchronize == "Yes" }
    }

    /// An event in a user's own calendar.
    struct Event: Decodable {
        struct Time: Decodable { let dateTime: String }
        struct Place: Decodable { let displayName: String? }
        let id: String
        let iCalUId: String
        let subject: String
        let start: Time
        let location: Place?
        let isOrganizer: Bool
    }

    private struct Mailbox: Decodable {
        struct Calendar: Decodable {
            let name: String
            let events: [Event]
        }
        let calendars: [Calendar]
    }

    private struct Outbox: Decodable {
        struct Mail: Decodable { let app: String? }
        let mails: [Mail]
    }

    func activities() async throws -> [Activity] {
        try await get("\(ln)/sandbox/data/Activities", as: [Activity].self).sorted { $0.Activity < $1.Activity }
    }

    /// The activity that LN has of an event; several where it was made twice.
    func activities(of event: Event) async throws -> [Activity] {
        try await activities().filter { $0.ExchangeId == event.iCalUId }
    }

    /// An edit at LN's screens.
    func edit(activity: String, _ fields: [String: String]) async throws {
        let body = try JSONSerialization.data(withJSONObject: fields)
        _ = try await send(.patch, "\(ln)/sandbox/data/Activities/\(activity)", body)
    }

    /// The addresses of the active users' mailboxes.
    func activeMailboxes() async throws -> [String] {
        let active = Set(try await users().filter { $0.Active == "Yes" }.map { $0.Email.lowercased() })
        return try await mailboxes().filter { active.contains($0.lowercased()) }
    }

    /// What a user makes in his own calendar; the text of a member is JSON's where it is an object.
    func makeEvent(_ body: [String: any Sendable], in mailbox: String) async throws -> Event {
        let data = try JSONSerialization.data(withJSONObject: body)
        let answer = try await send(.post, "\(exchange)/sandbox/mailboxes/\(mailbox)/events", data)
        return try JSONDecoder().decode(Event.self, from: answer)
    }

    func edit(_ event: Event, in mailbox: String, _ body: [String: any Sendable]) async throws {
        let data = try JSONSerialization.data(withJSONObject: body)
        _ = try await send(.patch, "\(exchange)/sandbox/mailboxes/\(mailbox)/events/\(event.id)", data)
    }

    func delete(_ event: Event, in mailbox: String) async throws {
        _ = try await send(.delete, "\(exchange)/sandbox/mailboxes/\(mailbox)/events/\(event.id)", nil)
    }

    /// The events of a user's own calendar.
    func events(in mailbox: String) async throws -> [Event] {
        let shown = try await get("\(exchange)/sandbox/mailboxes/\(mailbox)", as: Mailbox.self)
        return shown.calendars.first { $0.name == "Calendar" }?.events ?? []
    }

    /// Mails about meetings that our programs caused: none may.
    func mailsOfOurs() async throws -> Int {
        try await get("\(exchange)/sandbox/outbox", as: Outbox.self).mails.count { $0.app != nil }
    }
}

import ExchangeSandbox
import Foundation
import HTTPTypes
import Runtime
import SyncModel

/// Calendars in Exchange: what users do with them in Outlook, and what is seen of them from outside.
extension ExchangeSide {
    // MARK: What is looked at from outside

    /// The events of a mailbox's default calendar, masters of series too.
    func events(of address: String) -> [SeenMeeting] {
        let answer = control(.get, "mailboxes/\(address)")
        guard let mailbox = try? JSONDecoder().decode(Calendars.self, from: answer.body) else { return [] }
        return mailbox.calendars.flatMap { calendar in
            calendar.events.map { $0.seen(in: address, isDeleted: calendar.name == "Deleted Items") }
        }
    }

    /// The mails about meetings that an app has made mailboxes write (I6, I16).
    func mailsOfApps() -> [String] {
        struct Outbox: Decodable {
            struct Mail: Decodable {
                let kind: String
                let app: String?
                let from: String
                let subject: String
            }
            let mails: [Mail]
        }
        let mails = (try? JSONDecoder().decode(Outbox.self, from: control(.get, "outbox").body))?.mails ?? []
        return mails.compactMap { mail in
            mail.app.map { "\($0) made \(mail.from) send a \(mail.kind) of “\(mail.subject)”" }
        }
    }

    private struct Calendars: Decodable {
        struct Calendar: Decodable {
            let name: String
            let events: [StoredEvent]
        }
        let calendars: [Calendar]
    }

    private struct StoredEvent: Decodable {
        struct Body: Decodable { let content: String }
        struct Time: Decodable { let dateTime: String }
        struct Place: Decodable { let displayName: String? }
        struct Address: Decodable { let address: String }
        struct Person: Decodable { let emailAddress: Address }
        struct Status: Decodable { let response: String }
        struct Attendee: Decodable {
            let type: String
            let emailAddress: Address
            let status: Status
        }

        let id: String
        let iCalUId: String
        let subject: String
        let body: Body
        let start: Time
        let end: Time
        let isAllDay: Bool
        let location: Place?
        let attendees: [Attendee]
        let organizer: Person
        let showAs: String
        let sensitivity: String
        let isReminderOn: Bool
        let reminderMinutesBeforeStart: Int
        let isCancelled: Bool
        let isOrganizer: Bool
        let isDraft: Bool
        let type: String
        let extended: [String: String]

        private static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"

        func seen(in mailbox: String, isDeleted: Bool) -> SeenMeeting {
            var seen = SeenMeeting(.event(mailbox: mailbox, id: id))
            seen.isThere = !isDeleted && !isCancelled
            seen.uid = iCalUId
            seen.names = extended.first { $0.key.lowercased() == Self.property.lowercased() }?.value
            (seen.start, seen.end) = (String(start.dateTime.prefix(16)), String(end.dateTime.prefix(16)))
            seen.isOrganizers = isOrganizer
            seen.isSeries = type != "singleInstance"
            seen.isDraft = isDraft
            seen.organizer = organizer.emailAddress.address.lowercased()
            seen.values = [
                .time: SeenMeeting.time(start.dateTime, end.dateTime, isAllDay: isAllDay),
                .subject: SeenMeeting.line(subject, SeenMeeting.subjectLength),
                .location: SeenMeeting.line(location?.displayName ?? "", SeenMeeting.locationLength),
                .body: SeenMeeting.lines(body.content), .showAs: showAs == "oof" ? "outofoffice" : showAs.lowercased(),
                .sensitivity: sensitivity,
                .reminder: isReminderOn ? String(reminderMinutesBeforeStart) : "off",
            ]
            for attendee in attendees {
                let address = attendee.emailAddress.address.lowercased()
                guard address != seen.organizer else { continue }
                seen.values[.attendee(EmailAddress(address))] = attendee.type
                seen.responses[address] = attendee.status.response
            }
            return seen
        }
    }

    // MARK: What users do in Outlook

    /// - Returns: the event's id; `nil` where Exchange refuses it.
    @discardableResult
    func createEvent(_ body: [String: Any], in address: String, isSilent: Bool = false) -> String? {
        let answer = control(.post, "mailboxes/\(address)/events", suffix: isSilent ? "?silent=true" : "", body)
        return (try? JSONSerialization.jsonObject(with: answer.body) as? [String: Any])?["id"] as? String
    }

    func editEvent(_ id: String, _ body: [String: Any], in address: String) {
        control(.patch, "mailboxes/\(address)/events/\(id)", body)
    }

    func deleteEvent(_ id: String, in address: String, forGood: Bool) {
        control(.delete, "mailboxes/\(address)/events/\(id)", suffix: forGood ? "?forGood=true" : "")
    }

    /// - Parameter name: `answer`, `cancel`, `move`, `copy`, `touch`.
    func act(_ name: String, on id: String, _ body: [String: Any] = [:], in address: String) {
        control(.post, "mailboxes/\(address)/events/\(id)/\(name)", body)
    }

    /// Somebody outside the tenant invites, tells of a change (the same uid again), or cancels.
    func outside(_ what: String, uid: String, _ body: [String: Any]) {
        let organizer = ["address": "eva@customer.example", "name": "Eva"]
        control(.post, "outside/\(what)", body.merging(["organizer": organizer, "iCalUId": uid]) { given, _ in given })
    }

    // MARK: What happens to it

    /// Calendars' views forget, repeat and mix up what they told, and etags change by themselves; with `isOn` false never again.
    func setVices(_ isOn: Bool) {
        let often = [
            "etagChangesOnReads": 40, "emptyPages": 10, "falseRemovals": 15, "repeatedRows": 10, "reorderedRows": 10,
            "lateChanges": 15,
        ]
        control(.post, "vices", isOn ? often : often.mapValues { _ in 0 })
    }

    /// All events of a mailbox get another etag.
    func touchEvents(of address: String) {
        for event in events(of: address) where event.isThere {
            if case .event(_, let id) = event.item { act("touch", on: id, in: address) }
        }
    }

    /// No delta link handed out so far is good any more: 410.
    func forgetDeltas(_ code: String) { control(.post, "delta/expire", ["code": code, "status": 410]) }
}

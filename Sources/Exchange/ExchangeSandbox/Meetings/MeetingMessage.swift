import Foundation

/// A mail about a meeting from one mailbox to others.
struct MeetingMessage: Sendable, Hashable {
    enum Kind: String, Sendable, Codable {
        case invitation, update, cancellation, response
    }

    /// A meeting as its organizer has it.
    struct Meeting: Sendable, Hashable {
        let organizer: Recipient
        let fields: EventFields
        var exceptions: [Int: EventItem.Exception] = [:]
        var cancelledDays: Set<Int> = []

        init(_ item: EventItem) {
            organizer = item.organizer
            fields = item.fields
            exceptions = item.exceptions
            cancelledDays = item.cancelledDays
        }

        init(organizer: Recipient, fields: EventFields) {
            self.organizer = organizer
            self.fields = fields
        }
    }

    let kind: Kind
    let from: Recipient
    /// Addresses.
    let to: [String]
    let uid: String
    let subject: String
    /// The event in the sender's mailbox.
    let event: Int
    /// The occurrence that it is about; `nil`: the whole meeting.
    var day: CivilDay?
    /// What the recipients' copies become.
    var meeting: Meeting?
    /// A response's.
    var answer: Answer?
    var proposedNewTime: JSON?
    var comment: String?
    let sent: Date
}

/// What the tenant remembers of a mail about a meeting.
struct SentMail: Sendable, Hashable, Codable {
    let kind: MeetingMessage.Kind
    /// The app that made the mailbox write it; `nil`: its user, in Outlook.
    let app: String?
    let from: String
    let to: [String]
    let subject: String
    let iCalUId: String
    /// The event's immutable id in the sender's mailbox.
    let eventID: String
    let occurrence: String?
    let response: String?
    let comment: String?
    let sent: Date

    init(_ message: MeetingMessage, app: String?, eventID: String) {
        kind = message.kind
        self.app = app
        from = message.from.address
        to = message.to
        subject = message.subject
        iCalUId = message.uid
        self.eventID = eventID
        occurrence = message.day?.text
        response = message.answer?.response.rawValue
        comment = message.comment
        sent = message.sent
    }

    var shown: JSON {
        [
            "kind": .text(kind.rawValue), "app": app.map { .text($0) } ?? .null, "from": .text(from),
            "to": .array(to.map { .text($0) }), "subject": .text(subject), "iCalUId": .text(iCalUId),
            "eventId": .text(eventID), "occurrence": occurrence.map { .text($0) } ?? .null,
            "response": response.map { .text($0) } ?? .null, "comment": comment.map { .text($0) } ?? .null,
            "sent": .text(sent.formatted(.iso8601)),
        ]
    }
}

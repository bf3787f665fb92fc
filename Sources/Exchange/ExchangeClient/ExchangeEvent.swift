public import Foundation
public import SyncModel

/// An event as one mailbox shows it, in the model's canonical form: texts in NFC with LF, HTML read as text, addresses in lower case, zones by
/// their IANA names.
public struct ExchangeEvent: Sendable, Hashable {
    /// Where it stands in a series.
    public enum Kind: Sendable, Hashable {
        case single
        case master
        /// An occurrence of a series, or one that was changed for itself.
        /// - originalStart: as Exchange has it, in UTC.
        case occurrence(master: ItemID, originalStart: Date)
    }

    /// What of it could not be read as it stands, and what it was read as: a line that names the field and the fix. Nothing of its content
    /// is in it.
    public struct Remark: Sendable, Hashable {
        /// `CAL-8`.
        public var rule: String
        public var text: String

        public init(_ rule: String, _ text: String) {
            self.rule = rule
            self.text = text
        }
    }

    public var key: EventKey
    public var etag: ETag
    public var kind: Kind
    public var content: MeetingContent
    /// All but `hasKnownContact`, which only who knows LN's contacts can tell.
    public var facts: EventFacts
    /// In whose mailbox the meeting is written; `nil` where Exchange names none (an appointment without attendees: then the mailbox's own).
    public var organizer: EmailAddress?
    /// Whether the mailbox that was read is the organizer's.
    public var isOrganizer: Bool
    public var isCancelled: Bool
    /// The answer of the mailbox's own user, where he is an attendee.
    public var response: AttendeeResponse
    /// By Exchange's clock; the older of two copies stays.
    public var created: Date
    public var remarks: [Remark]

    public init(
        key: EventKey, etag: ETag, kind: Kind = .single, content: MeetingContent, facts: EventFacts = EventFacts(),
        organizer: EmailAddress? = nil, isOrganizer: Bool = true, isCancelled: Bool = false,
        response: AttendeeResponse = .none, created: Date, remarks: [Remark] = []
    ) {
        self.key = key
        self.etag = etag
        self.kind = kind
        self.content = content
        self.facts = facts
        self.organizer = organizer
        self.isOrganizer = isOrganizer
        self.isCancelled = isCancelled
        self.response = response
        self.created = created
        self.remarks = remarks
    }
}

extension ExchangeEvent {
    /// What a write that tells nobody needs; `nil` where the read saw attendees, or did not see whether there are any.
    public var silent: SilentEvent? {
        guard let attendees = content.attendees, attendees.isEmpty else { return nil }
        return SilentEvent(item: key.item, etag: etag, activity: facts.activity)
    }
}

/// An event that was read without attendees, in the version that was read: only such a one is written here, for every write to an event with
/// attendees mails them (architecture, rule 4). Only a read makes one.
public struct SilentEvent: Sendable, Hashable {
    public let item: ItemID
    public let etag: ETag
    /// What the read's property named: the answer to a write does not show it.
    public let activity: ActivityKey?

    fileprivate init(item: ItemID, etag: ETag, activity: ActivityKey?) {
        self.item = item
        self.etag = etag
        self.activity = activity
    }
}

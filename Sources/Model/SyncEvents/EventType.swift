import Foundation

/// The type of an event, with its major version: `ln.contact.changed.v1`. Its schema stands in `schemas/events`.
public struct EventType: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let majorVersion: Int

    public init(name: String, majorVersion: Int) {
        self.name = name
        self.majorVersion = majorVersion
    }

    /// `nil` where the text is no type.
    public init?(_ text: some StringProtocol) {
        guard let separator = text.range(of: ".v", options: .backwards),
            let version = Int(text[separator.upperBound...]), version > 0, separator.lowerBound > text.startIndex
        else { return nil }
        self.init(name: String(text[..<separator.lowerBound]), majorVersion: version)
    }

    public var description: String { "\(name).v\(majorVersion)" }

    /// The stable name of its schema, as `ce_dataschema` carries it.
    public var schema: String { "urn:ln-exchange-sync:\(name):v\(majorVersion)" }

    public static let contactChanged = EventType(name: "ln.contact.changed", majorVersion: 1)
    public static let contactRemoved = EventType(name: "ln.contact.removed", majorVersion: 1)
    public static let hint = EventType(name: "ln.hint", majorVersion: 1)
    public static let journalEntry = EventType(name: "sync.journal.entry", majorVersion: 1)

    public static let activityChanged = EventType(name: "ln.activity.changed", majorVersion: 1)
    public static let activityDeleted = EventType(name: "ln.activity.deleted", majorVersion: 1)
    public static let eventChanged = EventType(name: "exchange.event.changed", majorVersion: 1)
    public static let eventDeleted = EventType(name: "exchange.event.deleted", majorVersion: 1)
    public static let mailboxHint = EventType(name: "exchange.hint", majorVersion: 1)
    public static let invitationRequest = EventType(name: "invitation.request", majorVersion: 1)

    /// Every type there is.
    public static let all: [EventType] = [
        .contactChanged, .contactRemoved, .hint, .journalEntry, .activityChanged, .activityDeleted, .eventChanged,
        .eventDeleted, .mailboxHint, .invitationRequest,
    ]
}

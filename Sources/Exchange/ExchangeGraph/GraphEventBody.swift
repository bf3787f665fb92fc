import ExchangeClient
import Foundation
import SyncModel

/// The body of a POST or PATCH of an event, which holds what is written and no more. It has no attendees and can't be given any: that is
/// what keeps a write from mailing somebody (architecture, rule 4).
struct GraphEventBody: Encodable {
    private(set) var start: GraphEventTime?
    private(set) var end: GraphEventTime?
    private(set) var isAllDay: Bool?
    private(set) var subject: String?
    private(set) var location: GraphLocation?
    private(set) var body: GraphEventText?
    private(set) var showAs: String?
    private(set) var sensitivity: String?
    private(set) var isReminderOn: Bool?
    private(set) var reminderMinutesBeforeStart: Int?
    private(set) var transactionId: String?
    private(set) var singleValueExtendedProperties: [GraphProperty]?

    /// A new event.
    init(
        _ content: MeetingContent, zone: ZoneName, propertyValue: String, transactionID: String
    ) throws(ExchangeError) {
        guard content.time != nil else {
            throw ExchangeError(.invalid, "start: the meeting has no time, without which no event can be made")
        }
        for group in FieldGroup.fields {
            if let value = content[group] { try write(group, value, zone) }
        }
        transactionId = transactionID
        singleValueExtendedProperties = [GraphProperty(id: GraphProperty.activity, value: propertyValue)]
    }

    /// Some groups of one that is there.
    init(_ changes: [FieldGroup: FieldValue], zone: ZoneName) throws(ExchangeError) {
        guard !changes.isEmpty else { throw ExchangeError(.invalid, "there is nothing to write") }
        for (group, value) in changes { try write(group, value, zone) }
    }

    /// Our property alone. It can't be removed by a PATCH; an empty text empties it.
    init(propertyValue: String?) {
        singleValueExtendedProperties = [GraphProperty(id: GraphProperty.activity, value: propertyValue ?? "")]
    }

    private mutating func write(_ group: FieldGroup, _ value: FieldValue, _ zone: ZoneName) throws(ExchangeError) {
        switch (group, value) {
        case (.time, .time(let time)): try write(time, zone)
        case (.subject, .subject(let text)): subject = text.line
        case (.location, .location(let text)): location = GraphLocation(displayName: text.line)
        case (.body, .body(let text)): body = GraphEventText(contentType: "text", content: text.text.lines)
        case (.showAs, .showAs(let value)): showAs = value.wire
        case (.sensitivity, .sensitivity(let value)): sensitivity = value.wire
        case (.reminder, .reminder(.off)): isReminderOn = false
        case (.reminder, .reminder(.minutes(let minutes))):
            guard (0...Int(Int32.max)).contains(minutes) else {
                throw ExchangeError(
                    .invalid,
                    "reminderMinutesBeforeStart: \(minutes) minutes are no reminder that Exchange takes: set another")
            }
            isReminderOn = true
            reminderMinutesBeforeStart = minutes
        case (.attendee, _):
            throw ExchangeError(
                .invalid, "attendees: a silent write holds none, for it would mail them; ask for an invitation instead")
        default:
            throw ExchangeError(.invalid, "\(group): the value is another group's")
        }
    }

    private mutating func write(_ time: MeetingTime, _ zone: ZoneName) throws(ExchangeError) {
        switch time {
        case .timed(let first, let last, let own):
            guard first <= last else { throw Self.endsBeforeStart }
            guard let pair = GraphEventTime.pair(first, last, in: GraphZone(own ?? zone)) else {
                throw ExchangeError(.invalid, "start: Exchange has times from 1601 to 4500 only: correct the date")
            }
            (start, end) = pair
            isAllDay = false
        case .allDay(let first, let last):
            guard first < last else { throw Self.endsBeforeStart }
            // Midnight in one zone for both.
            let zone = GraphZone(zone)
            (start, end) = (GraphEventTime(first, in: zone), GraphEventTime(last, in: zone))
            isAllDay = true
        }
    }

    private static let endsBeforeStart = ExchangeError(.invalid, "end: it lies before the start: correct one of them")
}

extension String {
    fileprivate var line: String { plain(lineEnd: " ") }
    fileprivate var lines: String { plain(lineEnd: "\r\n") }

    /// NFC; a control character becomes a blank, as in LN.
    private func plain(lineEnd: String) -> String {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
        var text = UnicodeScalarView()
        var before: Unicode.Scalar?
        for scalar in precomposedStringWithCanonicalMapping.unicodeScalars {
            defer { before = scalar }
            switch scalar.value {
            case 0x0A where before == "\r": break
            case 0x0A, 0x0D: text.append(contentsOf: lineEnd.unicodeScalars)
            case 0x09 where lineEnd != " ": text.append(scalar)
            case 0x00...0x1F, 0x7F...0x9F: text.append(" ")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}

import Foundation
import SyncModel

/// Values of the model as an activity's fields: by our names of the properties, enumerations by their members' names. What the service
/// does not have is left out when they are written.
struct ActivityFields {
    let kind: ActivityFacts.Kind
    private(set) var values: [String: JSONValue] = [:]

    init(_ kind: ActivityFacts.Kind) {
        self.kind = kind
    }

    var isEmpty: Bool { values.isEmpty }

    mutating func set(_ property: String, _ value: JSONValue) { values[property] = value }

    /// - Throws: where LN has no such value.
    mutating func set(_ value: FieldValue) throws(LNError) {
        switch value {
        case .time(let time): try set(time)
        case .subject(let text): values["Subject"] = .text(text)
        // LN help, tccom6600m200: a call has no location.
        case .location(let text): if kind == .appointment { values["Location"] = .text(text) }
        case .body(let body): values["Information"] = .text(body.text)
        case .showAs(let showAs): values["ShowTimeAs"] = .text(Self.member(showAs))
        case .sensitivity(let sensitivity):
            values["Sensitivity"] = .text(
                sensitivity.rawValue.prefix(1).uppercased() + sensitivity.rawValue.dropFirst())
        case .reminder(.off): values["Reminder"] = .text("No")
        case .reminder(.minutes(let minutes)):
            values["Reminder"] = .text("Yes")
            values["ReminderMinutes"] = .number(minutes)
        case .attendee: break
        }
    }

    private mutating func set(_ time: MeetingTime) throws(LNError) {
        switch (time, kind) {
        case (.timed(let start, let end, _), .appointment):
            values["StartDate"] = .text(LNTime(start).text)
            values["EndDate"] = .text(LNTime(end).text)
            values["AllDay"] = .text("No")
        case (.timed(let start, let end, _), .call):
            values["StartDate"] = .text(LNTime(start).text)
            values["DurationMinutes"] = .number(max(0, Int((end.timeIntervalSince(start) / 60).rounded(.down))))
        case (.allDay(let start, let end), .appointment):
            values["StartDate"] = .text("\(start)T00:00:00Z")
            values["EndDate"] = .text("\(end)T00:00:00Z")
            values["AllDay"] = .text("Yes")
        case (.allDay, .call):
            throw LNError(.refused, "a Call can't be AllDay: give it a start and an end in Outlook")
        }
    }

    private static func member(_ showAs: ShowAs) -> String {
        switch showAs {
        case .free: "Free"
        case .tentative: "Tentative"
        // LN has no working elsewhere.
        case .busy, .workingElsewhere: "Busy"
        case .outOfOffice: "OutOfOffice"
        }
    }
}

extension MeetingContent {
    /// All groups that are known, attendees apart.
    func fields(_ kind: ActivityFacts.Kind) throws(LNError) -> ActivityFields {
        var fields = ActivityFields(kind)
        for group in FieldGroup.fields {
            if let value = self[group] { try fields.set(value) }
        }
        return fields
    }
}

extension LNMapping {
    /// Fields by LN's names; those that the service does not have are left out.
    func named(_ fields: [String: JSONValue], in set: LNEntitySet) -> [String: JSONValue] {
        var named: [String: JSONValue] = [:]
        for (property, value) in fields {
            if let name = name(of: property, in: set) { named[name] = value }
        }
        return named
    }
}

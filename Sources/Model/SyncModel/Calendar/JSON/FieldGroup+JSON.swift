/// A group's name: `time`, `attendee/anna@shop.example`.
extension FieldGroup: CustomStringConvertible {
    private static let attendee = "attendee/"

    public var description: String {
        switch self {
        case .time: "time"
        case .subject: "subject"
        case .location: "location"
        case .body: "body"
        case .showAs: "showAs"
        case .sensitivity: "sensitivity"
        case .reminder: "reminder"
        case .attendee(let address): Self.attendee + address.rawValue
        }
    }

    /// `nil` where it is no group's name.
    public init?(_ name: String) {
        if name.hasPrefix(Self.attendee) {
            self = .attendee(EmailAddress(String(name.dropFirst(Self.attendee.count))))
        } else if let field = Self.fields.first(where: { $0.description == name }) {
            self = field
        } else {
            return nil
        }
    }
}

/// Values by their groups' names: `{"subject": "…", "attendee/anna@shop.example": null}`. Groups that this program does not know are
/// read over.
struct FieldValues: Codable {
    var values: [FieldGroup: FieldValue]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(_ values: [FieldGroup: FieldValue]) {
        self.values = values
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        values = [:]
        for name in members.allKeys {
            guard let group = FieldGroup(name.stringValue) else { continue }
            values[group] =
                switch group {
                case .time: .time(try members.decode(MeetingTime.self, forKey: name))
                case .subject: .subject(try members.decode(String.self, forKey: name))
                case .location: .location(try members.decode(String.self, forKey: name))
                case .body: .body(try members.decode(MeetingBody.self, forKey: name))
                case .showAs: .showAs(try members.decode(ShowAs.self, forKey: name))
                case .sensitivity: .sensitivity(try members.decode(Sensitivity.self, forKey: name))
                case .reminder: .reminder(try members.decode(Reminder.self, forKey: name))
                case .attendee: .attendee(try members.decodeIfPresent(MeetingAttendee.self, forKey: name))
                }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Name.self)
        for (group, value) in values {
            let name = Name(stringValue: group.description)
            switch value {
            case .time(let time): try members.encode(time, forKey: name)
            case .subject(let text), .location(let text): try members.encode(text, forKey: name)
            case .body(let body): try members.encode(body, forKey: name)
            case .showAs(let showAs): try members.encode(showAs, forKey: name)
            case .sensitivity(let sensitivity): try members.encode(sensitivity, forKey: name)
            case .reminder(let reminder): try members.encode(reminder, forKey: name)
            case .attendee(let attendee?): try members.encode(attendee, forKey: name)
            case .attendee(nil): try members.encodeNil(forKey: name)
            }
        }
    }
}

/// `{"action": "create", "content": {…}}`, `{"action": "update", "values": {…}}`, `{"action": "end", "ending": "removed"}`
extension MeetingWrite.Change {
    private enum Member: String, CodingKey {
        case action, content, values, ending
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        switch try members.decode(String.self, forKey: .action) {
        case "create": self = .create(try members.decode(MeetingContent.self, forKey: .content))
        case "update": self = .update(try members.decode(FieldValues.self, forKey: .values).values)
        case "end": self = .end(try members.decode(MeetingWrite.Ending.self, forKey: .ending))
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .action, in: members, debugDescription: "“\(other)” is no action that this program knows")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        switch self {
        case .create(let content):
            try members.encode("create", forKey: .action)
            try members.encode(content, forKey: .content)
        case .update(let values):
            try members.encode("update", forKey: .action)
            try members.encode(FieldValues(values), forKey: .values)
        case .end(let ending):
            try members.encode("end", forKey: .action)
            try members.encode(ending, forKey: .ending)
        }
    }
}

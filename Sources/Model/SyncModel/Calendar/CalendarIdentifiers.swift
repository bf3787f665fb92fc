/// The code of an activity in LN (`tccom600`), without the blanks LN pads it with.
public struct ActivityCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// An activity of one company.
public struct ActivityKey: Sendable, Hashable, Codable, CustomStringConvertible {
    public let company: Company
    public let activity: ActivityCode

    public init(company: Company, activity: ActivityCode) {
        self.company = company
        self.activity = activity
    }

    /// From its description; `nil` where the text is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), (0...9999).contains(number), !parts[1].isEmpty else {
            return nil
        }
        self.init(company: Company(number), activity: ActivityCode(String(parts[1])))
        guard description == text else { return nil }
    }

    /// `1300/ACT000451`: the value of our property `LnActivity` in Exchange.
    public var description: String { "\(company)/\(activity)" }
}

/// Exchange's id of a meeting, the same in the organizer's and every attendee's mailbox. LN stores it as the meeting key.
public struct ICalUID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// An event in the owner's mailbox.
public struct EventKey: Sendable, Hashable, Codable {
    public var item: ItemID
    public var uid: ICalUID

    public init(item: ItemID, uid: ICalUID) {
        self.item = item
        self.uid = uid
    }
}

/// A time zone's name in the IANA database, such as `Europe/Berlin`.
public struct ZoneName: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A time zone's name as Exchange has it on the wire, such as `W. Europe Standard Time`. Case matters.
public struct WindowsZoneName: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A rule of the synchronisation rules, such as `CAL-9`: planner, journal and tests name it.
public struct RuleID: TextIdentifier, ExpressibleByStringLiteral {
    public let rawValue: String
    public init(stringLiteral text: String) { rawValue = text }
    public init(rawValue: String) { self.rawValue = rawValue }
}

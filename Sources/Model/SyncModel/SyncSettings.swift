/// COM Parameters (session tccom0000s000): the two master switches.
public struct ComParameters: Sendable, Hashable, Codable {
    public var synchronizeContacts: Bool
    public var synchronizeActivities: Bool

    public init(synchronizeContacts: Bool, synchronizeActivities: Bool) {
        self.synchronizeContacts = synchronizeContacts
        self.synchronizeActivities = synchronizeActivities
    }
}

/// MS Exchange Synchronization Settings (session ttaad2140m000). LN is their master (SET-1).
public struct SyncSettings: Sendable, Hashable, Codable {
    public var contactPullInterval: PullInterval
    public var calendarPullInterval: PullInterval
    public var isPushEnabled: Bool

    public init(contactPullInterval: PullInterval, calendarPullInterval: PullInterval, isPushEnabled: Bool) {
        self.contactPullInterval = contactPullInterval
        self.calendarPullInterval = calendarPullInterval
        self.isPushEnabled = isPushEnabled
    }
}

/// A number and a unit, as LN's session has them (SET-2).
public struct PullInterval: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
        case minute, hour, day
    }

    /// At least 1.
    public let count: Int
    public let unit: Unit

    /// `nil` where the count is not 1 to 10,000.
    public init?(_ count: Int, _ unit: Unit) {
        guard (1...10_000).contains(count) else { return nil }
        self.count = count
        self.unit = unit
    }

    public var description: String { "\(count) \(unit.rawValue)\(count == 1 ? "" : "s")" }
}

/// Countries (session tcmcs0510m000) and Languages (tcmcs0146m000): LN's codes to ISO's, where LN has them.
public struct ISOCodes: Sendable, Hashable {
    /// ISO 3166-1 alpha-2, upper case.
    public var countries: [CountryCode: String]
    /// ISO 639-1, lower case.
    public var languages: [LanguageCode: String]

    public init(countries: [CountryCode: String] = [:], languages: [LanguageCode: String] = [:]) {
        self.countries = countries
        self.languages = languages
    }
}

public import Foundation

/// A contact as LN has it (session tccom1640m000), its address and partner rows beside it. Texts are as LN stores them;
/// LN's "" and 1970-01-01 are `nil`.
public struct Contact: Sendable, Hashable {
    public var code: ContactCode
    /// *Synchronize*: only these go out.
    public var isSynchronized: Bool
    public var isActive: Bool
    /// Not to be invited; goes out all the same.
    public var isOptedOut: Bool
    /// When LN last changed the contact's own row; `nil` where the service has no such property.
    public var modified: Date?

    public var fullName: String?
    public var firstName: String?
    public var middleName: String?
    public var lastName: String?
    /// The name the contact goes by.
    public var givenName: String?
    public var initials: String?
    public var suffix: String?
    public var title: String?
    public var jobTitle: String?
    public var department: String?
    public var assistant: String?
    public var reportsTo: String?
    public var businessPartner: BusinessPartnerName?
    public var officePhone: String?
    public var secondOfficePhone: String?
    public var mobilePhone: String?
    public var homePhone: String?
    public var fax: String?
    public var email: String?
    public var website: String?
    public var messenger: String?
    public var birthday: CalendarDate?
    public var text: String?
    public var language: LanguageCode?
    public var workAddress: PostalAddress?
    public var privateAddress: PostalAddress?

    public init(
        code: ContactCode, isSynchronized: Bool, isActive: Bool, isOptedOut: Bool = false, modified: Date? = nil
    ) {
        self.code = code
        self.isSynchronized = isSynchronized
        self.isActive = isActive
        self.isOptedOut = isOptedOut
        self.modified = modified
    }

    /// Whether the contact belongs into the mailboxes (CON-1, CON-5).
    public var isInScope: Bool { isSynchronized && isActive }
}

/// The contact's employer.
public struct BusinessPartnerName: Sendable, Hashable {
    public var code: BusinessPartnerCode
    public var name: String?

    public init(code: BusinessPartnerCode, name: String?) {
        self.code = code
        self.name = name
    }
}

/// An address as LN has it (session tccom4530m000).
public struct PostalAddress: Sendable, Hashable {
    public var code: AddressCode
    public var street: String?
    public var houseNumber: String?
    public var postalCode: String?
    public var city: String?
    public var stateProvince: String?
    public var country: CountryCode?

    public init(code: AddressCode) {
        self.code = code
    }
}

/// A day without a time or a zone, in the Gregorian calendar.
public struct CalendarDate: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    /// `nil` where there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// From `1958-10-13`; anything behind the day (a time) is ignored.
    public init?(_ text: some StringProtocol) {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    public var description: String {
        let digits = [(year, 4), (month, 2), (day, 2)].map { number, width in
            String(repeating: "0", count: width - String(number).count) + String(number)
        }
        return digits.joined(separator: "-")
    }

    public static func < (one: CalendarDate, other: CalendarDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard text.count == 10, let date = CalendarDate(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no date (YYYY-MM-DD)")
        }
        self = date
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

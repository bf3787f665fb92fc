/// What of a contact goes to Exchange (CON-3), in the one form that is hashed, sent and compared: texts trimmed and in NFC,
/// empty ones absent, ISO codes in place of LN's. The same for every sync user.
public struct ContactContent: Sendable, Hashable, Codable {
    public var fullName: String?
    public var firstName: String?
    public var middleName: String?
    public var lastName: String?
    public var nickname: String?
    public var initials: String?
    public var suffix: String?
    public var title: String?
    public var jobTitle: String?
    public var department: String?
    /// The business partner's name.
    public var company: String?
    public var assistant: String?
    public var manager: String?
    /// At most two.
    public var businessPhones: [String]?
    public var mobilePhone: String?
    public var homePhone: String?
    public var fax: String?
    public var email: String?
    public var website: String?
    public var messenger: String?
    public var birthday: CalendarDate?
    public var notes: String?
    public var businessAddress: ContactAddress?
    public var privateAddress: ContactAddress?
    /// ISO 639-1, lower case.
    public var language: String?

    public init() {}
}

/// An address with its country's ISO 3166-1 alpha-2 code, upper case.
public struct ContactAddress: Sendable, Hashable, Codable {
    public var street: String?
    public var city: String?
    public var state: String?
    public var postalCode: String?
    public var country: String?

    public init(
        street: String? = nil, city: String? = nil, state: String? = nil, postalCode: String? = nil,
        country: String? = nil
    ) {
        self.street = street
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.country = country
    }

    public var isEmpty: Bool { self == ContactAddress() }
}

/// A hash of canonical content: 32 lower-case hexadecimal digits. A removal has one too, so that it compares as any state.
public struct ContentHash: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Of a contact that is out of scope.
    public static let removal = ContentHash("-")
}

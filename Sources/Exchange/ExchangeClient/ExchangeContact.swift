public import SyncModel

/// A contact's fields as Exchange has them: what a write carries, all of them, and what a read brings back for comparison.
/// A field that is `nil` or empty is empty in Exchange too. An edit of any other field of the item stays as it is.
public struct ExchangeContact: Sendable, Hashable {
    public var displayName: String?
    public var fileAs: String?
    public var givenName: String?
    public var middleName: String?
    public var surname: String?
    public var nickname: String?
    public var initials: String?
    /// Suffix of the name: `Jr.`
    public var generation: String?
    public var title: String?
    public var jobTitle: String?
    public var department: String?
    public var companyName: String?
    public var assistantName: String?
    public var manager: String?
    /// At most two.
    public var businessPhones: [String] = []
    public var mobilePhone: String?
    /// At most two.
    public var homePhones: [String] = []
    /// Property `String 0x3A24`.
    public var fax: String?
    public var email: ExchangeEmailAddress?
    public var businessHomePage: String?
    public var instantMessenger: String?
    /// A day; the wire carries midday UTC, so that no zone moves it.
    public var birthday: CalendarDate?
    public var personalNotes: String?
    public var businessAddress: ExchangeAddress?
    public var homeAddress: ExchangeAddress?
    /// ISO 639-1; property `String 0x3A0C`.
    public var language: String?

    public init() {}
}

public struct ExchangeEmailAddress: Sendable, Hashable {
    public var name: String?
    public var address: String

    public init(name: String?, address: String) {
        self.name = name
        self.address = address
    }
}

public struct ExchangeAddress: Sendable, Hashable {
    public var street: String?
    public var city: String?
    public var state: String?
    public var postalCode: String?
    /// The country's name, as Outlook shows it.
    public var countryOrRegion: String?

    public init(
        street: String? = nil, city: String? = nil, state: String? = nil, postalCode: String? = nil,
        countryOrRegion: String? = nil
    ) {
        self.street = street
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.countryOrRegion = countryOrRegion
    }
}

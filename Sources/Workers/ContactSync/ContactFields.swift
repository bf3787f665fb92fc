import ExchangeClient

/// A contact's fields by the names that Outlook shows.
enum ContactFields {
    private static let all: [(name: String, value: @Sendable (ExchangeContact) -> AnyHashable)] = [
        ("Full Name", { $0.displayName }), ("File As", { $0.fileAs }), ("First", { $0.givenName }),
        ("Middle", { $0.middleName }), ("Last", { $0.surname }), ("Nickname", { $0.nickname }),
        ("Initials", { $0.initials }), ("Suffix", { $0.generation }), ("Title", { $0.title }),
        ("Job Title", { $0.jobTitle }), ("Department", { $0.department }), ("Company", { $0.companyName }),
        ("Assistant", { $0.assistantName }), ("Manager", { $0.manager }), ("Business phones", { $0.businessPhones }),
        ("Mobile", { $0.mobilePhone }), ("Home phones", { $0.homePhones }), ("Business Fax", { $0.fax }),
        ("E-mail", { $0.email }), ("Web page", { $0.businessHomePage }), ("IM", { $0.instantMessenger }),
        ("Birthday", { $0.birthday }), ("Notes", { $0.personalNotes }), ("Business address", { $0.businessAddress }),
        ("Home address", { $0.homeAddress }), ("Language", { $0.language }),
    ]

    /// The names of the fields that are not the same.
    static func differing(_ one: ExchangeContact, _ other: ExchangeContact) -> [String] {
        all.filter { $0.value(one) != $0.value(other) }.map(\.name)
    }
}

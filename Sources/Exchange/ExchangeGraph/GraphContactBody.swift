import ExchangeClient
import Foundation

/// The body of a POST or PATCH of a contact. A PATCH leaves alone what it does not name: all mapped fields are in it, empty ones
/// explicitly.
struct GraphContactBody: Encodable {
    let contact: ExchangeContact
    /// The value of our own property, which a new contact gets; `nil` in a PATCH.
    let propertyValue: String?

    enum Field: String, CodingKey, CaseIterable {
        case displayName, fileAs, givenName, middleName, surname, nickName, initials, generation, title, jobTitle
        case department, companyName, assistantName, manager, businessPhones, mobilePhone, homePhones, emailAddresses
        case businessHomePage, imAddresses, birthday, personalNotes, businessAddress, homeAddress
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ field: Field) { stringValue = field.rawValue }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        func encode(_ value: (some Encodable)?, _ field: Field) throws {
            if value == nil, isNew { return }
            // An optional that is nil is written as null.
            try container.encode(value, forKey: Key(field))
        }
        try encode(contact.displayName, .displayName)
        try encode(contact.fileAs, .fileAs)
        try encode(contact.givenName, .givenName)
        try encode(contact.middleName, .middleName)
        try encode(contact.surname, .surname)
        try encode(contact.nickname, .nickName)
        try encode(contact.initials, .initials)
        try encode(contact.generation, .generation)
        try encode(contact.title, .title)
        try encode(contact.jobTitle, .jobTitle)
        try encode(contact.department, .department)
        try encode(contact.companyName, .companyName)
        try encode(contact.assistantName, .assistantName)
        try encode(contact.manager, .manager)
        try encode(contact.businessPhones, .businessPhones)
        try encode(contact.mobilePhone, .mobilePhone)
        try encode(contact.homePhones, .homePhones)
        try encode([contact.email].compactMap { $0.map(GraphEmailAddress.init) }, .emailAddresses)
        try encode(contact.businessHomePage, .businessHomePage)
        try encode([contact.instantMessenger].compactMap(\.self), .imAddresses)
        // At midday, a zone of up to 11 hours does not move it to another day.
        try encode(contact.birthday.map { "\($0)T12:00:00Z" }, .birthday)
        try encode(contact.personalNotes, .personalNotes)
        try encode(contact.businessAddress.map(GraphAddress.init), .businessAddress)
        try encode(contact.homeAddress.map(GraphAddress.init), .homeAddress)
        try container.encode(properties, forKey: Key(stringValue: "singleValueExtendedProperties"))
    }

    private var isNew: Bool { propertyValue != nil }

    private var properties: [GraphProperty] {
        [
            (GraphProperty.contact, propertyValue),
            // An extended property can't be removed by a PATCH; an empty text empties it.
            (GraphProperty.fax, contact.fax ?? (isNew ? nil : "")),
            (GraphProperty.language, contact.language ?? (isNew ? nil : "")),
        ].compactMap { id, value in value.map { GraphProperty(id: id, value: $0) } }
    }
}

/// `microsoft.graph.emailAddress`.
struct GraphEmailAddress: Codable {
    let name: String?
    let address: String?

    init(_ email: ExchangeEmailAddress) {
        name = email.name
        address = email.address
    }
}

/// `microsoft.graph.physicalAddress`. Empty members are written as null: a PATCH leaves alone what it does not name.
struct GraphAddress: Codable {
    let street: String?
    let city: String?
    let state: String?
    let postalCode: String?
    let countryOrRegion: String?

    init(_ address: ExchangeAddress) {
        street = address.street
        city = address.city
        state = address.state
        postalCode = address.postalCode
        countryOrRegion = address.countryOrRegion
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(street, forKey: .street)
        try container.encode(city, forKey: .city)
        try container.encode(state, forKey: .state)
        try container.encode(postalCode, forKey: .postalCode)
        try container.encode(countryOrRegion, forKey: .countryOrRegion)
    }
}

import ExchangeClient
import Foundation
import SyncModel

/// A contact as Graph answers with it: whichever of its fields were asked for.
struct GraphContactItem: Decodable {
    let id: String
    let etag: String
    let parentFolderId: String
    let createdDateTime: String?
    let displayName, fileAs, givenName, middleName, surname, nickName, initials, generation, title, jobTitle: String?
    let department, companyName, assistantName, manager, mobilePhone, businessHomePage, personalNotes: String?
    let birthday: String?
    let businessPhones, homePhones, imAddresses: [String]?
    let emailAddresses: [GraphEmailAddress]?
    let businessAddress, homeAddress: GraphAddress?
    let singleValueExtendedProperties: [GraphProperty]?

    enum CodingKeys: String, CodingKey {
        case id
        case etag = "@odata.etag"
        case parentFolderId, createdDateTime
        case displayName, fileAs, givenName, middleName, surname, nickName, initials, generation, title, jobTitle
        case department, companyName, assistantName, manager, mobilePhone, businessHomePage, personalNotes, birthday
        case businessPhones, homePhones, imAddresses, emailAddresses, businessAddress, homeAddress
        case singleValueExtendedProperties
    }

    var version: ItemVersion {
        ItemVersion(id: ItemID(id), etag: ETag(etag), folder: ItemID(parentFolderId))
    }

    /// `nil` where the item does not carry our property.
    var linked: LinkedContact? {
        guard let value = property(GraphProperty.contact) else { return nil }
        return LinkedContact(
            version: version, propertyValue: value, created: createdDateTime.flatMap(Self.date) ?? .distantPast)
    }

    var contact: ExchangeContact {
        var contact = ExchangeContact()
        contact.displayName = filled(displayName)
        contact.fileAs = filled(fileAs)
        contact.givenName = filled(givenName)
        contact.middleName = filled(middleName)
        contact.surname = filled(surname)
        contact.nickname = filled(nickName)
        contact.initials = filled(initials)
        contact.generation = filled(generation)
        contact.title = filled(title)
        contact.jobTitle = filled(jobTitle)
        contact.department = filled(department)
        contact.companyName = filled(companyName)
        contact.assistantName = filled(assistantName)
        contact.manager = filled(manager)
        contact.businessPhones = (businessPhones ?? []).compactMap(filled)
        contact.mobilePhone = filled(mobilePhone)
        contact.homePhones = (homePhones ?? []).compactMap(filled)
        contact.fax = property(GraphProperty.fax)
        contact.email = emailAddresses?.lazy.compactMap(\.email).first
        contact.businessHomePage = filled(businessHomePage)
        contact.instantMessenger = imAddresses?.lazy.compactMap(filled).first
        contact.birthday = birthday.flatMap { CalendarDate($0) }
        contact.personalNotes = filled(personalNotes)
        contact.businessAddress = businessAddress?.address
        contact.homeAddress = homeAddress?.address
        contact.language = property(GraphProperty.language)
        return contact
    }

    private func property(_ id: String) -> String? {
        filled(singleValueExtendedProperties?.first { $0.isProperty(id) }?.value)
    }

    /// With or without fractions of a second.
    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}

extension GraphEmailAddress {
    fileprivate var email: ExchangeEmailAddress? {
        filled(address).map { ExchangeEmailAddress(name: filled(name), address: $0) }
    }
}

extension GraphAddress {
    /// `nil` where all members are empty.
    fileprivate var address: ExchangeAddress? {
        let address = ExchangeAddress(
            street: filled(street), city: filled(city), state: filled(state), postalCode: filled(postalCode),
            countryOrRegion: filled(countryOrRegion))
        return address == ExchangeAddress() ? nil : address
    }
}

/// Graph tells an empty field as null or as "".
private func filled(_ text: String?) -> String? {
    text?.isEmpty == false ? text : nil
}

public import ExchangeClient
import Foundation
import SyncEvents
public import SyncModel

/// How a contact's content becomes an Exchange contact (CON-3).
public struct ContactMapping: Sendable {
    /// In whose language countries are named.
    private let locale: Locale

    /// - Parameter language: the installation's language, BCP 47: `en`, `ja`.
    public init(language: String = "en") {
        locale = Locale(identifier: language)
    }

    public func exchangeContact(_ content: ContactContent) -> ExchangeContact {
        var contact = ExchangeContact()
        contact.givenName = content.firstName
        contact.middleName = content.middleName
        contact.surname = content.lastName
        contact.nickname = content.nickname
        contact.initials = content.initials
        contact.generation = content.suffix
        contact.title = content.title
        contact.displayName = displayName(content)
        contact.fileAs = fileAs(content)
        contact.jobTitle = content.jobTitle
        contact.department = content.department
        contact.companyName = content.company
        contact.assistantName = content.assistant
        contact.manager = content.manager
        contact.businessPhones = content.businessPhones ?? []
        contact.mobilePhone = content.mobilePhone
        contact.homePhones = [content.homePhone].compactMap(\.self)
        contact.fax = content.fax
        contact.email = content.email.map { ExchangeEmailAddress(name: contact.displayName, address: $0) }
        contact.businessHomePage = content.website
        contact.instantMessenger = content.messenger
        contact.birthday = content.birthday
        contact.personalNotes = content.notes
        contact.businessAddress = content.businessAddress.map(address)
        contact.homeAddress = content.privateAddress.map(address)
        contact.language = content.language
        return contact
    }

    private func displayName(_ content: ContactContent) -> String? {
        if let fullName = content.fullName { return fullName }
        let parts =
            isFamilyNameFirst(content)
            ? [content.lastName, content.firstName] : [content.firstName, content.middleName, content.lastName]
        let name = parts.compactMap(\.self).joined(separator: " ")
        return name.isEmpty ? content.company ?? content.email : name
    }

    /// The order in which Outlook files a contact: `Lee, Ann B.`, and for Japanese, Chinese and Korean names `山田 太郎`.
    private func fileAs(_ content: ContactContent) -> String? {
        guard let lastName = content.lastName else { return displayName(content) }
        let given = [content.firstName, content.middleName].compactMap(\.self).joined(separator: " ")
        if given.isEmpty { return lastName }
        return isFamilyNameFirst(content) ? "\(lastName) \(given)" : "\(lastName), \(given)"
    }

    private func isFamilyNameFirst(_ content: ContactContent) -> Bool {
        (content.lastName ?? content.fullName ?? "").unicodeScalars.contains { scalar in
            switch scalar.value {
            // Hiragana, Katakana, CJK ideographs, Hangul, half-width Katakana.
            case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF66...0xFF9F,
                0x20000...0x2FA1F:
                true
            default: false
            }
        }
    }

    private func address(_ address: ContactAddress) -> ExchangeAddress {
        ExchangeAddress(
            street: address.street, city: address.city, state: address.state, postalCode: address.postalCode,
            countryOrRegion: address.country.map { locale.localizedString(forRegionCode: $0) ?? $0 })
    }
}

import Foundation
public import SyncModel

extension ContactContent {
    /// What of a contact goes to Exchange (CON-3). A country or language without an ISO code is left out; `missing` names it.
    public init(_ contact: Contact, _ codes: ISOCodes, missing: inout Set<MissingISOCode>) {
        self.init()
        fullName = Self.text(contact.fullName)
        firstName = Self.text(contact.firstName)
        middleName = Self.text(contact.middleName)
        lastName = Self.text(contact.lastName)
        nickname = Self.text(contact.givenName)
        initials = Self.text(contact.initials)
        suffix = Self.text(contact.suffix)
        title = Self.text(contact.title)
        jobTitle = Self.text(contact.jobTitle)
        department = Self.text(contact.department)
        company = Self.text(contact.businessPartner?.name)
        assistant = Self.text(contact.assistant)
        manager = Self.text(contact.reportsTo)
        let phones = [contact.officePhone, contact.secondOfficePhone].compactMap(Self.text)
        businessPhones = phones.isEmpty ? nil : phones
        mobilePhone = Self.text(contact.mobilePhone)
        homePhone = Self.text(contact.homePhone)
        fax = Self.text(contact.fax)
        email = Self.text(contact.email)
        website = Self.text(contact.website)
        messenger = Self.text(contact.messenger)
        birthday = contact.birthday
        notes = Self.lines(contact.text)
        businessAddress = Self.address(contact.workAddress, codes, &missing)
        privateAddress = Self.address(contact.privateAddress, codes, &missing)
        if let code = contact.language {
            language = codes.languages[code]
            if language == nil { missing.insert(.language(code)) }
        }
    }

    private static func address(
        _ address: PostalAddress?, _ codes: ISOCodes, _ missing: inout Set<MissingISOCode>
    ) -> ContactAddress? {
        guard let address else { return nil }
        var country: String?
        if let code = address.country {
            country = codes.countries[code]
            if country == nil { missing.insert(.country(code)) }
        }
        let street = [address.street, address.houseNumber].compactMap(text).joined(separator: " ")
        let content = ContactAddress(
            street: text(street), city: text(address.city), state: text(address.stateProvince),
            postalCode: text(address.postalCode), country: country)
        return content.isEmpty ? nil : content
    }

    /// One line: NFC, control characters as blanks, no blanks around; `nil` where nothing is left.
    private static func text(_ text: String?) -> String? {
        clean(text) { _ in " " }
    }

    /// Several lines: line ends as LF, a tab stays a tab.
    private static func lines(_ text: String?) -> String? {
        clean(text?.replacing("\r\n", with: "\n").replacing("\r", with: "\n")) { scalar in
            scalar == "\n" || scalar == "\t" ? scalar : " "
        }
    }

    private static func clean(_ text: String?, control: (Unicode.Scalar) -> Unicode.Scalar) -> String? {
        guard let text else { return nil }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.properties.generalCategory == .control ? control(scalar) : scalar)
        }
        let clean = String(scalars).precomposedStringWithCanonicalMapping
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return clean.isEmpty ? nil : clean
    }
}

/// A code of LN's that has no ISO code in its session, so that a contact goes out without it (sync rules, Countries and
/// Languages).
public enum MissingISOCode: Sendable, Hashable, CustomStringConvertible {
    case country(CountryCode)
    case language(LanguageCode)

    public var description: String {
        switch self {
        case .country(let code): "country \(code) has no ISO code in Countries (tcmcs0510m000)"
        case .language(let code): "language \(code) has no ISO code in Languages (tcmcs0146m000)"
        }
    }
}

import Foundation
import SyncModel

extension LNClient {
    /// Contacts of rows. Addresses and partners that the answer does not hold are read by key.
    func contacts(of rows: [ODataRow]) async throws(LNError) -> [Contact] {
        var missingAddresses: Set<AddressCode> = []
        var missingPartners: Set<BusinessPartnerCode> = []
        for row in rows {
            for (property, navigation) in Self.addressProperties where row.expanded(navigation, .addresses) == nil {
                if let code = try row.code(property, AddressCode.self) { missingAddresses.insert(code) }
            }
            if row.expanded("BusinessPartnerRef", .businessPartners) == nil,
                let code = try row.code("BusinessPartner", BusinessPartnerCode.self)
            {
                missingPartners.insert(code)
            }
        }
        var addresses: [AddressCode: PostalAddress] = [:]
        for row in try await self.rows(.addresses, missingAddresses) {
            let address = try Self.address(row)
            addresses[address.code] = address
        }
        var partners: [BusinessPartnerCode: BusinessPartnerName] = [:]
        for row in try await self.rows(.businessPartners, missingPartners) {
            let partner = try Self.partner(row)
            partners[partner.code] = partner
        }
        var contacts: [Contact] = []
        contacts.reserveCapacity(rows.count)
        for row in rows {
            var contact = try Self.contact(row)
            if let code = try row.code("BusinessPartner", BusinessPartnerCode.self) {
                let expanded = row.expanded("BusinessPartnerRef", .businessPartners)
                contact.businessPartner =
                    try expanded.map(Self.partner) ?? partners[code] ?? BusinessPartnerName(code: code, name: nil)
            }
            contact.workAddress = try Self.address(row, "WorkAddress", "WorkAddressRef", addresses)
            contact.privateAddress = try Self.address(row, "PrivateAddress", "PrivateAddressRef", addresses)
            contacts.append(contact)
        }
        return contacts
    }

    private static let addressProperties = [
        ("WorkAddress", "WorkAddressRef"), ("PrivateAddress", "PrivateAddressRef"),
    ]

    /// The rows that exist of these keys.
    private func rows<Code: TextIdentifier>(_ set: LNEntitySet, _ codes: Set<Code>) async throws(LNError) -> [ODataRow]
    {
        guard let key = set.key.flatMap({ mapping.name(of: $0, in: set) }) else { return [] }
        var found: [ODataRow] = []
        for piece in codes.sorted().pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(piece.map { .text(key, .equal, $0.rawValue) })
            var expected = piece.count
            var after: LNContinuation?
            repeat {
                let page = try await rows(of: set, filter: filter, after: after, limit: Self.keysPerQuery)
                found += page.elements
                expected -= page.elements.count
                after = expected > 0 ? page.next : nil
            } while after != nil
        }
        return found
    }

    private static func address(
        _ row: ODataRow, _ property: String, _ navigation: String, _ read: [AddressCode: PostalAddress]
    ) throws(LNError) -> PostalAddress? {
        guard let code = try row.code(property, AddressCode.self) else { return nil }
        if let expanded = row.expanded(navigation, .addresses) { return try address(expanded) }
        return read[code]
    }

    private static func address(_ row: ODataRow) throws(LNError) -> PostalAddress {
        var address = PostalAddress(code: try row.key())
        address.street = try row.text("Street")
        address.houseNumber = try row.text("HouseNumber")
        address.postalCode = try row.text("ZIPCodePostalCode")
        address.city = try row.text("City")
        address.stateProvince = try row.text("StateProvince")
        address.country = try row.code("Country")
        return address
    }

    private static func partner(_ row: ODataRow) throws(LNError) -> BusinessPartnerName {
        BusinessPartnerName(code: try row.key(), name: try row.text("Name"))
    }

    private static func contact(_ row: ODataRow) throws(LNError) -> Contact {
        var contact = Contact(
            code: try row.key(), isSynchronized: try row.isYes("Synchronize"), isActive: try row.isYes("Active"),
            modified: try row.time(LNEntitySet.modified)?.date)
        if row.mapping.name(of: "OptedOut", in: .contacts) != nil { contact.isOptedOut = try row.isYes("OptedOut") }
        contact.fullName = try row.text("FullName")
        contact.firstName = try row.text("FirstName")
        contact.middleName = try row.text("MiddleName")
        contact.lastName = try row.text("LastName")
        contact.givenName = try row.text("GivenName")
        contact.initials = try row.text("Initials")
        contact.suffix = try row.text("Suffix")
        contact.title = try row.text("Title")
        contact.jobTitle = try row.text("JobTitle")
        contact.department = try row.text("Department")
        contact.assistant = try row.text("Assistant")
        contact.reportsTo = try row.text("ReportsTo")
        contact.officePhone = try row.text("OfficePhone")
        contact.secondOfficePhone = try row.text("PrimaryOfficePhone2")
        contact.mobilePhone = try row.text("MobilePhone")
        contact.homePhone = try row.text("HomePhone")
        contact.fax = try row.text("Fax")
        contact.email = try row.text("Email")
        contact.website = try row.text("Website")
        contact.messenger = try row.text("ElectronicMessengerAddress")
        contact.birthday = try row.day("Birthday")
        contact.text = try row.text("Text")
        contact.language = try row.code("Language")
        return contact
    }
}

extension EntityType {
    /// tccom140, session tccom1640m000: the 58 properties of the standard service, and the two that only a service of the
    /// customer's own shows (`Synchronize`, `LastModificationDate`). Names and enumerations as captured from a real service;
    /// lengths are those of LN's domains where they are known.
    static let contact = EntityType(
        .contacts, "Contact", table: "tccom140", key: ["Contact"],
        [
            .text("Contact", 9), .text("FullName", 152), .text("FirstName", 50), .text("MiddleName", 50),
            .text("LastName", 50), .text("GivenName", 50), .text("Initials", 20), .text("Suffix", 20),
            .text("Salutation", 50), .text("Title", 20), .text("JobTitle", 50), .text("Department", 50),
            .text("Assistant", 50), .text("Attention", 50), .text("ReportsTo", 50),
            .member("Active", .yesNo, "Yes"), .member("Type", .contactType, "Contact"),
            .member("Gender", .gender, "NotKnown"), .time("Birthday"), .code("Language", 3),
            .text("BusinessPartner", 9), .code("BuyerRole", 3), .text("SearchKey", 16), .text("Source", 6),
            .text("Promotion", 9), .text("Email", 100), .text("Website", 100),
            .member("MessengerType", .messenger, "NotApplicable"), .text("ElectronicMessengerAddress", 100),
            .member("DoNotCall", .yesNo, "No"), .member("OptedOut", .yesNo, "No"),
            .text("WorkAddress", 9), .text("PrivateAddress", 9), .multiline("Text"),
            .text("PrimaryOfficePhone", 32), .text("PrimaryOfficePhone2", 32), .text("PrimaryMobilePhone", 32),
            .text("PrimaryHomePhone", 32),
        ] + phone("OfficePhone") + phone("MobilePhone") + phone("HomePhone") + phone("Fax") + [
            .member("Synchronize", .yesNo, "No"), .modification,
        ],
        navigations: [
            ("BusinessPartnerRef", "BusinessPartner", .businessPartners), ("BuyerRoleRef", "BuyerRole", .buyerRoles),
            ("LanguageRef", "Language", .languages), ("WorkAddressRef", "WorkAddress", .addresses),
            ("PrivateAddressRef", "PrivateAddress", .addresses),
        ])

    /// A number whole and in its four parts.
    private static func phone(_ name: String) -> [Property] {
        [
            .text(name, 32), .text("CountryFor\(name)", 6), .text("CityAreaCodeFor\(name)", 8),
            .text("LocalNumberFor\(name)", 16), .text("ExtensionFor\(name)", 8),
        ]
    }
}

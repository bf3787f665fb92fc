extension EntityType {
    static let address = EntityType(
        .addresses, "Address", table: "tccom130", key: ["AddressCode"],
        [
            .text("AddressCode", 9), .text("Name", 60), .text("Street", 60), .text("HouseNumber", 10),
            .text("ZIPCodePostalCode", 10), .text("City", 30), .text("StateProvince", 30), .code("Country", 3),
            .modification,
        ])

    static let businessPartner = EntityType(
        .businessPartners, "BusinessPartner", table: "tccom100", key: ["BusinessPartner"],
        [.text("BusinessPartner", 9), .text("Name", 60), .text("AddressCode", 9), .modification])

    static let country = EntityType(
        .countries, "Country", table: "tcmcs010", key: ["Country"],
        [
            .code("Country", 3), .text("Description", 30), .text("ISOCodeAlpha2", 2), .text("ISOCodeAlpha3", 3),
            .modification,
        ])

    static let language = EntityType(
        .languages, "Language", table: "tcmcs046", key: ["Language"],
        [
            .code("Language", 3), .text("Description", 30), .text("ISOCode", 2),
            .member("SystemLanguage", .yesNo, "No"),
            .modification,
        ])

    static let buyerRole = EntityType(
        .buyerRoles, "BuyerRole", table: "tcmcs095", key: ["BuyerRole"],
        [.code("BuyerRole", 3), .text("Description", 30)])

    /// Employees – General (tccom001) with the address of Employees – People (bpmdm001).
    static let employee = EntityType(
        .employees, "Employee", table: "tccom001", key: ["Employee"],
        [.text("Employee", 9), .text("Name", 35), .text("User", 16), .text("Email", 100), .modification])

    /// Session tccom0000s000: the two master switches.
    static let comParameters = EntityType(
        .comParameters, "ComParameter", table: "tccom000", key: [],
        [.member("SynchronizeContacts", .yesNo, "Yes"), .member("SynchronizeActivities", .yesNo, "Yes")])

    /// Session ttaad2140m000. Passwords and secrets are never shown by OData.
    static let syncSettings = EntityType(
        .syncSettings, "SyncSetting", table: "ttaad240", key: [], isOfCompany: false,
        [
            .text("ExchangeAddress", 200), .number("ContactPullInterval", 1...9999),
            .member("ContactPullIntervalUnit", .intervalUnit, "Hour"), .number("CalendarPullInterval", 1...9999),
            .member("CalendarPullIntervalUnit", .intervalUnit, "Minute"),
            .member("EnablePushSynchronization", .yesNo, "No"),
        ])

    /// Session ttaad2141m000.
    static let syncUser = EntityType(
        .syncUsers, "SyncUser", table: "ttaad241", key: ["User"], isOfCompany: false,
        [.text("User", 16), .text("Name", 35), .member("Active", .yesNo, "No"), .text("Email", 100)])

    static let user = EntityType(
        .users, "User", table: "ttaad200", key: ["User"], isOfCompany: false,
        [.text("User", 16), .text("Name", 35), .text("Email", 100)])
}

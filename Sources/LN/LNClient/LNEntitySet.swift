/// What the client reads of LN. The raw value is the set's name in the shipped mapping.
public enum LNEntitySet: String, Sendable, Hashable, CaseIterable {
    /// tccom1640m000
    case contacts = "Contacts"
    /// tccom4530m000
    case addresses = "Addresses"
    /// tccom4500m000
    case businessPartners = "BusinessPartners"
    /// tcmcs0510m000
    case countries = "Countries"
    /// tcmcs0146m000
    case languages = "Languages"
    /// tccom0000s000, one row
    case comParameters = "ComParameters"
    /// ttaad2140m000, one row
    case syncSettings = "SyncSettings"
    /// ttaad2141m000
    case syncUsers = "SyncUsers"
    /// tccom0101m000 and bpmdm0101m000
    case employees = "Employees"
    /// tccom6100m000, with the fields of Appointment (tccom6600m100) and Call (tccom6600m200)
    case activities = "Activities"
    /// tccom6105m000
    case attendees = "Attendees"
    /// The texts behind the activities' Information (tttxt010)
    case activityTexts = "ActivityTexts"

    /// What activities need.
    public static let ofActivities: [LNEntitySet] = [.activities, .attendees, .activityTexts, .employees]

    /// When LN last changed a row; a service may have none.
    static let modified = "LastModificationDate"

    /// The property that identifies a row; `nil` where there is one row only.
    var key: String? {
        switch self {
        case .contacts: "Contact"
        case .addresses: "AddressCode"
        case .businessPartners: "BusinessPartner"
        case .countries: "Country"
        case .languages: "Language"
        case .syncUsers: "User"
        case .employees: "Employee"
        case .activities, .attendees, .activityTexts: "Activity"
        case .comParameters, .syncSettings: nil
        }
    }

    /// The number that tells apart the rows of one key.
    var part: String? { self == .attendees ? "Sequence" : nil }

    /// The properties the client reads, by their names in the shipped mapping.
    var properties: [String] {
        switch self {
        case .contacts:
            [
                "Contact", "Synchronize", "Active", "OptedOut", "FullName", "FirstName", "MiddleName", "LastName",
                "GivenName",
                "Initials", "Suffix", "Title", "JobTitle", "Department", "Assistant", "ReportsTo", "BusinessPartner",
                "OfficePhone", "PrimaryOfficePhone2", "MobilePhone", "HomePhone", "Fax", "Email", "Website",
                "ElectronicMessengerAddress", "Birthday", "Text", "Language", "WorkAddress", "PrivateAddress",
                Self.modified,
            ]
        case .addresses:
            [
                "AddressCode", "Street", "HouseNumber", "ZIPCodePostalCode", "City", "StateProvince", "Country",
                Self.modified,
            ]
        case .businessPartners: ["BusinessPartner", "Name", Self.modified]
        case .countries: ["Country", "ISOCodeAlpha2"]
        case .languages: ["Language", "ISOCode"]
        case .comParameters: ["SynchronizeContacts", "SynchronizeActivities"]
        case .syncSettings:
            [
                "ContactPullInterval", "ContactPullIntervalUnit", "CalendarPullInterval", "CalendarPullIntervalUnit",
                "EnablePushSynchronization",
            ]
        case .syncUsers: ["User", "Name", "Active", "Email"]
        case .employees: ["Employee", "User", "Email"]
        case .activities:
            [
                "Activity", "Type", "Subject", "Location", "StartDate", "EndDate", "DurationMinutes", "AllDay",
                "Status",
                "ShowTimeAs", "Sensitivity", "Reminder", "ReminderMinutes", "Information", "CreatedInInforLN",
                "Synchronize", "ExchangeId", Self.modified,
            ]
        case .attendees:
            [
                "Activity", "Sequence", "Type", "Attendee", "FullName", "Email", "Attendance", "AttendanceStatus",
                "Invite", "Synchronized", "SentToSynchronizer", Self.modified,
            ]
        case .activityTexts: ["Activity", Self.modified]
        }
    }

    /// The ways from a row to others, which LN follows in the same request.
    var navigations: [String] {
        switch self {
        case .contacts: ["WorkAddressRef", "PrivateAddressRef", "BusinessPartnerRef"]
        case .activities: ["AttendeeRefs"]
        default: []
        }
    }
}

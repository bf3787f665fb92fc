/// A table of the shop by the name of its entity set.
public enum LNSet: String, Sendable, Hashable, CaseIterable {
    case contacts = "Contacts"
    case addresses = "Addresses"
    case businessPartners = "BusinessPartners"
    case countries = "Countries"
    case languages = "Languages"
    case buyerRoles = "BuyerRoles"
    case employees = "Employees"
    case comParameters = "ComParameters"
    case syncSettings = "SyncSettings"
    case syncUsers = "SyncUsers"
    case users = "Users"
    case activities = "Activities"
    case attendees = "Attendees"
    case activityTexts = "ActivityTexts"
}

/// An OData service of LN: what it is called and what it shows.
struct Service: Sendable {
    let name: String
    let resources: [Resource]

    func resource(_ name: String) -> Resource? { resources.first { $0.name == name } }

    func resource(_ set: LNSet) -> Resource? { resources.first { $0.type.set == set } }

    /// The services of an installation.
    static func all(_ installation: LNInstallation) -> [Service] {
        [contact, businessPartner, exchangeSync(withoutTimes: installation.setsWithoutTimes)]
    }

    /// Infor's own service for contacts. It knows neither *Synchronize* nor when anything was changed.
    private static let contact: Service = {
        let name = "tcapi.comContact"
        let time: Set = [Property.modification.name]
        return Service(
            name: name,
            resources: [
                Resource(
                    .contacts, of: name, without: time.union(["Synchronize"]),
                    navigations: ["BusinessPartnerRef", "BuyerRoleRef", "LanguageRef", "WorkAddressRef"],
                    level: .deletable),
                Resource(.addresses, of: name, without: time),
                Resource(.businessPartners, of: name, without: time),
                Resource(.languages, of: name, without: time),
                Resource(.buyerRoles, of: name),
            ])
    }()

    /// Infor's own service for business partners, as far as the shop has what it shows.
    private static let businessPartner: Service = {
        let name = "tcapi.comBusinessPartner"
        let time: Set = [Property.modification.name]
        return Service(
            name: name,
            resources: [
                Resource(.businessPartners, of: name, without: time), Resource(.addresses, of: name, without: time),
            ])
    }()

    /// The service that an LN customer makes with the REST API Modeler for the synchronisation.
    private static func exchangeSync(withoutTimes: Set<LNSet>) -> Service {
        let name = "txcom.ExchangeSync"
        func hidden(_ set: LNSet) -> Set<String> { withoutTimes.contains(set) ? [Property.modification.name] : [] }
        func readable(_ set: LNSet) -> Resource { Resource(set, of: name, without: hidden(set)) }
        return Service(
            name: name,
            resources: [
                Resource(
                    .contacts, of: name, without: hidden(.contacts),
                    navigations: [
                        "BusinessPartnerRef", "BuyerRoleRef", "LanguageRef", "WorkAddressRef", "PrivateAddressRef",
                    ], level: .deletable),
                readable(.addresses), readable(.businessPartners), readable(.buyerRoles), readable(.countries),
                Resource(.languages, of: name, without: hidden(.languages).union(["SystemLanguage"])),
                readable(.employees), readable(.users), readable(.comParameters), readable(.syncSettings),
                Resource(.syncUsers, of: name, level: .updatable, updatable: ["Active", "Email"]),
                Resource(
                    .activities, of: name, without: hidden(.activities), navigations: ["AttendeeRefs"],
                    level: .deletable, takesDeepInserts: true),
                Resource(.attendees, of: name, without: hidden(.attendees), level: .deletable),
                readable(.activityTexts),
            ])
    }
}

/// An OData service of LN: what it is called and what it shows.
struct Service: Sendable {
    let name: String
    let resources: [Resource]

    func resource(_ name: String) -> Resource? { resources.first { $0.name == name } }

    func resource(_ set: LNSet) -> Resource? { resources.first { $0.type.set == set } }

    static func named(_ name: String) -> Service? { all.first { $0.name == name } }

    static let all = [contact, businessPartner, exchangeSync]

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
    private static let exchangeSync: Service = {
        let name = "txcom.ExchangeSync"
        return Service(
            name: name,
            resources: [
                Resource(
                    .contacts, of: name,
                    navigations: [
                        "BusinessPartnerRef", "BuyerRoleRef", "LanguageRef", "WorkAddressRef", "PrivateAddressRef",
                    ], level: .deletable),
                Resource(.addresses, of: name), Resource(.businessPartners, of: name), Resource(.buyerRoles, of: name),
                Resource(.countries, of: name), Resource(.languages, of: name, without: ["SystemLanguage"]),
                Resource(.employees, of: name), Resource(.users, of: name),
                Resource(.comParameters, of: name), Resource(.syncSettings, of: name),
                Resource(.syncUsers, of: name, level: .updatable, updatable: ["Active", "Email"]),
            ])
    }()
}

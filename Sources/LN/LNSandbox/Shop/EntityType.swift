/// A table: its fields, its key and the fields that name rows of other tables.
struct EntityType: Sendable {
    struct Navigation: Sendable {
        let name: String
        /// The position of the field that holds the other row's key.
        let property: Int
        let target: LNSet
    }

    let set: LNSet
    /// The name of the type, `Contact`.
    let name: String
    /// The physical table, for LN's messages.
    let table: String
    let properties: [Property]
    let navigations: [Navigation]
    /// The position of the key; `nil` for a table of one row.
    let key: Int?
    /// One table a company; the others (package tt) are LN's own and in company 0000.
    let isOfCompany: Bool
    /// The position of the modification time, where the table has one.
    let modification: Int?
    private let positions: [String: Int]

    init(
        _ set: LNSet, _ name: String, table: String, key: String?, isOfCompany: Bool = true, _ properties: [Property],
        navigations: [(name: String, property: String, target: LNSet)] = []
    ) {
        let positions = Dictionary(uniqueKeysWithValues: properties.enumerated().map { ($1.name, $0) })
        self.set = set
        self.name = name
        self.table = table
        self.properties = properties
        self.positions = positions
        self.key = key.flatMap { positions[$0] }
        self.isOfCompany = isOfCompany
        self.modification = properties.firstIndex { $0.name == Property.modification.name }
        self.navigations = navigations.compactMap { navigation in
            positions[navigation.property].map {
                Navigation(name: navigation.name, property: $0, target: navigation.target)
            }
        }
    }

    func position(of property: String) -> Int? { positions[property] }

    static func of(_ set: LNSet) -> EntityType {
        switch set {
        case .contacts: contact
        case .addresses: address
        case .businessPartners: businessPartner
        case .countries: country
        case .languages: language
        case .buyerRoles: buyerRole
        case .employees: employee
        case .comParameters: comParameters
        case .syncSettings: syncSettings
        case .syncUsers: syncUser
        case .users: user
        }
    }
}

/// A table: its fields, its key and what leads from its rows to those of other tables.
struct EntityType: Sendable {
    struct Navigation: Sendable {
        let name: String
        /// The position of the field that holds the other row's key, or of the one that begins the keys of the other rows.
        let property: Int
        let target: LNSet
        /// Whether it leads to all rows whose key begins with the field, not to one.
        var isCollection = false
    }

    let set: LNSet
    /// The name of the type, `Contact`.
    let name: String
    /// The physical table, for LN's messages.
    let table: String
    let properties: [Property]
    let navigations: [Navigation]
    /// The positions of the fields that are the key; none for a table of one row.
    let key: [Int]
    /// One table a company; the others (package tt) are LN's own and in company 0000.
    let isOfCompany: Bool
    /// The position of the modification time, where the table has one.
    let modification: Int?
    private let positions: [String: Int]

    init(
        _ set: LNSet, _ name: String, table: String, key: [String], isOfCompany: Bool = true, _ properties: [Property],
        navigations: [(name: String, property: String, target: LNSet)] = [],
        collections: [(name: String, property: String, target: LNSet)] = []
    ) {
        let positions = Dictionary(uniqueKeysWithValues: properties.enumerated().map { ($1.name, $0) })
        self.set = set
        self.name = name
        self.table = table
        self.properties = properties
        self.positions = positions
        self.key = key.compactMap { positions[$0] }
        self.isOfCompany = isOfCompany
        self.modification = properties.firstIndex { $0.name == Property.modification.name }
        func resolved(_ isCollection: Bool) -> ((name: String, property: String, target: LNSet)) -> Navigation? {
            { navigation in
                positions[navigation.property].map {
                    Navigation(
                        name: navigation.name, property: $0, target: navigation.target, isCollection: isCollection)
                }
            }
        }
        self.navigations = navigations.compactMap(resolved(false)) + collections.compactMap(resolved(true))
    }

    func position(of property: String) -> Int? { positions[property] }

    /// The field of this name, which the type must have.
    func property(_ name: String) -> Property {
        guard let position = positions[name] else { preconditionFailure("\(self.name) has no field \(name)") }
        return properties[position]
    }

    /// A row's key as one text: `ACT000451/1` where it has two fields.
    func key(of row: Table.Row) -> String { Table.code(of: row, key) }

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
        case .activities: activity
        case .attendees: attendee
        case .activityTexts: activityText
        }
    }
}

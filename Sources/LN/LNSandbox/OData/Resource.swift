/// An entity set as a service shows it.
struct Resource: Sendable {
    /// How far a program may go with it. Each includes the ones before.
    enum Level: String, Sendable, Comparable {
        case readable = "Readable"
        case creatable = "Creatable"
        case updatable = "Updatable"
        case deletable = "Deletable"

        private var rank: Int {
            switch self {
            case .readable: 0
            case .creatable: 1
            case .updatable: 2
            case .deletable: 3
            }
        }

        static func < (one: Level, other: Level) -> Bool { one.rank < other.rank }
    }

    let service: String
    let type: EntityType
    /// Positions of the fields shown, in their order.
    let properties: [Int]
    let navigations: [EntityType.Navigation]
    let level: Level
    /// The fields a program may change in a row that is there; `nil`: all but the computed.
    let updatable: Set<String>?
    /// Whether a new entity may bring the entities of its collections with it.
    let takesDeepInserts: Bool

    init(
        _ set: LNSet, of service: String, without hidden: Set<String> = [], navigations: Set<String> = [],
        level: Level = .readable, updatable: Set<String>? = nil,
        takesDeepInserts: Bool = false
    ) {
        let type = EntityType.of(set)
        self.service = service
        self.type = type
        properties = type.properties.indices.filter { !hidden.contains(type.properties[$0].name) }
        self.navigations = type.navigations.filter { navigations.contains($0.name) }
        self.level = level
        self.updatable = updatable
        self.takesDeepInserts = takesDeepInserts
    }

    var name: String { type.set.rawValue }

    var isSingleton: Bool { type.key.isEmpty }

    /// A row's key as a path has it: `('ACT000451')`, `(Activity='ACT000451',Sequence=1)`.
    func keyPredicate(of row: Table.Row) -> String {
        let parts = type.key.map { position -> String in
            let property = type.properties[position]
            let value =
                if case .number(let number) = row[position] {
                    String(number)
                } else {
                    "'\(PercentEncoding.encode(row[position].description.replacing("'", with: "''")))'"
                }
            return type.key.count == 1 ? value : "\(property.name)=\(value)"
        }
        return "(\(parts.joined(separator: ",")))"
    }

    /// The position of a field that the service shows.
    func position(of name: String) throws(ODataError) -> Int {
        guard let position = type.position(of: name), properties.contains(position) else {
            throw .invalid("Property \(name) does not exist in \(self.name)")
        }
        return position
    }
}

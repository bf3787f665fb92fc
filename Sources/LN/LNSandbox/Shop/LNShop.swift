/// What an LN installation holds, as far as the sandbox plays it: one company's CRM tables and LN's own about users and
/// synchronisation. A value: a copy stays as it is.
public struct LNShop: Sendable, Hashable {
    private var tables: [LNSet: Table]
    /// The largest number among the codes of each set's deleted rows.
    var spentNumbers: [LNSet: Int] = [:]

    /// A shop whose tables are empty, but for the rows of settings.
    public init() {
        tables = [:]
        for set in LNSet.allCases {
            let type = EntityType.of(set)
            var table = Table(key: type.key)
            if type.key.isEmpty { table.put(type.properties.map(\.initial)) }
            tables[set] = table
        }
    }

    /// How many rows the set has.
    public func count(_ set: LNSet) -> Int { self[set].rows.count }

    /// The keys of the set in their order, `ACT000451/1` where they have two fields; of a set with one row, an empty one.
    public func keys(_ set: LNSet) -> [String] {
        let type = EntityType.of(set)
        return type.key.isEmpty ? [""] : self[set].rows.map { type.key(of: $0) }
    }

    /// A field of a row; `nil` where the set has no such row or field.
    public func value(_ property: String, of key: String = "", in set: LNSet) -> LNValue? {
        guard let position = EntityType.of(set).position(of: property) else { return nil }
        return self[set][key]?[position]
    }

    subscript(set: LNSet) -> Table {
        get { tables[set] ?? Table(key: EntityType.of(set).key) }
        // In place: an insert must not copy the table.
        _modify { yield &tables[set, default: Table(key: EntityType.of(set).key)] }
    }
}

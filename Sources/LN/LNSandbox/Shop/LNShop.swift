/// What an LN installation holds, as far as the sandbox plays it: one company's CRM tables and LN's own about users and
/// synchronisation. A value: a copy stays as it is.
public struct LNShop: Sendable, Hashable {
    private var tables: [LNSet: Table]
    var activities = Activities()

    /// A shop whose tables are empty, but for the rows of settings.
    public init() {
        tables = [:]
        for set in LNSet.allCases {
            let type = EntityType.of(set)
            var table = Table(key: type.key)
            if type.key == nil { table.put(type.properties.map(\.initial)) }
            tables[set] = table
        }
    }

    /// How many rows the set has.
    public func count(_ set: LNSet) -> Int { self[set].rows.count }

    /// The keys of the set in their order; of a set with one row, an empty one.
    public func keys(_ set: LNSet) -> [String] {
        guard let key = EntityType.of(set).key else { return [""] }
        return self[set].rows.map { $0[key].description }
    }

    /// A field of a row; `nil` where the set has no such row or field.
    public func value(_ property: String, of key: String = "", in set: LNSet) -> LNValue? {
        guard let position = EntityType.of(set).position(of: property) else { return nil }
        return self[set][key]?[position]
    }

    /// How many CRM activities are kept for the calendar; the sandbox does not serve them yet.
    public var activityCount: Int { activities.rows.count }

    /// Moves the activities' times so that their middle lies at this moment, in seconds since 1970: all-day ones by whole days, the
    /// others by whole minutes.
    public mutating func shiftActivities(middleTo now: Int) { activities.shift(middleTo: now) }

    subscript(set: LNSet) -> Table {
        get { tables[set] ?? Table(key: EntityType.of(set).key) }
        // In place: an insert must not copy the table.
        _modify { yield &tables[set, default: Table(key: EntityType.of(set).key)] }
    }
}

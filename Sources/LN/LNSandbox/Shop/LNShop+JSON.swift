public import Foundation

/// A shop as a JSON file: an object with an array of rows for each entity set, fields as OData names and writes them.
extension LNShop {
    /// Reads a shop.
    ///
    /// Data that was brought into LN breaks rules that its screens keep, so lengths and references aren't checked. A set or
    /// field that is missing is empty; activities, and fields that tell of a mailbox rather than of LN, are passed over.
    /// - Parameter modified: seconds since 1970, for rows that don't say when they were changed.
    /// - Throws: `LNShopError`, which says what was expected where.
    public init(json: Data, modified: Int) throws {
        self.init()
        let sets: [String: JSONValue]
        do {
            sets = try JSONDecoder().decode([String: JSONValue].self, from: json)
        } catch {
            throw LNShopError("not a JSON object with an array of rows for each entity set: \(error)")
        }
        for (name, rows) in sets.sorted(by: { $0.key < $1.key }) where !Self.passedOver.contains(name) {
            guard let set = LNSet(rawValue: name) else { throw LNShopError("\(name) is no entity set of the sandbox") }
            guard let rows = rows.array else { throw LNShopError("\(name) is no array of rows") }
            let type = EntityType.of(set)
            for (number, row) in rows.enumerated() {
                guard let fields = row.object else { throw LNShopError("\(name)[\(number)] is no object") }
                self[set].put(try Self.row(fields, of: type, modified: modified, place: "\(name)[\(number)]"))
            }
        }
    }

    private static func row(
        _ fields: [String: JSONValue], of type: EntityType, modified: Int, place: String
    ) throws(LNShopError) -> Table.Row {
        var row = type.properties.map(\.initial)
        if let modification = type.modification { row[modification] = .time(modified) }
        for (given, json) in fields.sorted(by: { $0.key < $1.key }) where !passedOver.contains("\(type.name).\(given)")
        {
            let name = otherNames["\(type.name).\(given)"] ?? given
            guard let position = type.position(of: name) else { throw LNShopError("\(place) has no field \(given)") }
            let property = type.properties[position]
            guard let value = property.value(json) else {
                throw LNShopError("\(place).\(given): not a value of the field")
            }
            guard case .member(let enumeration) = property.kind, case .member(let member) = value else {
                row[position] = value
                continue
            }
            if member.isEmpty { continue }
            let known = [member, String(member.dropLast())].first(where: enumeration.contains)
            guard let known else { throw LNShopError("\(place).\(given): no value \(member)") }
            row[position] = .member(known)
        }
        if let key = type.key, row[key].description.isEmpty {
            throw LNShopError("\(place) has no \(type.properties[key].name)")
        }
        return row
    }

    /// The shop as JSON, every field of every row.
    public func json() -> Data {
        var text = JSONText()
        text.object { text in
            for set in LNSet.allCases {
                text.name(set.rawValue)
                text.array { text in
                    for row in self[set].rows { Self.write(row, of: EntityType.of(set), to: &text) }
                }
            }
        }
        return text.data
    }

    static func write(_ row: Table.Row, of type: EntityType, to text: inout JSONText) {
        text.object { text in
            for (property, value) in zip(type.properties, row) {
                text.name(property.name)
                text.value(value)
            }
        }
    }

    private static let passedOver: Set<String> = [
        "Activities", "Attendees", "SyncUser.Employee", "SyncUser.MailboxTimeZone",
    ]
    private static let otherNames = [
        "Employee.FullName": "Name", "SyncSetting.ContactPullUnit": "ContactPullIntervalUnit",
        "SyncSetting.CalendarPullUnit": "CalendarPullIntervalUnit",
    ]
}

/// Why a file is no shop.
public struct LNShopError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

public import Foundation

/// A shop's JSON file as it was read: an object with an array of rows for each entity set, fields as OData names and writes them.
///
/// Data that was brought into LN breaks rules that its screens keep, so lengths and references aren't checked. A set or field that
/// is missing is empty.
public struct LNDataSet: Sendable {
    public var shop = LNShop()
    /// Fields that tell of a mailbox rather than of LN, and are left out: how often, by set and field, `SyncUsers.MailboxTimeZone`.
    public private(set) var leftOut: [String: Int] = [:]
    private var problems: [String] = []

    /// - Parameter modified: seconds since 1970, for rows that don't say when they were changed.
    /// - Throws: `LNShopError`, which names every bad row.
    public init(json: Data, modified: Int) throws(LNShopError) {
        let sets: [String: JSONValue]
        do {
            sets = try JSONDecoder().decode([String: JSONValue].self, from: json)
        } catch {
            throw LNShopError(["not a JSON object with an array of rows for each entity set: \(error)"])
        }
        for (name, rows) in sets.sorted(by: { $0.key < $1.key }) {
            guard let rows = rows.array else {
                problems.append("\(name) is no array of rows")
                continue
            }
            if let set = LNSet(rawValue: name) {
                take(rows, into: EntityType.of(set), modified: modified)
            } else {
                problems.append("\(name) is no entity set of the sandbox")
            }
        }
        guard problems.isEmpty else { throw LNShopError(problems) }
        joinTexts()
    }

    mutating func take(_ rows: [JSONValue], into type: EntityType, modified: Int) {
        var seen: [String: Int] = [:]
        for (index, json) in rows.enumerated() {
            var place = "\(type.set.rawValue) row \(index + 1)"
            guard var fields = json.object else {
                problems.append("\(place) is no object")
                continue
            }
            if !type.key.isEmpty {
                let parts = type.key.map { ($0, Self.keyPart($0, of: fields, type)) }
                if let missing = parts.first(where: { $1 == nil }) {
                    problems.append("\(place) has no \(type.properties[missing.0].name), which is its key")
                    continue
                }
                let code = parts.compactMap(\.1).joined(separator: "/")
                place = "\(type.set.rawValue) \(code)"
                if let first = seen.updateValue(index, forKey: code) {
                    problems.append("\(place) is there twice: rows \(first + 1) and \(index + 1)")
                    continue
                }
            } else if index > 0 {
                problems.append("\(type.set.rawValue) has \(rows.count) rows; in LN it is one")
                return
            }
            var row = type.properties.map(\.initial)
            if let modification = type.modification { row[modification] = .time(modified) }
            var mistakes = type.set == .activities ? takeAttendees(of: &fields, modified: modified) : []
            mistakes += fields.sorted { $0.key < $1.key }.compactMap { take($0.key, $0.value, into: &row, of: type) }
            if type.set == .activities, mistakes.isEmpty { mistakes = Self.complete(&row, given: Set(fields.keys)) }
            if mistakes.isEmpty {
                shop[type.set].put(row)
            } else {
                problems.append("\(place): \(mistakes.joined(separator: "; "))")
            }
        }
    }

    /// - Returns: what is wrong with the field, if anything is.
    private mutating func take(
        _ given: String, _ json: JSONValue, into row: inout Table.Row, of type: EntityType
    ) -> String? {
        if Self.ofMailboxes.contains("\(type.set.rawValue).\(given)") {
            leftOut["\(type.set.rawValue).\(given)", default: 0] += 1
            return nil
        }
        let name = Self.otherNames["\(type.set.rawValue).\(given)"] ?? given
        guard let position = type.position(of: name) else { return "there is no field \(given)" }
        let property = type.properties[position]
        guard let value = property.value(json) else { return "\(given) is \(json.shown), not \(property.expected)" }
        guard case .member(let enumeration) = property.kind, case .member(let member) = value else {
            row[position] = property.normalized(value)
            return nil
        }
        if member.isEmpty { return nil }
        // `Hours`, as the screens have it, for the member Hour.
        guard let known = [member, String(member.dropLast())].first(where: enumeration.contains) else {
            return "\(given) is \(json.shown), not \(property.expected)"
        }
        row[position] = .member(known)
        return nil
    }

    /// A field of a row's key; `nil` where there is none.
    private static func keyPart(_ position: Int, of fields: [String: JSONValue], _ type: EntityType) -> String? {
        let property = type.properties[position]
        guard let part = fields[property.name].flatMap(property.value)?.description,
            part.contains(where: { $0 != " " })
        else { return nil }
        return part
    }

    private static let ofMailboxes: Set<String> = ["SyncUsers.Employee", "SyncUsers.MailboxTimeZone"]
    private static let otherNames = [
        "Employees.FullName": "Name", "SyncSettings.ContactPullUnit": "ContactPullIntervalUnit",
        "SyncSettings.CalendarPullUnit": "CalendarPullIntervalUnit",
    ]
}

/// Why a file is no shop.
public struct LNShopError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One for each bad row: its set, its key and its fields.
    public let problems: [String]

    init(_ problems: [String]) {
        self.problems = problems
    }

    public var description: String { problems.joined(separator: "\n") }
}

extension Property {
    /// What a value of the field looks like, for messages.
    fileprivate var expected: String {
        switch kind {
        case .text, .multiline: "a text"
        case .number: "a whole number"
        case .time: "a time like 2026-03-01T09:47:12Z"
        case .member(let enumeration): "one of \(enumeration.members.map(\.name).joined(separator: ", "))"
        }
    }
}

extension JSONValue {
    /// The value in a message, which stays one line.
    fileprivate var shown: String {
        var json = JSONText()
        json.value(self)
        let text = String(decoding: json.bytes, as: UTF8.self)
        return text.count > 60 ? text.prefix(60) + "…" : text
    }
}

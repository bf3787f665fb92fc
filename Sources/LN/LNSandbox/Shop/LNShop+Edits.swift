/// What a user changes on LN's screens, and a program through the same rules (LN's DAL).
extension LNShop {
    /// Adds a row.
    /// - Parameter now: LN's clock, seconds since 1970: the row's modification time.
    /// - Returns: its key.
    public mutating func insert(
        _ values: [String: LNValue], into set: LNSet, at now: Int
    ) throws(LNRuleError) -> String {
        let type = EntityType.of(set)
        guard let key = type.key else { throw LNRuleError("\(type.name) has one row") }
        var row = type.properties.map(\.initial)
        try apply(values, to: &row, of: type)
        if row[key].description.isEmpty, set == .contacts { row[key] = .text(nextContactCode()) }
        let code = row[key].description
        guard code.contains(where: { $0 != " " }) else {
            throw LNRuleError("\(type.properties[key].name) is mandatory")
        }
        guard self[set][code] == nil else { throw LNRuleError("\(type.name) \(code) already exists") }
        if set == .contacts { Self.deriveNames(from: nil, to: &row, given: values) }
        if let modification = type.modification { row[modification] = .time(now) }
        self[set].put(row)
        return code
    }

    /// Changes fields of a row. What is as it was is not written: the modification time stays too, as LN's does.
    /// - Returns: whether anything was changed.
    @discardableResult
    public mutating func update(
        _ values: [String: LNValue], of key: String = "", in set: LNSet, at now: Int
    ) throws(LNRuleError) -> Bool {
        let type = EntityType.of(set)
        guard let before = self[set][key] else { throw LNRuleError("\(type.name) \(key) does not exist") }
        var row = before
        try apply(values, to: &row, of: type)
        if let position = type.key, LNCollation.compare(row[position].description, before[position].description) != 0 {
            throw LNRuleError("\(type.properties[position].name) is the key and can't be changed")
        }
        if set == .contacts { Self.deriveNames(from: before, to: &row, given: values) }
        guard row != before else { return false }
        if let modification = type.modification { row[modification] = .time(now) }
        self[set].put(row)
        return true
    }

    /// Removes a row. Rows that name it keep its key: LN would refuse, but data that was brought in has such gaps.
    public mutating func remove(_ key: String, from set: LNSet) throws(LNRuleError) {
        let type = EntityType.of(set)
        guard type.key != nil else { throw LNRuleError("\(type.name) has one row, which stays") }
        guard self[set].remove(key) else { throw LNRuleError("\(type.name) \(key) does not exist") }
    }

    private func apply(
        _ values: [String: LNValue], to row: inout Table.Row, of type: EntityType
    ) throws(LNRuleError) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let position = type.position(of: name) else { throw LNRuleError("\(type.name) has no field \(name)") }
            let property = type.properties[position]
            guard !property.isComputed else { throw LNRuleError("\(name) can't be changed") }
            let value = property.normalized(value)
            try property.check(value)
            if let navigation = type.navigations.first(where: { $0.property == position }),
                case .text(let code) = value, !code.isEmpty, row[position] != value,
                self[navigation.target][code] == nil
            {
                throw LNRuleError("\(EntityType.of(navigation.target).name) \(code) does not exist")
            }
            row[position] = value
        }
    }

    // LN help, tccom4540m000: Full Name is first, middle and last name; the search key the first 16 characters of the last.
    // Both follow a changed name as long as they are what LN had made of the old one.
    private static func deriveNames(from before: Table.Row?, to row: inout Table.Row, given: [String: LNValue]) {
        let type = EntityType.contact
        func derive(_ target: String, _ make: (Table.Row) -> String) {
            guard let position = type.position(of: target), given[target] == nil,
                row[position] == .text(before.map(make) ?? "")
            else { return }
            row[position] = .text(make(row))
        }
        func text(_ name: String, _ row: Table.Row) -> String {
            type.position(of: name).map { row[$0].description } ?? ""
        }
        derive("FullName") { row in
            ["FirstName", "MiddleName", "LastName"].map { text($0, row) }.filter { !$0.isEmpty }.joined(separator: " ")
        }
        derive("SearchKey") { row in String(text("LastName", row).prefix(16)).uppercased() }
    }

    private func nextContactCode() -> String {
        let largest = keys(.contacts).lazy.compactMap { $0.first == "C" ? Int($0.dropFirst()) : nil }.max() ?? 0
        let digits = String(largest + 1)
        return "C" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}

/// A rule of LN that an edit broke.
public struct LNRuleError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Property {
    /// Whether LN's domain takes the value.
    func check(_ value: LNValue) throws(LNRuleError) {
        switch (kind, value) {
        case (.text(let length), .text(let text)):
            guard text.unicodeScalars.count <= length else {
                throw LNRuleError("\(name) has more than \(length) characters")
            }
        case (.multiline, .text), (.time, .time): break
        case (.number(let range), .number(let number)):
            guard range.contains(number) else {
                throw LNRuleError("\(name) is not between \(range.lowerBound) and \(range.upperBound)")
            }
        case (.member(let enumeration), .member(let member)):
            guard enumeration.contains(member) else {
                throw LNRuleError(
                    "\(name) has no value \(member): \(enumeration.members.map(\.name).joined(separator: ", "))")
            }
        default: throw LNRuleError("\(name) can't be \(value.description)")
        }
    }
}

/// What a user changes on LN's screens, and a program through the same rules (LN's DAL).
extension LNShop {
    /// Adds a row.
    /// - Parameter now: LN's clock, seconds since 1970: the row's modification time.
    /// - Returns: its key.
    public mutating func insert(
        _ values: [String: LNValue], into set: LNSet, at now: Int, by editor: LNEditor = .service
    ) throws(LNRuleError) -> String {
        switch set {
        case .activities: return try insertActivity(values, at: now, by: editor)
        case .attendees: return try insertAttendee(values, at: now, by: editor)
        case .activityTexts: throw Self.ownText
        default: break
        }
        let type = EntityType.of(set)
        guard !type.key.isEmpty else { throw LNRuleError("\(type.name) has one row") }
        var row = type.properties.map(\.initial)
        try apply(values, to: &row, of: type)
        if set == .contacts {
            if type.key(of: row).isEmpty, let key = type.key.first { row[key] = .text(nextCode("C", in: set)) }
            Self.deriveNames(from: nil, to: &row, given: values)
        }
        return try add(row, of: type, at: now)
    }

    /// Changes fields of a row. What is as it was is not written: the modification time stays too, as LN's does.
    /// - Returns: whether anything was changed.
    @discardableResult
    public mutating func update(
        _ values: [String: LNValue], of key: String = "", in set: LNSet, at now: Int, by editor: LNEditor = .service
    ) throws(LNRuleError) -> Bool {
        switch set {
        case .activities: return try updateActivity(values, of: key, at: now, by: editor)
        case .attendees: return try updateAttendee(values, of: key, at: now, by: editor)
        case .activityTexts: throw Self.ownText
        default: break
        }
        let (before, changed) = try changed(values, of: key, in: set)
        var row = changed
        if set == .contacts { Self.deriveNames(from: before, to: &row, given: values) }
        guard row != before else { return false }
        store(row, of: EntityType.of(set), at: now)
        return true
    }

    /// Removes a row, an activity with its attendees and its text. Other rows that name it keep its key: LN would refuse, but data that
    /// was brought in has such gaps.
    public mutating func remove(_ key: String, from set: LNSet) throws(LNRuleError) {
        let type = EntityType.of(set)
        guard !type.key.isEmpty else { throw LNRuleError("\(type.name) has one row, which stays") }
        guard set != .activityTexts else { throw Self.ownText }
        guard self[set].remove(key) else { throw LNRuleError("\(type.name) \(key) does not exist") }
        if let number = Self.number(of: key) { spentNumbers[set] = max(number, spentNumbers[set] ?? 0) }
        if set == .activities { removeParts(ofActivity: key) }
    }

    // MARK: Pieces

    /// A row as it was and as it is with these fields; its key can't be among those that change.
    func changed(
        _ values: [String: LNValue], of key: String, in set: LNSet
    ) throws(LNRuleError) -> (before: Table.Row, after: Table.Row) {
        let type = EntityType.of(set)
        guard let before = self[set][key] else { throw LNRuleError("\(type.name) \(key) does not exist") }
        var row = before
        try apply(values, to: &row, of: type)
        for position in type.key
        where LNCollation.compare(row[position].description, before[position].description) != 0 {
            throw LNRuleError("\(type.properties[position].name) is the key and can't be changed")
        }
        return (before, row)
    }

    /// Adds a row whose fields are right.
    /// - Returns: its key.
    mutating func add(_ row: Table.Row, of type: EntityType, at now: Int) throws(LNRuleError) -> String {
        for position in type.key where !row[position].description.contains(where: { $0 != " " }) {
            throw LNRuleError("\(type.properties[position].name) is mandatory")
        }
        let code = type.key(of: row)
        guard self[type.set][code] == nil else { throw LNRuleError("\(type.name) \(code) already exists") }
        store(row, of: type, at: now)
        return code
    }

    mutating func store(_ row: Table.Row, of type: EntityType, at now: Int) {
        var row = row
        if let modification = type.modification { row[modification] = .time(now) }
        self[type.set].put(row)
    }

    func apply(_ values: [String: LNValue], to row: inout Table.Row, of type: EntityType) throws(LNRuleError) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let position = type.position(of: name) else { throw LNRuleError("\(type.name) has no field \(name)") }
            let property = type.properties[position]
            guard !property.isComputed else { throw LNRuleError("\(name) can't be changed") }
            let value = property.normalized(value)
            try property.check(value)
            if let navigation = type.navigations.first(where: { $0.property == position && !$0.isCollection }),
                case .text(let code) = value, !code.isEmpty, row[position] != value,
                self[navigation.target][code] == nil
            {
                throw LNRuleError("\(EntityType.of(navigation.target).name) \(code) does not exist")
            }
            row[position] = value
        }
    }

    /// The next code of a series: its prefix, and digits up to nine characters. A number group gives none out twice, though its row was
    /// deleted.
    func nextCode(_ prefix: String, in set: LNSet) -> String {
        let largest = keys(set).lazy.compactMap { $0.hasPrefix(prefix) ? Self.number(of: $0) : nil }.max() ?? 0
        let digits = String(max(largest, spentNumbers[set] ?? 0) + 1)
        return prefix + String(repeating: "0", count: max(0, 9 - prefix.count - digits.count)) + digits
    }

    /// A code's number behind its letters.
    private static func number(of code: String) -> Int? { Int(code.drop { !$0.isNumber }) }

    private static let ownText = LNRuleError("The text of an activity is edited as its Information")
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

/// The rows of a table, in the order of their keys.
struct Table: Sendable, Hashable {
    typealias Row = [LNValue]

    private(set) var rows: [Row] = []
    /// The positions of the key's fields.
    private let key: [Int]

    init(key: [Int]) {
        self.key = key
    }

    /// A row's key as one text, its fields divided by a slash.
    static func code(of row: Row, _ key: [Int]) -> String {
        key.count == 1 ? row[key[0]].description : key.map { row[$0].description }.joined(separator: "/")
    }

    /// The row with this key; of a table of one row, that one.
    subscript(code: String) -> Row? {
        if key.isEmpty { return rows.first }
        let place = place(of: parts(of: code))
        return place.isTaken ? rows[place.index] : nil
    }

    /// The rows whose key begins with this field.
    func rows(under first: String) -> ArraySlice<Row> {
        guard let position = key.first else { return [] }
        let start = place(of: [first]).index
        return rows[start...].prefix { LNCollation.compare($0[position].description, first) == 0 }
    }

    /// Adds the row, or puts it in the place of the one with its key.
    mutating func put(_ row: Row) {
        guard !key.isEmpty else {
            rows = [row]
            return
        }
        let place = place(of: key.map { row[$0].description })
        if place.isTaken {
            rows[place.index] = row
        } else {
            rows.insert(row, at: place.index)
        }
    }

    /// Whether there was such a row.
    mutating func remove(_ code: String) -> Bool {
        guard !key.isEmpty else { return false }
        let place = place(of: parts(of: code))
        if place.isTaken { rows.remove(at: place.index) }
        return place.isTaken
    }

    /// Changes each row in its place; the keys stay.
    mutating func update(_ body: (inout Row) -> Void) {
        for index in rows.indices { body(&rows[index]) }
    }

    /// A key's fields; only the first may hold a slash of its own.
    private func parts(of code: String) -> [String] {
        guard key.count > 1 else { return [code] }
        var first = code[...]
        var rest: [String] = []
        for _ in 1..<key.count {
            guard let slash = first.lastIndex(of: "/") else { break }
            rest.insert(String(first[first.index(after: slash)...]), at: 0)
            first = first[..<slash]
        }
        return [String(first)] + rest
    }

    /// Where a row with this key is or belongs. Of fewer fields than the key has, it is before all rows that begin with them.
    private func place(of parts: [String]) -> (index: Int, isTaken: Bool) {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            let order = order(of: rows[middle], parts)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    private func order(of row: Row, _ parts: [String]) -> Int {
        for (position, part) in zip(key, parts) {
            let order: Int =
                if case .number(let number) = row[position], let other = Int(part) {
                    number == other ? 0 : number < other ? -1 : 1
                } else {
                    LNCollation.compare(row[position].description, part)
                }
            if order != 0 { return order }
        }
        return parts.count < key.count ? 1 : 0
    }
}

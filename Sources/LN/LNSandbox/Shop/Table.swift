/// The rows of a table, in the order of their keys.
struct Table: Sendable, Hashable {
    typealias Row = [LNValue]

    private(set) var rows: [Row] = []
    private let key: Int?

    init(key: Int?) {
        self.key = key
    }

    /// The row with this key; of a table of one row, that one.
    subscript(code: String) -> Row? {
        if key == nil { return rows.first }
        let place = place(of: code)
        return place.isTaken ? rows[place.index] : nil
    }

    /// Adds the row, or puts it in the place of the one with its key.
    mutating func put(_ row: Row) {
        guard let key else {
            rows = [row]
            return
        }
        let place = place(of: row[key].description)
        if place.isTaken {
            rows[place.index] = row
        } else {
            rows.insert(row, at: place.index)
        }
    }

    /// Whether there was such a row.
    mutating func remove(_ code: String) -> Bool {
        guard key != nil else { return false }
        let place = place(of: code)
        if place.isTaken { rows.remove(at: place.index) }
        return place.isTaken
    }

    private func place(of code: String) -> (index: Int, isTaken: Bool) {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            let order = key.map { LNCollation.compare(rows[middle][$0].description, code) } ?? 0
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }
}

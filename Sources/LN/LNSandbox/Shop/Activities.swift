/// CRM activities as a file has them. The sandbox serves none of them yet; it keeps every field, and moves their times.
struct Activities: Sendable, Hashable {
    static let name = "Activities"

    private(set) var rows: [JSONValue] = []

    init() {}

    /// - Throws: `LNShopError`, which names every row without a key, start or end, or with one that is there twice.
    init(_ rows: [JSONValue]) throws(LNShopError) {
        var problems: [String] = []
        var seen: Set<String> = []
        for (index, row) in rows.enumerated() {
            guard let code = row.object?["Activity"]?.text, !code.isEmpty else {
                problems.append("\(Self.name) row \(index + 1) has no Activity, which is its key")
                continue
            }
            if !seen.insert(code).inserted { problems.append("\(Self.name) \(code) is there twice") }
            let wrong = Self.times.filter { Self.time($0, of: row) == nil }
            if !wrong.isEmpty {
                problems.append(
                    "\(Self.name) \(code): \(wrong.joined(separator: " and ")) not given as a time like 2026-03-01T09:47:12Z"
                )
            }
        }
        guard problems.isEmpty else { throw LNShopError(problems) }
        self.rows = rows
    }

    /// Moves all times so that half of the activities start before this moment. All-day ones stay on whole days, the others move by
    /// whole minutes.
    /// - Parameter now: seconds since 1970.
    mutating func shift(middleTo now: Int) {
        let starts = rows.compactMap { Self.time("StartDate", of: $0) }.sorted()
        guard !starts.isEmpty else { return }
        let difference = now - starts[starts.count / 2]
        let minutes = Self.rounded(difference, to: 60)
        let days = Self.rounded(difference, to: 86_400)
        for index in rows.indices {
            guard case .object(var fields) = rows[index] else { continue }
            for name in Self.times {
                guard let time = Self.time(name, of: rows[index]) else { continue }
                fields[name] = .text(LNTime.text(time + (fields["AllDay"]?.text == "Yes" ? days : minutes)))
            }
            rows[index] = .object(fields)
        }
    }

    private static let times = ["StartDate", "EndDate"]

    private static func time(_ name: String, of row: JSONValue) -> Int? {
        row.object?[name]?.text.flatMap { LNTime.seconds($0) }
    }

    private static func rounded(_ seconds: Int, to unit: Int) -> Int {
        Int((Double(seconds) / Double(unit)).rounded(.down)) * unit
    }
}

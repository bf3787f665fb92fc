/// Rows in columns, for people. Columns whose cells are all numbers stand at the right.
public struct Table: Sendable {
    private let titles: [String]
    private var rows: [[String]] = []

    public init(_ titles: String...) {
        self.titles = titles
    }

    /// Cells that are missing are empty, those that are too many are left out.
    public mutating func append(_ cells: String...) {
        rows.append((0..<titles.count).map { $0 < cells.count ? cells[$0] : "" })
    }

    /// The lines, each with its end.
    public var text: String {
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { TextWidth.of($0[column]) }.max() ?? 0 }
        let isNumber = titles.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
        }
        return all.map { row in
            var line = ""
            for column in titles.indices {
                let space = String(repeating: " ", count: widths[column] - TextWidth.of(row[column]))
                line += (column == 0 ? "" : "  ") + (isNumber[column] ? space + row[column] : row[column] + space)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}

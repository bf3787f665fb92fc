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
    public var text: String { lines([titles] + rows) }

    /// The same, with a column's cells cut so that no line is wider than `width`, as far as that is enough.
    public func text(shortening column: Int, width: Int = Paragraph.width) -> String {
        let all = [titles] + rows
        let others = titles.indices.filter { $0 != column }
            .map { other in 2 + (all.map { TextWidth.of($0[other]) }.max() ?? 0) }
        let room = max(TextWidth.of(titles[column]), 10, width - others.reduce(0, +))
        return lines(
            all.map { row in
                var row = row
                row[column] = Self.cut(row[column], room)
                return row
            })
    }

    private static func cut(_ cell: String, _ room: Int) -> String {
        guard TextWidth.of(cell) > room else { return cell }
        var cut = cell
        while TextWidth.of(cut) > room - 1 { cut.removeLast() }
        return cut + "…"
    }

    private func lines(_ all: [[String]]) -> String {
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

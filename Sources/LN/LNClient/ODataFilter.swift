import Foundation

/// A `$filter`, built so that no value can leave its quotes.
struct ODataFilter: Sendable, Hashable {
    enum Comparison: String, Sendable {
        case equal = "eq"
        case greater = "gt"
        case greaterOrEqual = "ge"
    }

    /// As OData writes it, not percent-encoded.
    let text: String
    private let isAlternative: Bool

    private init(_ text: String, isAlternative: Bool = false) {
        self.text = text
        self.isAlternative = isAlternative
    }

    static func text(_ property: String, _ comparison: Comparison, _ value: String) -> ODataFilter {
        ODataFilter("\(property) \(comparison.rawValue) '\(value.replacing("'", with: "''"))'")
    }

    /// - Parameter value: in lower case; LN's values are compared in theirs.
    static func lowercased(_ property: String, _ value: String) -> ODataFilter {
        ODataFilter("tolower(\(property)) eq '\(value.replacing("'", with: "''"))'")
    }

    static func number(_ property: String, _ comparison: Comparison, _ value: Int) -> ODataFilter {
        ODataFilter("\(property) \(comparison.rawValue) \(value)")
    }

    /// - Parameter value: a time as LN wrote it.
    static func time(_ property: String, _ comparison: Comparison, _ value: LNTime) -> ODataFilter {
        ODataFilter("\(property) \(comparison.rawValue) \(value.text)")
    }

    /// - Parameter type: the qualified name of the enumeration.
    static func member(_ property: String, _ comparison: Comparison, type: String, _ member: String) -> ODataFilter {
        ODataFilter("\(property) \(comparison.rawValue) \(type)'\(member.replacing("'", with: "''"))'")
    }

    static func all(_ filters: [ODataFilter]) -> ODataFilter {
        guard filters.count != 1 else { return filters[0] }
        return ODataFilter(filters.map { $0.isAlternative ? "(\($0.text))" : $0.text }.joined(separator: " and "))
    }

    static func any(_ filters: [ODataFilter]) -> ODataFilter {
        guard filters.count != 1 else { return filters[0] }
        return ODataFilter(filters.map { "(\($0.text))" }.joined(separator: " or "), isAlternative: true)
    }
}

/// A time as OData writes it (Edm.DateTimeOffset), checked.
struct LNTime: Sendable, Hashable {
    /// As LN wrote it, so that it compares in LN as the value it came from.
    let text: String
    let date: Date

    /// `nil` where the text is no time.
    init?(_ text: String) {
        let style = Date.ISO8601FormatStyle()
        guard
            let date = (try? Date(text, strategy: style))
                ?? (try? Date(text, strategy: style.year().month().day().time(includingFractionalSeconds: true)))
        else { return nil }
        self.text = text
        self.date = date
    }

    /// Whole seconds, rounded down.
    init(_ date: Date) {
        self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
        text = self.date.formatted(.iso8601)
    }
}

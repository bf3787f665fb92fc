import Foundation

/// The query options of a request for one or many items.
struct QueryOptions: Sendable {
    var filter: Filter?
    /// Names of members; `nil`: all.
    var select: Set<String>?
    /// The extended properties that are shown, by their ids in the client's spelling; `nil`: none are.
    var expandedProperties: Filter?
    var isExpanded = false
    /// Whether a series comes with the occurrences that differ from it.
    var expandsExceptions = false
    var top: Int?
    var skip = 0
    var orderBy: (name: String, isDescending: Bool)?
    var isCounted = false

    init(_ options: [String: String]) throws(GraphError) {
        for (name, value) in options.sorted(by: { $0.key < $1.key }) {
            guard name.hasPrefix("$") else { continue }
            switch name.lowercased() {
            case "$filter": filter = try FilterParser.parse(value)
            case "$select": select = Set(value.split(separator: ",").map { $0.trimming(" ") })
            case "$expand": try expand(value)
            case "$top":
                guard let number = Int(value), (1...1000).contains(number) else {
                    throw .badRequest("The limit of '1000' for Top query has been exceeded, or it is no number.")
                }
                top = number
            case "$skip":
                guard let number = Int(value), number >= 0 else { throw .badRequest("\(name) is no number.") }
                skip = max(skip, number)
            case "$skiptoken": skip = try Self.position(value)
            case "$count": isCounted = value == "true"
            case "$orderby":
                let words = value.split(separator: " ").map(String.init)
                guard let first = words.first, words.count <= 2, words.count == 1 || ["asc", "desc"].contains(words[1])
                else { throw .badRequest("$orderby is malformed.") }
                orderBy = (first, words.count == 2 && words[1] == "desc")
            default:
                throw .badRequest("The query option '\(name)' is not allowed here.")
            }
        }
    }

    /// Rows before the page that a `$skiptoken` stands for.
    private static func position(_ token: String) throws(GraphError) -> Int {
        guard let data = Data(base64Encoded: token), let position = Int(String(decoding: data, as: UTF8.self)),
            position >= 0
        else { throw .badRequest("The skip token is not valid.") }
        return position
    }

    static func token(_ position: Int) -> String { Data(String(position).utf8).base64EncodedString() }

    /// `singleValueExtendedProperties`, with or without `($filter=…)`, or `exceptionOccurrences`.
    private mutating func expand(_ text: String) throws(GraphError) {
        if text == "exceptionOccurrences" {
            expandsExceptions = true
            return
        }
        let name = "singleValueExtendedProperties"
        guard text.hasPrefix(name) else { throw .badRequest("Could not find a property named '\(text)'.") }
        isExpanded = true
        let rest = text.dropFirst(name.count)
        guard !rest.isEmpty else { return }
        guard rest.hasPrefix("($filter="), rest.hasSuffix(")") else { throw .badRequest("$expand is malformed.") }
        expandedProperties = try FilterParser.parse(String(rest.dropFirst("($filter=".count).dropLast()))
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> String {
        var text = self
        while text.first == character { text.removeFirst() }
        while text.last == character { text.removeLast() }
        return String(text)
    }
}

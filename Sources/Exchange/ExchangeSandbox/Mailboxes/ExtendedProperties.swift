import Foundation

/// An item's single-value extended properties, by their ids in normal form: `String {guid} Name X` with the guid in lower case,
/// `String 0x3a24` with the tag in lower case.
enum ExtendedProperties {
    /// What they are after a request that names some of them; `null` takes one away.
    static func applied(_ value: JSON, to old: [String: String]) throws(GraphError) -> [String: String] {
        guard let properties = value.array else { throw wrongType("singleValueExtendedProperties") }
        var extended = old
        for property in properties {
            guard let id = property["id"]?.text, let normal = normalized(id) else {
                throw .invalidProperty(property["id"]?.text ?? "")
            }
            switch property["value"] {
            case .text(let text)?: extended[normal] = text
            case .null?, nil: extended[normal] = nil
            default: throw wrongType("value")
            }
        }
        return extended
    }

    private static func wrongType(_ name: String) -> GraphError {
        GraphError(400, "RequestBodyRead", "Cannot convert the value of property '\(name)' to the expected type.")
    }

    /// As members of an answer.
    static func shown(_ extended: [String: String]) -> [JSON] {
        extended.sorted { $0.key < $1.key }.map { ["id": .text($0.key), "value": .text($0.value)] }
    }

    /// A property's id in Exchange's spelling; `nil` where the text is no property id. A property's name is case-sensitive, the
    /// rest is not.
    static func normalized(_ id: String) -> String? {
        let parts = id.split(separator: " ", maxSplits: 3).map(String.init)
        guard let word = parts.first, let type = types.first(where: { $0.lowercased() == word.lowercased() }) else {
            return nil
        }
        if parts.count == 2 { return tag(parts[1]).map { "\(type) \($0)" } }
        guard parts.count == 4, parts[1].hasPrefix("{"), parts[1].hasSuffix("}"),
            let set = UUID(uuidString: String(parts[1].dropFirst().dropLast()))
        else { return nil }
        let prefix = "\(type) {\(set.uuidString.lowercased())}"
        switch parts[2].lowercased() {
        case "name": return "\(prefix) Name \(parts[3])"
        case "id": return tag(parts[3]).map { "\(prefix) Id \($0)" }
        default: return nil
        }
    }

    private static let types = [
        "String", "Integer", "Boolean", "Double", "Float", "Long", "Short", "Currency", "SystemTime", "Binary", "CLSID",
    ]

    private static func tag(_ text: String) -> String? {
        guard text.lowercased().hasPrefix("0x"), let tag = UInt16(text.dropFirst(2), radix: 16) else { return nil }
        return "0x" + String(tag, radix: 16)
    }
}

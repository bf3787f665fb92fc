/// A value of a request's body.
enum JSONValue: Sendable, Hashable, Encodable {
    case text(String)
    case number(Int)
    case rows([[String: JSONValue]])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .rows(let rows): try container.encode(rows)
        }
    }
}

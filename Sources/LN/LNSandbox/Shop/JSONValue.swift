/// A JSON document as it comes from outside.
enum JSONValue: Sendable, Hashable, Decodable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let boolean = try? container.decode(Bool.self) {
            self = .boolean(boolean)
        } else if container.decodeNil() {
            self = .null
        } else if let object = try? container.decode([String: JSONValue].self) {
            self = .object(object)
        } else {
            self = .array(try container.decode([JSONValue].self))
        }
    }

    var object: [String: JSONValue]? { if case .object(let object) = self { object } else { nil } }
    var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
    /// A whole number.
    var number: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
}

extension Property {
    /// The field's value as JSON has it: enumerations by name, times as text. `nil` where it is none.
    func value(_ json: JSONValue) -> LNValue? {
        switch kind {
        case .text, .multiline: json.text.map { .text($0) }
        case .number: json.number.map { .number($0) }
        case .time: json.text.flatMap { LNTime.seconds($0) }.map { .time($0) }
        case .member: json.text.map { .member($0) }
        }
    }
}

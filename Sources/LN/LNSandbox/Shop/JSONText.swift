import Foundation

/// A JSON document in the writing. A page of contacts is written field by field from the table's rows, without a tree in
/// between: that is what most of LN's answers consist of.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    var data: Data { Data(bytes) }

    mutating func object(_ body: (inout JSONText) -> Void) {
        enclose(UInt8(ascii: "{"), body, UInt8(ascii: "}"))
    }

    mutating func array(_ body: (inout JSONText) -> Void) {
        enclose(UInt8(ascii: "["), body, UInt8(ascii: "]"))
    }

    /// The name of the member that is written next.
    mutating func name(_ name: String) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func value(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: Self.isEscaped) {
            for byte in text.utf8 { append(byte) }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func value(_ number: Int) { literal(String(number)) }

    mutating func value(_ boolean: Bool) { literal(boolean ? "true" : "false") }

    mutating func null() { literal("null") }

    mutating func value(_ value: LNValue) {
        if case .number(let number) = value { self.value(number) } else { self.value(value.description) }
    }

    /// As it came, members in the order of their names.
    mutating func value(_ json: JSONValue) {
        switch json {
        case .null: null()
        case .boolean(let boolean): value(boolean)
        case .number(let number): literal(Int(exactly: number).map(String.init) ?? String(number))
        case .text(let text): value(text)
        case .array(let elements):
            array { text in
                for element in elements { text.value(element) }
            }
        case .object(let members):
            object { text in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    text.name(name)
                    text.value(value)
                }
            }
        }
    }

    mutating func member(_ name: String, _ text: String) {
        self.name(name)
        value(text)
    }

    mutating func member(_ name: String, _ number: Int) {
        self.name(name)
        value(number)
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func append(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x0A: bytes += Array("\\n".utf8)
        case 0..<0x20:
            bytes += Array("\\u00".utf8)
            bytes += [byte >> 4, byte & 0xF].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
        default: bytes.append(byte)
        }
    }

    private mutating func enclose(_ open: UInt8, _ body: (inout JSONText) -> Void, _ close: UInt8) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes += text.utf8
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }
}

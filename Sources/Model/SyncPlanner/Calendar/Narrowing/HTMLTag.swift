import Foundation

/// A tag of HTML as far as its text is concerned. Comments and declarations have no name.
struct HTMLTag {
    /// In lower case, without attributes.
    var name = ""
    var isEnd = false
    /// Where a link leads; `nil` where it is none.
    var target: String?

    /// The index behind the tag that begins at `start`; `nil` where the `<` begins none.
    /// - Parameter last: where the last `>` is. Without it every `<` would be followed to the end.
    static func end(_ bytes: [UInt8], _ start: Int, last: Int) -> Int? {
        guard start + 1 < last else { return nil }
        let next = bytes[start + 1]
        if bytes[start...].starts(with: "<!--".utf8) {
            var index = start + 4
            while index + 2 < bytes.count {
                if bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-"),
                    bytes[index + 2] == UInt8(ascii: ">")
                {
                    return index + 3
                }
                index += 1
            }
            return bytes.count
        }
        guard isLetter(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!") || next == UInt8(ascii: "?")
        else { return nil }
        var quote: UInt8?
        var bare: Int?
        for index in (start + 1)..<bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
                if byte == UInt8(ascii: ">"), bare == nil { bare = index + 1 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                // Only a value is quoted: an apostrophe elsewhere is none.
                if bytes[index - 1] == UInt8(ascii: "=") { quote = byte }
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            }
        }
        // A quote that nobody closed.
        return bare
    }

    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes.dropFirst().dropLast()
        if rest.first == UInt8(ascii: "/") {
            isEnd = true
            rest = rest.dropFirst()
        }
        let letters = rest.prefix { Self.isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        name = String(decoding: letters, as: UTF8.self).lowercased()
        if name == "a", !isEnd { target = Self.reference(String(decoding: rest, as: UTF8.self)) }
    }

    private static func reference(_ tag: String) -> String? {
        guard let key = tag.range(of: "href=", options: .caseInsensitive) else { return nil }
        let value = tag[key.upperBound...]
        if let quote = value.first, quote == "\"" || quote == "'" {
            return String(value.dropFirst().prefix { $0 != quote }).replacing("&amp;", with: "&")
        }
        return String(value.prefix { $0 != " " && $0 != ">" })
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

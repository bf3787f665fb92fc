/// A character that HTML writes by name or number: `&amp;`, `&#228;`, `&#xE4;`.
enum HTMLEntity {
    /// Of what begins with `&` at `start`: the character and the index behind it; `nil` where it is only an `&`.
    static func read(_ bytes: [UInt8], _ start: Int) -> (Unicode.Scalar, Int)? {
        guard let end = bytes[start...].prefix(longest).firstIndex(of: UInt8(ascii: ";")), end > start + 1 else {
            return nil
        }
        let name = bytes[(start + 1)..<end]
        guard let scalar = name.first == UInt8(ascii: "#") ? numbered(name.dropFirst()) : names[text(name)] else {
            return nil
        }
        return (scalar, end + 1)
    }

    private static let longest = 12

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func numbered(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let isHex = digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X")
        let number = isHex ? UInt32(text(digits.dropFirst()), radix: 16) : UInt32(text(digits))
        return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    /// Those of ISO 8859-1 in its order from 160, and what word processors write.
    private static let names: [String: Unicode.Scalar] = {
        var names: [String: Unicode.Scalar] = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "euro": "€", "ndash": "–", "mdash": "—",
            "hellip": "…", "bull": "•", "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”",
            "bdquo": "„", "trade": "™", "ensp": " ", "emsp": " ", "zwnj": "\u{200C}", "zwj": "\u{200D}",
        ]
        let latin = """
            nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute \
            micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
            Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash \
            Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute \
            ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc \
            uuml yacute thorn yuml
            """
        for (offset, name) in latin.split(separator: " ").enumerated() {
            names[String(name)] = Unicode.Scalar(UInt32(160 + offset))
        }
        return names
    }()
}

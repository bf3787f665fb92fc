public import SyncModel

extension MeetingBody {
    /// What can be read of an event's HTML (CAL-10). Exchange turns every text into HTML of its own, which says nothing: only what a
    /// plain text written over it would lose makes it rich. Never fails: what is no HTML is read as text.
    public init(html: String) {
        var reader = HTMLText()
        reader.read(html.utf8)
        self.init(reader.lines(), isRich: reader.isRich)
    }
}

/// Turns HTML into lines of text in one pass.
struct HTMLText {
    private(set) var isRich = false
    private var text: [UInt8] = []
    /// A blank to be written before the next word.
    private var hasBlank = false
    /// Inside `pre`, where blanks and line ends stand as they are.
    private var preserved = 0
    /// Inside an element whose text nobody sees; only its own end tag counts.
    private var hidden: String?
    /// Where the link under way leads, and where its text begins.
    private var link: (target: String, start: Int)?

    private static let breaks: Set<String> = [
        "address", "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
        "li", "ol", "p", "pre", "table", "tr", "ul",
    ]
    private static let rich: Set<String> = [
        "audio", "b", "blockquote", "em", "embed", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img",
        "li", "object", "ol", "s", "strike", "strong", "sub", "sup", "svg", "table", "u", "ul", "video",
    ]

    mutating func read(_ html: String.UTF8View) {
        let bytes = Array(html)
        let last = bytes.lastIndex(of: UInt8(ascii: ">")) ?? 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<"), let end = HTMLTag.end(bytes, index, last: last) {
                tag(HTMLTag(bytes[index..<end]))
                index = end
            } else if hidden != nil {
                index += 1
            } else if byte == UInt8(ascii: "&"), let (scalar, end) = HTMLEntity.read(bytes, index) {
                put(scalar)
                index = end
            } else {
                put(byte)
                index += 1
            }
        }
    }

    /// Without blanks at the ends of lines, and without empty lines at both ends.
    func lines() -> String {
        var lines: [Substring] = []
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            var line = line
            while line.last == " " || line.last == "\t" { line.removeLast() }
            lines.append(line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.drop(while: \.isEmpty).joined(separator: "\n")
    }

    private mutating func put(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\r"): break
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
            if preserved > 0 { text.append(byte) } else { hasBlank = true }
        default:
            writeBlank()
            text.append(byte)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        writeBlank()
        // A no-break space is only Outlook's way of keeping a blank.
        if scalar == "\u{A0}" { text.append(UInt8(ascii: " ")) } else { text.append(contentsOf: String(scalar).utf8) }
    }

    private mutating func writeBlank() {
        if hasBlank, let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: " ")) }
        hasBlank = false
    }

    private mutating func tag(_ tag: HTMLTag) {
        if let hidden {
            if tag.isEnd, tag.name == hidden { self.hidden = nil }
            return
        }
        switch tag.name {
        case "head", "style", "script", "title":
            if !tag.isEnd { hidden = tag.name }
        case "a": tag.isEnd ? endLink() : beginLink(tag)
        case "td", "th": hasBlank = true
        default: break
        }
        if Self.rich.contains(tag.name) { isRich = true }
        guard Self.breaks.contains(tag.name) else { return }
        if tag.name == "pre" { preserved = max(0, preserved + (tag.isEnd ? -1 : 1)) }
        hasBlank = false
        // A block begins and ends a line, however many of them do so at one place; `br` always does.
        if tag.name == "br" || !(text.isEmpty || text.last == UInt8(ascii: "\n")) { text.append(UInt8(ascii: "\n")) }
    }

    private mutating func beginLink(_ tag: HTMLTag) {
        endLink()
        writeBlank()
        link = tag.target.map { ($0, text.count) }
    }

    /// Outlook makes links of addresses by itself: one that shows where it leads loses nothing as text.
    private mutating func endLink() {
        guard let (target, start) = link else { return }
        link = nil
        let shown = String(decoding: text[min(start, text.count)...], as: UTF8.self)
        func bare(_ text: String) -> Substring {
            var rest = Substring(text.lowercased())
            for scheme in ["mailto:", "tel:", "https://", "http://"] where rest.hasPrefix(scheme) {
                rest = rest.dropFirst(scheme.count)
            }
            return rest.hasSuffix("/") ? rest.dropLast() : rest
        }
        if bare(shown) != bare(target) { isRich = true }
    }
}

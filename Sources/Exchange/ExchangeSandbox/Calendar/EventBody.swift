import Foundation

/// An event's body as Exchange keeps it: always HTML, rewritten from whatever came.
///
/// What a client wrote never comes back byte for byte: text is converted to HTML, a fragment of HTML gets a document around it, and
/// scripts and control characters are left out.
struct EventBody: Sendable, Hashable, Codable {
    /// Empty where there is no body.
    private(set) var html = ""
    /// The beginning of the text.
    private(set) var preview = ""

    init() {}

    /// - Throws: where it is no `itemBody`.
    init(_ json: JSON) throws(GraphError) {
        if json == .null { return }
        guard let members = json.object else { throw EventFields.wrongType("body") }
        let content = members["content"]?.text ?? ""
        switch members["contentType"]?.text?.lowercased() ?? "text" {
        case "text": html = Self.html(fromText: content)
        case "html": html = Self.document(content)
        default: throw EventFields.wrongType("contentType")
        }
        preview = String(text.prefix(255)).replacing("\u{A0}", with: " ").trimmingEnd()
    }

    private static let meta = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"

    private static func html(fromText text: String) -> String {
        guard !text.isEmpty else { return "" }
        let lines = cleaned(text).replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { escaped($0) }.joined(separator: "<br>\r\n")
        return """
            <html><head>\r
            \(meta)<meta name="Generator" content="Microsoft Exchange Server">\r
            <!-- converted from text --><style><!-- .EmailQuote { margin-left: 1pt; padding-left: 4pt; border-left: #800000 2px solid; } --></style></head>\r
            <body>\r
            <font size="2"><span style="font-size:11pt;"><div class="PlainText">\(lines)</div></span></font>\r
            </body>\r
            </html>\r

            """
    }

    private static func document(_ content: String) -> String {
        var text = cleaned(content)
        guard text.contains(where: { !$0.isWhitespace }) else { return "" }
        for name in ["script", "iframe", "object"] { text = without(name, text) }
        guard let body = text.range(of: "<body", options: .caseInsensitive),
            let close = text[body.upperBound...].firstIndex(of: ">")
        else {
            return "<html><head>\r\n\(meta)</head><body>\(inner(text))</body></html>\r\n"
        }
        let rest = text[text.index(after: close)...]
        let end = rest.range(of: "</body>", options: [.caseInsensitive, .backwards])?.lowerBound ?? rest.endIndex
        return "<html><head>\r\n\(meta)</head><body>\(rest[..<end])</body></html>\r\n"
    }

    /// What stands between the tags of a document that has no body of its own.
    private static func inner(_ text: String) -> String {
        var text = text
        for name in ["head", "title", "style"] { text = without(name, text) }
        for tag in ["<html>", "</html>", "<!DOCTYPE html>"] { text = text.replacing(tag, with: "") }
        return text
    }

    /// Without the elements of that name and what is in them.
    private static func without(_ name: String, _ text: String) -> String {
        var (kept, rest) = ("", text[...])
        while let start = rest.range(of: "<\(name)", options: .caseInsensitive) {
            kept += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].range(of: "</\(name)>", options: .caseInsensitive) else {
                return kept
            }
            rest = rest[end.upperBound...]
        }
        return kept + rest
    }

    private static func cleaned(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 || [9, 10, 13].contains($0.value) }))
    }

    private static func escaped(_ line: Substring) -> String {
        String(line).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("  ", with: " &nbsp;")
    }

    // MARK: Text

    /// As `Prefer: outlook.body-content-type="text"` shows it: lines end with CRLF.
    var text: String {
        var (out, rest) = ("", html[...])
        if let body = rest.range(of: "<body", options: .caseInsensitive),
            let end = rest[body.upperBound...].firstIndex(of: ">")
        {
            rest = rest[rest.index(after: end)...]
        }
        while let tag = rest.firstIndex(of: "<") {
            append(rest[..<tag], to: &out)
            let name = rest[rest.index(after: tag)...].prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
            guard let end = rest[tag...].firstIndex(of: ">") else { return trimmed(out) }
            switch name.lowercased() {
            case "br", "br/", "/p", "/div", "/li", "/tr", "/h1", "/h2", "/h3": out += "\n"
            default: break
            }
            rest = rest[rest.index(after: end)...]
        }
        append(rest, to: &out)
        return trimmed(out)
    }

    /// Line ends of the source are no line ends of the text.
    private func append(_ source: Substring, to out: inout String) {
        var blank = out.last.map { $0 == "\n" || $0 == " " } ?? true
        for character in source.replacing("\r\n", with: "\n") {
            if character == "\n" || character == " " || character == "\t" {
                if !blank { out.append(" ") }
                blank = true
            } else {
                out.append(character)
                blank = false
            }
        }
    }

    /// Entities are what they stand for, and no line ends with blanks.
    private func trimmed(_ text: String) -> String {
        var text = text
        for (entity, character) in [
            ("&nbsp;", "\u{A0}"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ] { text = text.replacing(entity, with: character) }
        text = text.trimmingEnd().split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).trimmingEnd() }.joined(separator: "\r\n")
        return text.isEmpty ? "" : text + "\r\n"
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

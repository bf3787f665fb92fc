/// Text that is broken into lines for a terminal.
public enum Paragraph {
    /// How wide what this program prints may be.
    public static let width = 120

    /// The lines, each with its end. A word that is too long for a line has one of its own.
    /// - Parameter indent: put before every line.
    public static func of(_ text: String, indent: String = "", width: Int = width) -> String {
        var lines: [String] = []
        for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
            if let line = lines.last, TextWidth.of(line) + 1 + TextWidth.of(String(word)) <= width {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(indent + word)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

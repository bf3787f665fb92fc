public import Foundation

extension Configuration {
    /// A time: `500ms`, `10s`, `5m`, `2h`, `1d`.
    public mutating func duration(
        _ name: String, _ summary: String, in range: ClosedRange<Duration>, standard: Duration
    ) -> Duration {
        value(
            name, summary, standard: DurationForm.text(standard),
            expected: "a time from \(DurationForm.text(range.lowerBound)) to \(DurationForm.text(range.upperBound)), "
                + "as 500ms, 10s, 5m, 2h or 1d"
        ) { DurationForm.duration($0).flatMap { range.contains($0) ? $0 : nil } } ?? standard
    }

    /// An absolute `http` or `https` URL without user, query or fragment. Given back without a slash at its end.
    public mutating func url(_ name: String, _ summary: String, standard: URL? = nil) -> URL? {
        value(
            name, summary, standard: standard?.absoluteString, expected: "a URL that begins with https:// or http://",
            missing: standard == nil
        ) { text in
            let trimmed = String(text.reversed().drop { $0 == "/" }.reversed())
            guard let url = URL(string: trimmed), ["http", "https"].contains(url.scheme?.lowercased()),
                url.host()?.isEmpty == false, url.user() == nil, url.query() == nil, url.fragment() == nil
            else { return nil }
            return url
        } ?? standard
    }

    /// Words: an array in the file, separated by commas in the environment.
    public mutating func list(_ name: String, _ summary: String, standard: [String] = []) -> [String] {
        value(name, summary, standard: standard.joined(separator: ","), expected: "words separated by commas") { text in
            text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        } ?? standard
    }

    /// The path of a file that must be there and readable where it is named; `nil` where it isn't.
    public mutating func readableFile(_ name: String, _ summary: String) -> String? {
        value(name, summary, standard: nil, expected: "the path of a file that can be read") { path in
            FileManager.default.isReadableFile(atPath: path) ? path : nil
        }
    }

    /// All settings that were asked for, for `--help`: each with its meaning and its standard. No value is shown.
    public var help: String {
        let width = settings.map(\.variable.count).max() ?? 0
        return settings.map { setting in
            let space = String(repeating: " ", count: width - setting.variable.count + 2)
            let standard = setting.standard.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
            return "  \(setting.variable)\(space)\(setting.summary)\(standard)\n"
        }.joined()
    }
}

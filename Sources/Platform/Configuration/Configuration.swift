import Foundation
import Runtime

/// A program's settings, from environment variables with one prefix and from one JSON file; the environment wins.
///
/// A setting's name has dots: `kafka.bootstrap` is `LNSYNC_KAFKA_BOOTSTRAP` in the environment and `{"kafka": {"bootstrap": …}}` in
/// the file. A program asks for all it needs, then calls `finish()`, which throws everything that is wrong at once: what is
/// missing, what has the wrong form, and names that nobody asked for.
public struct Configuration {
    /// A setting that was asked for, as a program's help shows it.
    public struct Setting: Sendable, Hashable {
        /// `LNSYNC_KAFKA_BOOTSTRAP`.
        public let variable: String
        public let summary: String
        /// `nil`: the setting is required, or has no value unless set.
        public let standard: String?
    }

    /// All that was asked for, in order.
    public private(set) var settings: [Setting] = []
    private let prefix: String
    private let environment: [String: String]
    private var file: [String: Value] = [:]
    private var problems: [String] = []

    /// A value in the file.
    enum Value: Sendable, Hashable {
        case text(String)
        case list([String])
        case object([String: String])
    }

    /// - Parameters:
    ///   - environment: the process's; `<prefix>CONFIG` names the file.
    ///   - prefix: `LNSYNC_`.
    public init(environment: [String: String], prefix: String = "LNSYNC_") {
        self.prefix = prefix
        self.environment = environment.filter { $0.key.hasPrefix(prefix) }
        guard let path = self.environment[prefix + "CONFIG"] else { return }
        do {
            file = try ConfigurationFile.values(path)
        } catch {
            problems.append("\(prefix)CONFIG: \(error.description)")
        }
    }

    // MARK: Asking

    /// Text that must be there, unless there is a standard.
    public mutating func text(_ name: String, _ summary: String, standard: String? = nil) -> String {
        value(name, summary, standard: standard, expected: "text", missing: standard == nil) { $0 }
            ?? standard ?? ""
    }

    /// Text that need not be there.
    public mutating func optionalText(_ name: String, _ summary: String) -> String? {
        value(name, summary, standard: nil, expected: "text") { $0 }
    }

    public mutating func integer(
        _ name: String, _ summary: String, in range: ClosedRange<Int>, standard: Int? = nil
    ) -> Int {
        value(
            name, summary, standard: standard.map(String.init),
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", missing: standard == nil
        ) { Int($0).flatMap { range.contains($0) ? $0 : nil } } ?? standard ?? range.lowerBound
    }

    public mutating func boolean(_ name: String, _ summary: String, standard: Bool) -> Bool {
        value(name, summary, standard: String(standard), expected: "true or false") { Bool($0) } ?? standard
    }

    /// One of an enum's cases.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ summary: String, standard: Choice
    ) -> Choice where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return value(name, summary, standard: standard.rawValue, expected: "one of \(words)") {
            Choice(rawValue: $0)
        } ?? standard
    }

    /// A value that `parse` makes of the text; `expected` says what it takes.
    public mutating func parsed<Parsed>(
        _ name: String, _ summary: String, expected: String, standard: (text: String, value: Parsed),
        _ parse: (String) -> Parsed?
    ) -> Parsed {
        value(name, summary, standard: standard.text, expected: expected, parse: parse) ?? standard.value
    }

    /// Names and values: an object in the file, `name=value;name=value` in the environment.
    public mutating func properties(_ name: String, _ summary: String) -> [String: String] {
        note(name, summary, standard: nil)
        if let text = environment[variable(name)] {
            var properties: [String: String] = [:]
            for pair in text.split(separator: ";") {
                guard let separator = pair.firstIndex(of: "=") else {
                    problems.append("\(variable(name)): expected name=value;name=value, and “\(pair)” has no =")
                    continue
                }
                properties[pair[..<separator].trimmingCharacters(in: .whitespaces)] =
                    String(pair[pair.index(after: separator)...])
            }
            return properties
        }
        switch file[name] {
        case .object(let properties): return properties
        case nil: return [:]
        case .text, .list:
            problems.append("\(name) in the configuration file: expected an object of names and values")
            return [:]
        }
    }

    /// A secret, which comes from a file only: `name` is asked for as `<name>.file`. The value itself among the settings is an error.
    public mutating func secret(_ name: String, _ summary: String) -> SecretFile {
        if environment[variable(name)] != nil || file[name] != nil {
            problems.append(
                "\(variable(name)): secrets come from files only: write it into a file that only this program's user can read, "
                    + "and name that file in \(variable(name))_FILE")
            note(name, summary, standard: nil)
        }
        let path = value(
            name + ".file", summary, standard: nil,
            expected: "the path of a file that can be read by this program's user (chown \(geteuid()))", missing: true
        ) { FileManager.default.isReadableFile(atPath: $0) ? $0 : nil }
        return SecretFile(path: path ?? "")
    }

    /// A secret that need not be there.
    public mutating func optionalSecret(_ name: String, _ summary: String) -> SecretFile? {
        guard environment[variable(name)] == nil, file[name] == nil, environment[variable(name + ".file")] == nil,
            file[name + ".file"] == nil
        else { return secret(name, summary) }
        note(name + ".file", summary, standard: nil)
        return nil
    }

    // MARK: The end

    /// - Parameter others: names that other programs of the installation ask for, and this one may find in its environment.
    /// - Throws: everything that is wrong.
    public mutating func finish(others: [String] = []) throws(ConfigurationError) {
        let known = Set(
            settings.map(\.variable) + others.map(variable) + ["CONFIG", "STRICT", "ONLY"].map { prefix + $0 })
        for name in environment.keys.sorted() where !known.contains(name) {
            problems.append(unknown(name, among: known))
        }
        let knownInFile = Set(settings.map(\.variable)).union(others.map(variable))
        for name in file.keys.sorted() where !knownInFile.contains(variable(name)) {
            problems.append("\(name) in the configuration file: " + unknown(variable(name), among: knownInFile))
        }
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }

    private func unknown(_ name: String, among known: Set<String>) -> String {
        let nearest = Spelling.nearest(to: name, among: known)
        return "\(name) is no setting" + (nearest.map { "; \($0) was probably meant" } ?? "; remove it")
    }

    // MARK: One setting

    private func variable(_ name: String) -> String {
        prefix + name.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }

    private mutating func note(_ name: String, _ summary: String, standard: String?) {
        settings.append(Setting(variable: variable(name), summary: summary, standard: standard))
    }

    /// What `parse` makes of the setting's text; `nil` where it is not set, or not what was expected.
    mutating func value<Parsed>(
        _ name: String, _ summary: String, standard: String?, expected: String, missing isRequired: Bool = false,
        parse: (String) -> Parsed?
    ) -> Parsed? {
        note(name, summary, standard: standard)
        let text: String
        switch (environment[variable(name)], file[name]) {
        case (let found?, _) where !found.isEmpty, (_, .text(let found)?):
            text = found
        // A list in the file is what a list with commas is in the environment; `list` alone parses one.
        case (_, .list(let words)?) where Parsed.self == [String].self:
            return words as? Parsed
        case (_, .list?), (_, .object?):
            problems.append("\(name) in the configuration file: expected \(expected)")
            return nil
        case (_, nil):
            if isRequired { problems.append("\(variable(name)) is missing: \(summary)") }
            return nil
        }
        guard let parsed = parse(text) else {
            problems.append("\(variable(name)) is “\(text)”: expected \(expected)")
            return nil
        }
        return parsed
    }
}

/// Everything that is wrong with a program's settings.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    public let problems: [String]

    public init(problems: [String]) {
        self.problems = problems
    }

    public var description: String { problems.joined(separator: "\n") }
}

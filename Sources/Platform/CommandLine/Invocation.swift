import Runtime

/// A command with the arguments and options that it was called with.
public struct Invocation: Sendable {
    /// The command's full name: `lnsync topics apply`.
    public let path: String
    private let arguments: [String: String]
    private let values: [String: String]
    private let flags: Set<String>

    /// - Throws: where the words are not what the command takes.
    init(_ command: Command, path: String, _ words: some Sequence<String>) throws(UsageError) {
        self.path = path
        var positional: [String] = []
        var values: [String: String] = [:]
        var flags: Set<String> = []
        var iterator = words.makeIterator()
        while let word = iterator.next() {
            if word == "--" {
                while let rest = iterator.next() { positional.append(rest) }
            } else if word.hasPrefix("--") {
                let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(parts[0])
                guard let option = command.options.first(where: { $0.name == name }) else {
                    throw Self.unknownOption(name, command, path)
                }
                if let valueName = option.value {
                    guard let value = parts.count == 2 ? String(parts[1]) : iterator.next() else {
                        throw UsageError("option --\(name) needs a value: --\(name) \(valueName)")
                    }
                    guard values.updateValue(value, forKey: name) == nil else {
                        throw UsageError("option --\(name) stands more than once")
                    }
                } else {
                    guard parts.count == 1 else { throw UsageError("option --\(name) takes no value") }
                    flags.insert(name)
                }
            } else {
                positional.append(word)
            }
        }
        if positional.count > command.arguments.count {
            throw UsageError("“\(positional[command.arguments.count])” is one word too many\n\(command.usage(path))")
        }
        if let missing = command.arguments.dropFirst(positional.count).first(where: \.isRequired) {
            throw UsageError("<\(missing.name)> is missing: \(missing.summary)\n\(command.usage(path))")
        }
        arguments = Dictionary(uniqueKeysWithValues: zip(command.arguments.map(\.name), positional))
        self.values = values
        self.flags = flags
    }

    private static func unknownOption(_ name: String, _ command: Command, _ path: String) -> UsageError {
        let nearest = Spelling.nearest(to: name, among: command.options.map(\.name))
        return UsageError(
            "there is no option --\(name)" + (nearest.map { "; --\($0) was probably meant" } ?? "")
                + "\nsee: \(path) --help")
    }

    /// A required argument, or one that was given; empty for one that was left out.
    public func argument(_ name: String) -> String { arguments[name] ?? "" }

    public func optionalArgument(_ name: String) -> String? { arguments[name] }

    public func flag(_ name: String) -> Bool { flags.contains(name) }

    public func option(_ name: String) -> String? { values[name] }

    /// An option that is a whole number.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        try values[name].map { text throws(UsageError) in
            guard let number = Int(text), range.contains(number) else {
                throw UsageError(
                    "option --\(name) is “\(text)”: expected a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return number
        }
    }

    /// An option that is one of an enum's cases.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(UsageError) -> Choice? where Choice.RawValue == String {
        try values[name].map { text throws(UsageError) in
            guard let choice = Choice(rawValue: text) else {
                let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("option --\(name) is “\(text)”: expected one of \(words)")
            }
            return choice
        }
    }
}

/// A command of a command line: it has subcommands, or it runs. In the terms of swift-argument-parser, as values.
public struct Command: Sendable {
    public typealias Body = @Sendable (Invocation) async throws -> ExitCode

    enum Action: Sendable {
        case run(Body)
        case choose([Command])
    }

    public let name: String
    /// One line.
    public let summary: String
    let discussion: String
    let arguments: [Argument]
    let options: [Option]
    let action: Action

    /// A command that runs.
    /// - Parameters:
    ///   - arguments: positional ones, in their order; those that may be left out come last.
    ///   - discussion: what `--help` says beyond the summary.
    public init(
        _ name: String, _ summary: String, arguments: [Argument] = [], options: [Option] = [], discussion: String = "",
        run: @escaping Body
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        action = .run(run)
    }

    /// A command that only has subcommands.
    public init(_ name: String, _ summary: String, discussion: String = "", subcommands: [Command]) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        arguments = []
        options = []
        action = .choose(subcommands)
    }
}

/// A positional argument.
public struct Argument: Sendable, Hashable {
    let name: String
    let summary: String
    let isRequired: Bool

    public init(_ name: String, _ summary: String, isRequired: Bool = true) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
    }
}

/// `--seed N`, or without a value a flag: `--full`.
public struct Option: Sendable, Hashable {
    let name: String
    /// What the value is called in the help; `nil`: a flag.
    let value: String?
    let summary: String

    /// - Parameters:
    ///   - name: without the dashes.
    ///   - value: what the value is called in the help.
    public static func value(_ name: String, _ value: String, _ summary: String) -> Option {
        Option(name: name, value: value, summary: summary)
    }

    public static func flag(_ name: String, _ summary: String) -> Option {
        Option(name: name, value: nil, summary: summary)
    }
}

/// What a program ends with: sysexits' codes where they fit.
public struct ExitCode: Sendable, Hashable {
    public let code: Int32

    public init(_ code: Int32) {
        self.code = code
    }

    public static let success = ExitCode(0)
    /// It ran, but not as wanted.
    public static let failure = ExitCode(1)
    /// `EX_USAGE`: the command line is wrong.
    public static let usage = ExitCode(64)
    /// `EX_SOFTWARE`: an error that ends the program.
    public static let software = ExitCode(70)
    /// `EX_TEMPFAIL`: more time was needed than there was.
    public static let temporaryFailure = ExitCode(75)
    /// `EX_CONFIG`: a setting is wrong or missing.
    public static let configuration = ExitCode(78)
}

/// A command line that can't be run, with what was expected.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

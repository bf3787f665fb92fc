import CRuntime
import Foundation
import Runtime

/// Runs a command line: finds the command, prints help and what is wrong, and says what to end with.
public struct CommandLineProgram: Sendable {
    private let root: Command
    private let version: String
    private let print: @Sendable (String) -> Void
    private let printError: @Sendable (String) -> Void

    /// - Parameters:
    ///   - print: takes what goes to standard output, with its line ends.
    ///   - printError: takes what goes to standard error.
    public init(
        _ root: Command, version: String, print: @escaping @Sendable (String) -> Void = Terminal.print,
        printError: @escaping @Sendable (String) -> Void = Terminal.printError
    ) {
        self.root = root
        self.version = version
        self.print = print
        self.printError = printError
    }

    /// - Parameter words: the command line without the program's name.
    public func run(_ words: [String]) async -> ExitCode {
        var command = root
        var path = root.name
        var words = words[...]
        while case .choose(let commands) = command.action {
            guard let word = words.first else {
                printError(command.help(path))
                return .usage
            }
            if word == "--help" || word == "-h" || word == "help" { break }
            if word == "--version" { return printed("\(root.name) \(version)\n") }
            guard let next = commands.first(where: { $0.name == word }) else {
                let nearest = Spelling.nearest(to: word, among: commands.map(\.name))
                printError(
                    "\(root.name): there is no command “\(path) \(word)”"
                        + (nearest.map { "; “\(path) \($0)” was probably meant" } ?? "")
                        + "\nexpected one of: \(commands.map(\.name).joined(separator: ", "))\n")
                return .usage
            }
            command = next
            path += " " + word
            words = words.dropFirst()
        }
        if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" })
            || words.first == "help"
        {
            return printed(command.help(path))
        }
        guard case .run(let body) = command.action else { return printed(command.help(path)) }
        if words.first == "--version", path == root.name { return printed("\(root.name) \(version)\n") }
        do {
            return try await body(try Invocation(command, path: path, words))
        } catch let error as UsageError {
            printError("\(root.name): \(error)\n")
            return .usage
        } catch {
            printError("\(root.name): \(error)\n")
            return .failure
        }
    }

    private func printed(_ text: String) -> ExitCode {
        print(text)
        return .success
    }
}

/// The standard streams.
public enum Terminal {
    /// Writes to standard output. A reader that has gone away is no error: what is printed was for it.
    public static let print: @Sendable (String) -> Void = { write($0, to: STDOUT_FILENO) }

    /// Writes to standard error.
    public static let printError: @Sendable (String) -> Void = { write($0, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { cruntime_write_all(descriptor, $0.baseAddress, $0.count) }
    }
}

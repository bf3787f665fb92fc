import Foundation

/// A secret in a file, read again at every use: a changed one needs no restart. Never printed.
public struct SecretFile: Sendable, Hashable, CustomStringConvertible {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// The file's content without the line end behind it.
    /// - Throws: where the file can't be read, is empty or is not text.
    public func read() throws(ConfigurationError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(problems: ["the file \(path) can't be read"])
        }
        guard let text = String(data: data, encoding: .utf8)?.trimmingCharacters(in: .newlines), !text.isEmpty else {
            throw ConfigurationError(problems: ["the file \(path) is empty, or not text"])
        }
        return text
    }

    public var description: String { "secret in \(path)" }
}

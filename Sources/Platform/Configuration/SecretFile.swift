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
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ConfigurationError(problems: ["the file \(path) can't be read: \(advice)"])
        }
        guard let text = String(data: data, encoding: .utf8)?.trimmingCharacters(in: .newlines), !text.isEmpty else {
            throw ConfigurationError(problems: ["the file \(path) is empty, or not text"])
        }
        return text
    }

    private var advice: String {
        var attributes = stat()
        guard stat(path, &attributes) == 0 else {
            return errno == ENOENT
                ? "it does not exist; put it there, or name another in the settings" : String(cString: strerror(errno))
        }
        return attributes.st_mode & S_IFMT == S_IFDIR
            ? "it is a folder; name the file in it"
            : "let the user that this program runs as read it (chown, chmod 600)"
    }

    /// What is unsafe about the file, with what to do; `nil` where nothing is.
    public var exposure: String? {
        var attributes = stat()
        guard stat(path, &attributes) == 0, attributes.st_mode & S_IROTH != 0 else { return nil }
        return "every user of this machine can read \(path): chmod 600 \(path)"
    }

    public var description: String { "secret in \(path)" }
}

import Foundation
import Runtime

/// A program that listens writes its address into a file once it does.
enum Address {
    /// The address in the file, once it is there.
    /// - Throws: where it is not there in time.
    static func read(_ file: String, within timeout: Duration, of program: String, _ time: any TimeSource) async throws
        -> String
    {
        let deadline = time.uptime + timeout
        while time.uptime < deadline {
            if let text = try? String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(
                in: .whitespacesAndNewlines),
                !text.isEmpty
            {
                return text
            }
            try await time.sleep(for: .milliseconds(20))
        }
        throw DemoError("\(program) did not begin to listen within \(timeout.components.seconds) s")
    }

    /// Written at once as a whole, so that no reader sees half of it.
    static func write(_ address: String, to file: String) throws {
        try Data("\(address)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}

/// Why the demo can't go on, in words.
struct DemoError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

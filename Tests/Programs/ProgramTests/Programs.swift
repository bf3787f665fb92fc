import Foundation
import Processes

/// The built programs, run as anybody would.
enum Programs {
    /// The folder of the programs, where the tests' own binary lies too.
    static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    static let checkout: URL = {
        var url = URL(filePath: #filePath)
        for _ in 1...4 { url.deleteLastPathComponent() }
        return url
    }()

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    /// What a program prints, on both streams, and its exit status.
    /// - Parameter folder: where it is run.
    static func run(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String = "."
    ) async throws -> (status: Int32, output: String) {
        let output = temporary("output")
        defer { try? FileManager.default.removeItem(atPath: output) }
        let status = try await ChildProcess.start(
            "/usr/bin/env", ["-C", folder, path(name)] + arguments,
            environment: environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own },
            output: output
        ).wait()
        return (status, try String(contentsOfFile: output, encoding: .utf8))
    }

    /// A switch of the COM parameters off in a shop's file, `SynchronizeActivities`.
    static func switchOff(_ name: String, in shop: String) throws {
        let url = URL(filePath: shop)
        var sets = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
        var parameters = (sets["ComParameters"] as? [[String: Any]])?.first ?? [:]
        parameters[name] = "No"
        sets["ComParameters"] = [parameters]
        try JSONSerialization.data(withJSONObject: sets).write(to: url)
    }

    static func temporary(_ name: String) -> String {
        FileManager.default.temporaryDirectory.appending(path: "lnsync-\(name)-\(UUID())").path
    }
}

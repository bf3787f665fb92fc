import Configuration
import Foundation
import Testing

@Suite("A secret's file")
struct SecretFileTests {
    @Test("A changed one is read anew; one that every user can read is told with what to do")
    func exposure() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = SecretFile(path: path)
        for text in ["one", "another"] {
            try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try file.read() == text)
        }
        chmod(path, 0o600)
        #expect(file.exposure == nil)
        chmod(path, 0o644)
        #expect(file.exposure?.contains("chmod 600 \(path)") == true)
    }

    @Test("One that is missing, a folder or empty is told with what to do")
    func unreadable() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data().write(to: URL(filePath: folder + "/empty"))
        for (path, told) in [
            (folder + "/missing", "does not exist"), (folder, "is a folder"), (folder + "/empty", "is empty"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try SecretFile(path: path).read() }
            #expect(error?.description.contains(path) == true && error?.description.contains(told) == true)
        }
    }
}

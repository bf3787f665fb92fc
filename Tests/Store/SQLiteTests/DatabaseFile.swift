import Foundation

/// A path for a database in a folder of its own, gone with it.
final class DatabaseFile: Sendable {
    let folder: URL
    let path: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sqlite-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("test.db").path
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }
}

import Glibc

/// The file that was opened as the store. SQLite goes on writing to a file that was moved away or replaced: what it writes then is
/// lost, or, where the programs do not all notice, there are two stores.
struct StoreFile: Sendable {
    private let path: String
    private let device: dev_t
    private let node: ino_t

    /// - Throws: `.cannotOpen` where there is none.
    init(_ path: String) throws(StoreError) {
        guard let (device, node) = Self.identity(path) else {
            throw StoreError(.cannotOpen, "\(path) is gone as soon as it was opened")
        }
        self.path = path
        self.device = device
        self.node = node
    }

    /// - Throws: `.replaced` where the path has no file any more, or another. Where the file is put back, nothing is thrown.
    func check() throws(StoreError) {
        guard let now = Self.identity(path) else {
            throw StoreError(
                .replaced, "\(path) was moved away or deleted while this program had it open. \(Self.remedy)")
        }
        guard now == (device, node) else {
            throw StoreError(
                .replaced, "\(path) is another file than the one that this program has opened. \(Self.remedy)")
        }
    }

    private static let remedy = """
        Nothing is read or written until it is back. Stop all programs of the installation, put the store with its -wal file in its \
        place, and start them again
        """

    private static func identity(_ path: String) -> (dev_t, ino_t)? {
        var status = stat()
        return stat(path, &status) == 0 ? (status.st_dev, status.st_ino) : nil
    }
}

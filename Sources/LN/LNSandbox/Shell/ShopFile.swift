import Dispatch
public import Foundation
import Synchronization

/// The file in which a shop survives a restart of the sandbox. It is written whole beside the old one and put in its place, so
/// it always holds one shop.
public final class ShopFile: Sendable {
    private let url: URL
    /// Writing blocks for some milliseconds; one write at a time.
    private let queue = DispatchQueue(label: "LNSandbox.ShopFile")
    private let saved = Mutex(-1)

    public init(_ url: URL) {
        self.url = url
    }

    /// The shop in the file; `nil` where there is no file yet. Blocks.
    /// - Parameter modified: as of `LNShop.init(json:modified:)`.
    /// - Throws: `LNShopError`, or Foundation's error where the file can't be read.
    public func read(modified: Int) throws -> LNShop? {
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch CocoaError.fileReadNoSuchFile {
            return nil
        }
        return try LNShop(json: data, modified: modified)
    }

    /// Returns when the file holds this revision of the sandbox's shop or a later one.
    func save(_ sandbox: LNSandbox, revision: Int) async throws {
        guard saved.withLock({ $0 < revision }) else { return }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { [self] in
                continuation.resume(with: Result { try write(sandbox, revision: revision) })
            }
        }
    }

    private func write(_ sandbox: LNSandbox, revision: Int) throws {
        // Another request's save may have taken this one's edit with it.
        guard saved.withLock({ $0 < revision }) else { return }
        let snapshot = sandbox.snapshot
        try snapshot.shop.json().write(to: url, options: .atomic)
        saved.withLock { $0 = snapshot.revision }
    }
}

import Dispatch
public import Foundation
import Synchronization

/// The file in which mailboxes survive a restart of the sandbox, and how often they were changed: a line of JSON for each change, written behind the others. Where it
/// is opened, it is written anew with what is left of them. A line that was not written to its end is dropped.
public final class MailboxLog: Sendable {
    private let url: URL
    /// Writing blocks, so it has a thread of its own; it also keeps changes in their order.
    private let queue = DispatchQueue(label: "ExchangeSandbox.MailboxLog")
    private let handle: Mutex<FileHandle?> = Mutex(nil)

    public init(_ url: URL) {
        self.url = url
    }

    /// Gives the sandbox the mailboxes that are in the file, beside those it has, and keeps all that changes from here on. Blocks.
    public func open(_ sandbox: ExchangeSandbox) throws {
        var data = Data()
        do {
            data = try Data(contentsOf: url)
        } catch CocoaError.fileReadNoSuchFile {
            // The first start.
        }
        let decoder = JSONDecoder()
        var lines = data.split(separator: 0x0A)
        if data.last != 0x0A { _ = lines.popLast() }
        let records = try lines.map { try decoder.decode(MailboxRecord.self, from: Data($0)) }
        let all = sandbox.state.withLock { state in
            for record in records { state.apply(record) }
            state.directory.isRecorded = true
            _ = state.directory.takeRecords()
            return state.allRecords
        }
        try Self.lines(all).write(to: url, options: .atomic)
        let file = try FileHandle(forWritingTo: url)
        try file.seekToEnd()
        handle.withLock { $0 = file }
    }

    /// Returns when the file has everything that has changed so far.
    func save(_ sandbox: ExchangeSandbox) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { [self] in
                continuation.resume(with: Result { try write(sandbox) })
            }
        }
    }

    private func write(_ sandbox: ExchangeSandbox) throws {
        let records = sandbox.state.withLock { $0.directory.takeRecords() }
        guard !records.isEmpty else { return }
        let lines = try Self.lines(records)
        try handle.withLock { try $0?.write(contentsOf: lines) }
    }

    private static func lines(_ records: [MailboxRecord]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for record in records {
            data += try encoder.encode(record)
            data.append(0x0A)
        }
        return data
    }
}

import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore
import Telemetry
import Testing

@testable import LNSource

@Suite("Trouble with LN, kept for status")
struct LNTroubleTests {
    private let reader = LeaseName("reader/1300/contact")
    private let away = LNError(.unreachable, "no connection to ION API")
    private let refused = LNError(.credentials, "LN refuses the credentials of the .ionapi file")

    /// Has the reader's lease, as `owner`, while the body runs.
    private func holding(
        _ store: SQLiteStore, _ owner: String, _ body: @escaping @Sendable (HeldLease, LNTrouble) async throws -> Void
    ) async throws {
        let keeper = LeaseKeeper(store, owner: owner, time: SystemTime())
        try await keeper.withLease(reader, trouble: { Issue.record($0) }) { lease in
            try await body(lease, LNTrouble(lease, store: store, log: .silent))
        }
    }

    private func kept(_ store: SQLiteStore) async throws -> ReadingTrouble? {
        ReadingTrouble.kept(in: try await store.cursors())[reader]
    }

    @Test("It is kept once, gives way to what is new, keeps the time since when, and ends with the first success")
    func kept() async throws {
        let store = try await SQLiteStore.inMemory(time: SystemTime())
        try await holding(store, "one") { [away, refused] _, trouble in
            await trouble.succeeded()
            #expect(try await kept(store) == nil)
            await trouble.failed(away)
            let first = try #require(try await kept(store))
            #expect(first.text == away.message && !first.needsPerson)
            await trouble.failed(away)
            await trouble.failed(refused)
            let second = try #require(try await kept(store))
            #expect(second == ReadingTrouble(since: first.since, text: refused.message, needsPerson: true))
            await trouble.succeeded()
            #expect(try await kept(store) == nil)
            await trouble.succeeded()
        }
        // Newest first; what passes by itself is in the log alone.
        let journal = try await store.journal(JournalQuery(item: "ln/reader/1300/contact")).map(\.draft)
        #expect(journal.map(\.action) == ["mended", "trouble"])
    }

    @Test("What a reader kept that ended ends with its successor's first success")
    func successor() async throws {
        let store = try await SQLiteStore.inMemory(time: SystemTime())
        try await holding(store, "one") { [refused] _, trouble in await trouble.failed(refused) }
        #expect(try await kept(store)?.text == refused.message)
        try await holding(store, "two") { _, trouble in await trouble.succeeded() }
        #expect(try await kept(store) == nil)
    }

    @Test("Who has lost the lease keeps nothing: its successor would not know of it")
    func lost() async throws {
        let store = try await SQLiteStore.inMemory(time: SystemTime())
        try await holding(store, "one") { [refused] lease, trouble in
            try await store.releaseLease(lease.lease)
            _ = try await store.acquireLease(reader, owner: "two", for: .seconds(60))
            await trouble.failed(refused)
        }
        #expect(try await kept(store) == nil)
    }
}

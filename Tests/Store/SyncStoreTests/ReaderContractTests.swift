import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's reader records")
struct ReaderContractTests {
    private let set = EntitySet("Contacts")

    @Test("What is published is recorded by company, set and key", arguments: StoreKind.allCases)
    func published(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let known = Published(everInScope: true, hash: "aa")
            try await store.put(
                .published(company, set, key: "C1", known),
                .published(company, set, key: "C2", Published(everInScope: false, hash: nil)),
                .published(company, "Addresses", key: "C1", Published(everInScope: true, hash: "bb")),
                .published(Company(1301), set, key: "C1", Published(everInScope: true, hash: "cc")))
            #expect(
                try await store.published(company, set, ["C1", "C2", "C3"])
                    == ["C1": known, "C2": Published(everInScope: false, hash: nil)])
            // Emptied before a send, set again after it.
            try await store.put(.published(company, set, key: "C1", Published(everInScope: true, hash: nil)))
            #expect(try await store.published(company, set, ["C1"])["C1"]?.hash == nil)
            try await store.put(.published(company, set, key: "C1", Published(everInScope: true, hash: .removal)))
            #expect(try await store.published(company, set, ["C1"])["C1"]?.hash == .removal)
            #expect(try await store.published(company, set, []).isEmpty)
        }
    }

    @Test("The published keys come in order, page by page, without removals", arguments: StoreKind.allCases)
    func keys(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            for key in ["b", "a", "Z", "ä", "10", "9"] {
                try await store.put(.published(company, set, key: key, Published(everInScope: true, hash: "aa")))
            }
            try await store.put(
                .published(company, set, key: "sending", Published(everInScope: true, hash: nil)),
                .published(company, set, key: "removed", Published(everInScope: true, hash: .removal)),
                .published(company, set, key: "never", Published(everInScope: false, hash: "aa")),
                .published(Company(1), set, key: "c", Published(everInScope: true, hash: "aa")))
            func page(_ after: String?, _ upTo: String?, _ limit: Int) async throws -> [String] {
                try await store.publishedKeys(company, set, after: after, upTo: upTo, limit: limit)
            }
            #expect(try await page(nil, nil, 100) == ["10", "9", "Z", "a", "b", "sending", "ä"])
            #expect(try await page(nil, nil, 3) == ["10", "9", "Z"])
            #expect(try await page("Z", nil, 2) == ["a", "b"])
            #expect(try await page("9", "b", 100) == ["Z", "a", "b"])
            #expect(try await page("ä", nil, 100) == [])
        }
    }

    @Test("A page's commit is lost with the lease, its cursor too", arguments: StoreKind.allCases)
    func fenced(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let lease = try #require(try await store.acquireLease("reader", owner: "a", for: .seconds(13)))
            let published = Mutation.published(company, set, key: "C1", Published(everInScope: true, hash: "aa"))
            try await store.put(published, .cursor("watermark/1300/Contacts", "1"), holding: [lease])
            bed.time.advance(by: .seconds(13))
            _ = try await store.acquireLease("reader", owner: "b", for: .seconds(13))
            let late = Mutation.published(company, set, key: "C1", Published(everInScope: true, hash: "bb"))
            #expect(
                try await store.commit([late, .cursor("watermark/1300/Contacts", "2")], holding: [lease])
                    == .lost(.lease("reader")))
            #expect(try await store.published(company, set, ["C1"])["C1"]?.hash == "aa")
            #expect(try await store.cursors() == ["watermark/1300/Contacts": "1"])
        }
    }
}

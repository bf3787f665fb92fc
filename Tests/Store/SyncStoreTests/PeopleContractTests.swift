import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's journal and holds")
struct PeopleContractTests {
    @Test("Entries are dated, numbered upwards, and come newest first", arguments: StoreKind.allCases)
    func journal(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            for number in 1...5 {
                try await store.put(.journal(draft("item \(number % 2)", user(number))), .journal(draft("system")))
                bed.time.advance(by: .seconds(1))
            }
            let all = try await store.journal(JournalQuery())
            #expect(all.count == 10)
            #expect(zip(all, all.dropFirst()).allSatisfy { $0.number > $1.number && $0.time >= $1.time })
            #expect(all.first?.time == bed.time.now - 1)
            #expect(all.first?.draft == draft("system"))
            #expect(try await store.journal(JournalQuery(limit: 3)) == Array(all.prefix(3)))
            #expect(
                try await store.journal(JournalQuery(item: "item 1")).map(\.draft.user) == [user(5), user(3), user(1)])
            #expect(try await store.journal(JournalQuery(user: user(2))).map(\.draft.item) == ["item 0"])
            #expect(try await store.journal(JournalQuery(item: "item 1", user: user(2))).isEmpty)
            #expect(try await store.journal(JournalQuery(limit: 0)).isEmpty)
        }
    }

    @Test(
        "Gone through by number, the journal comes oldest first, page by page, to its end",
        arguments: StoreKind.allCases)
    func journalByNumber(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            for number in 1...5 { try await store.put(.journal(draft("item \(number)", user(number)))) }
            let all = Array(try await store.journal(JournalQuery()).reversed())
            let first = try await store.journal(after: 0, limit: 2)
            #expect(first == Array(all.prefix(2)))
            let last = try #require(first.last?.number)
            #expect(try await store.journal(after: last, limit: 9) == Array(all.dropFirst(2)))
            #expect(try await store.journal(after: try #require(all.last?.number), limit: 9).isEmpty)
            #expect(try await store.journal(after: 0, limit: 0).isEmpty)
        }
    }

    @Test("Old entries are pruned, at most so many at once, and no number comes twice", arguments: StoreKind.allCases)
    func prune(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            for _ in 0..<5 { try await store.put(.journal(draft("old"))) }
            bed.time.advance(by: .seconds(100))
            let now = bed.time.now
            try await store.put(.journal(draft("young")), .contactLink(link("C1", .tombstone)))
            let last = try #require(try await store.journal(JournalQuery(limit: 1)).first?.number)
            func prune(_ date: Date, _ limit: Int) async throws -> Int {
                try await store.prune(journalBefore: date, tombstonesBefore: date, limit: limit)
            }
            #expect(try await prune(now, 3) == 3)
            #expect(try await prune(now, 3) == 2)
            #expect(try await prune(now, 3) == 0)
            #expect(try await store.journal(JournalQuery()).map(\.draft.item) == ["young"])
            // Both kinds share the limit.
            #expect(try await prune(now + 1, 1) == 1)
            #expect(try await prune(now + 1, 9) == 1)
            #expect(try await prune(.distantFuture, 9) == 0)
            try await store.put(.journal(draft("next")))
            #expect(try #require(try await store.journal(JournalQuery()).first?.number) > last)
        }
    }

    @Test("A hold is kept until it is decided, and then with who decided", arguments: StoreKind.allCases)
    func holds(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            var first = Hold(
                id: UUID(), kind: "removals", subject: "1300", keys: ["C1", "C\"2", "山"],
                detail: "40 of 50 contacts are gone", opened: bed.time.now)
            let second = Hold(
                id: UUID(), kind: "vanishedFolder", subject: user(1).description, keys: [], detail: "",
                opened: bed.time.now + 5)
            try await store.put(.hold(second), .hold(first))
            #expect(try await store.holds(nil) == [first, second])
            first.state = .approved
            first.decidedBy = "ann"
            first.decided = bed.time.now + 9
            try await store.put(.hold(first))
            #expect(try await store.holds(.open) == [second])
            #expect(try await store.holds(.approved) == [first])
            #expect(try await store.holds(.discarded).isEmpty)
            #expect(try await store.holds(nil).count == 2)
        }
    }
}

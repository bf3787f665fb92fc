import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's contact rows")
struct ContactLinkContractTests {
    @Test("A row comes back as it was stored, with the next version", arguments: StoreKind.allCases)
    func roundTrip(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            // A date that is no whole number of microseconds: intents are compared by it.
            let deadline = Date(timeIntervalSinceReferenceDate: 785_000_000.123_456_789)
            var row = link("C山田'\"")
            row.status.state = .due
            row.status.due = deadline
            row.status.priority = .backfill
            row.status.attempts = 3
            row.status.reason = "Exchange is slow: 遅い"
            row.status.intent = Intent(action: .delete, owner: "host-1", key: "abc", deadline: deadline)
            row.status.generation = 4
            row.status.partition = 23
            row.status.sequence = ReadSequence(epoch: Int64.max, counter: 1)
            row.status.check = true
            row.item = .made("AAMkAD=", "W/\"1\"")
            row.settled = "00ff"
            row.observed = .content(Data((0...255).map(UInt8.init)), "11ee")
            for _ in 1...3 {
                try await store.put(.contactLink(row))
                row.status.version += 1
                #expect(try await store.contactLink(row.id) == row)
                // The other forms of its parts.
                row.item = row.item == .none ? .deletedByUser("AAMkAD=") : .none
                row.status.intent = nil
                row.status.reason = nil
                row.settled = nil
                row.observed = row.observed == nil ? .content(Data(), "-") : .removal(.inactive)
                if row.status.version == 2 { row.observed = nil }
            }
        }
    }

    @Test("A version of 0 makes a row, once", arguments: StoreKind.allCases)
    func insertOnce(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(.contactLink(link("C1")))
            #expect(try await store.commit([.contactLink(link("C1"))]) == .lost(.contactLink(linkID("C1"))))
            // Another mailbox's and another company's are other rows.
            try await store.put(.contactLink(link("C1", of: 2)))
            let elsewhere = ContactLinkID(user: user(1), company: Company(1301), contact: "C1")
            try await store.put(.contactLink(ContactLink(id: elsewhere, status: link("C1").status)))
            #expect(try await store.contactLinks([linkID("C1"), linkID("C1", of: 2), elsewhere]).count == 3)
        }
    }

    @Test("Of two that planned on one version the second is lost", arguments: StoreKind.allCases)
    func compareAndSet(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(.contactLink(link("C1")))
            var row = try #require(try await store.contactLink(linkID("C1")))
            row.settled = "aa"
            try await store.put(.contactLink(row))
            row.settled = "bb"
            #expect(try await store.commit([.contactLink(row)]) == .lost(.contactLink(row.id)))
            #expect(try await store.contactLink(row.id)?.settled == "aa")
            row.status.version = 99
            #expect(try await store.commit([.contactLink(row)]) == .lost(.contactLink(row.id)))
            #expect(
                try await store.commit([.contactLink(try #require(unknown(row)))]) == .lost(.contactLink(linkID("C9"))))
        }
    }

    private func unknown(_ row: ContactLink) -> ContactLink? {
        var unknown = link("C9")
        unknown.status.version = 1
        return unknown
    }

    @Test("Only the rows that exist are read, many at once", arguments: StoreKind.allCases)
    func many(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let rows = (0..<1500).map { link("C\($0)", of: $0 % 3) }
            for start in stride(from: 0, to: rows.count, by: 200) {
                #expect(
                    try await store.commit(rows[start..<min(start + 200, 1500)].map { .contactLink($0) }) == .committed)
            }
            let found = try await store.contactLinks(rows.map(\.id) + [linkID("unknown"), linkID("C0", of: 0)])
            #expect(found.count == 1500)
            #expect(found.allSatisfy { $0.key == $0.value.id })
            #expect(try await store.contactLinks([]).isEmpty)
        }
    }

    @Test("`check` is set on rows that exist, and a settlement under way is lost by it", arguments: StoreKind.allCases)
    func check(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(.contactLink(link("C1")), .contactLink(link("C2")))
            let planned = try #require(try await store.contactLink(linkID("C1")))
            try await store.put(.checkContactLinks([linkID("C1"), linkID("C9")]))
            let checked = try #require(try await store.contactLink(linkID("C1")))
            #expect(checked.status.check)
            #expect(checked.status.version == planned.status.version + 1)
            #expect(try await store.contactLink(linkID("C2"))?.status.check == false)
            #expect(try await store.contactLink(linkID("C9")) == nil)
            #expect(try await store.commit([.contactLink(planned)]) == .lost(.contactLink(planned.id)))
            var compared = checked
            compared.status.check = false
            try await store.put(.contactLink(compared))
            #expect(try await store.contactLink(linkID("C1"))?.status.check == false)
        }
    }

    @Test(
        "A mailbox's keys come in the order of their UTF-8, page by page, without tombstones",
        arguments: StoreKind.allCases)
    func keys(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            for contact in ["b", "a", "Z", "ä", "山", "10", "9"] { try await store.put(.contactLink(link(contact))) }
            try await store.put(.contactLink(link("aa", .tombstone)), .contactLink(link("c", of: 2)))
            let all = try await store.contactKeys(of: user(1), company, after: nil, upTo: nil, limit: 100)
            #expect(all == ["10", "9", "Z", "a", "b", "ä", "山"])
            #expect(try await store.contactKeys(of: user(1), company, after: nil, upTo: nil, limit: 2) == ["10", "9"])
            #expect(
                try await store.contactKeys(of: user(1), company, after: "9", upTo: "b", limit: 100) == ["Z", "a", "b"])
            #expect(
                try await store.contactKeys(of: user(1), company, after: "a0", upTo: nil, limit: 100)
                    == ["b", "ä", "山"])
            #expect(try await store.contactKeys(of: user(1), Company(1), after: nil, upTo: nil, limit: 9) == [])
        }
    }

    @Test("Tombstones older than a date are pruned, and count as rows until then", arguments: StoreKind.allCases)
    func tombstones(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            try await store.put(.contactLink(link("old", .tombstone)), .contactLink(link("settled")))
            bed.time.advance(by: .seconds(1000))
            let between = bed.time.now
            try await store.put(.contactLink(link("young", .tombstone)))
            #expect(try await store.contactBacklog()[user(1)]?[.tombstone] == 2)
            #expect(
                try await store.prune(journalBefore: .distantPast, tombstonesBefore: between, limit: 100) == 1)
            #expect(
                Set(try await store.contactLinks([linkID("old"), linkID("settled"), linkID("young")]).keys)
                    == [linkID("settled"), linkID("young")])
            // Planned on a row that is gone.
            var gone = link("old", .tombstone)
            gone.status.version = 1
            #expect(try await store.commit([.contactLink(gone)]) == .lost(.contactLink(gone.id)))
        }
    }
}

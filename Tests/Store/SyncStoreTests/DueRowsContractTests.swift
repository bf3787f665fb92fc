import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's due rows")
struct DueRowsContractTests {
    @Test("Live before back-fill, then by `due`; only what is due now", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            try await store.put(
                .contactLink(link("b2", .due, due: now - 50, .backfill)), .contactLink(link("l2", .due, due: now - 10)),
                .contactLink(link("b1", .due, due: now - 90, .backfill)), .contactLink(link("l1", .due, due: now - 20)),
                .contactLink(link("l3", .due, due: now)), .contactLink(link("later", .due, due: now + 1)),
                .contactLink(link("settled")), .contactLink(link("held", .held)),
                .contactLink(link("other", of: 2, .due, due: now - 99)))
            func due(_ limit: Int) async throws -> [String] {
                try await store.dueContactLinks(of: user(1), limit: limit).map(\.id.contact.rawValue)
            }
            #expect(try await due(100) == ["l1", "l2", "l3", "b1", "b2"])
            #expect(try await due(4) == ["l1", "l2", "l3", "b1"])
            #expect(try await due(2) == ["l1", "l2"])
            #expect(try await due(0) == [])
            bed.time.advance(by: .seconds(1))
            #expect(try await due(4) == ["l1", "l2", "l3", "later"])
        }
    }

    @Test("The mailboxes of the partitions held, with when their first rows are due", arguments: StoreKind.allCases)
    func mailboxes(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            try await store.put(
                .contactLink(link("a", of: 1, .due, due: now + 60)), .contactLink(link("b", of: 1, .due, due: now - 5)),
                .contactLink(link("c", of: 1, .due, due: now - 7, .backfill)),
                .contactLink(link("a", of: 2, .due, due: now - 1, .backfill, partition: 4)),
                .contactLink(link("a", of: 3, .due, due: now + 9, partition: 4)),
                // A topic that is growing: one mailbox in two partitions.
                .contactLink(link("b", of: 3, .due, due: now + 3, partition: 5)),
                .contactLink(link("a", of: 4, .due, due: now, partition: 6)), .contactLink(link("a", of: 5, .settled)),
                .contactLink(link("a", of: 6, .resting)))
            #expect(
                try await store.dueMailboxes([3, 4, 5, 17]) == [
                    DueMailbox(user: user(1), live: now - 5, backfill: now - 7),
                    DueMailbox(user: user(2), live: nil, backfill: now - 1),
                    DueMailbox(user: user(3), live: now + 3, backfill: nil),
                ])
            #expect(try await store.dueMailboxes([6]).map(\.user) == [user(4)])
            #expect(try await store.dueMailboxes([]).isEmpty)
        }
    }

    @Test("Rows that came by back-fill and are due are counted", arguments: StoreKind.allCases)
    func backfill(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            try await store.put(
                .contactLink(link("a", .due, due: now, .backfill)),
                .contactLink(link("b", .due, due: now + 900, .backfill)),
                .contactLink(link("c", .due, due: now)), .contactLink(link("d", .settled, .backfill)),
                .contactLink(link("a", of: 2, .due, due: now, .backfill)))
            #expect(try await store.dueBackfill() == [user(1): 2, user(2): 1])
        }
    }

    @Test("The backlog counts each user's rows by state", arguments: StoreKind.allCases)
    func backlog(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            try await store.put(
                .contactLink(link("a", .due, due: now - 5)), .contactLink(link("b", .due, due: now - 9, .backfill)),
                .contactLink(link("c", .refused)), .contactLink(link("a", of: 2)))
            #expect(
                try await store.contactBacklog() == [
                    user(1): RowCounts(byState: [.due: 2, .refused: 1], oldestDue: now - 9),
                    user(2): RowCounts(byState: [.settled: 1]),
                ])
        }
    }

    @Test("A user's due rows rest, and wake due now", arguments: StoreKind.allCases)
    func restAndWake(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            try await store.put(
                .contactLink(link("a", .due, due: now - 5)), .contactLink(link("b", .due, due: now + 900, .backfill)),
                .contactLink(link("c")), .contactLink(link("d", .held)), .contactLink(link("a", of: 2, .due, due: now)))
            let planned = try #require(try await store.contactLink(linkID("a")))
            try await store.put(.restRows(of: user(1)))
            #expect(try await store.dueMailboxes([3]).map(\.user) == [user(2)])
            #expect(
                try await store.contactBacklog()[user(1)]
                    == RowCounts(byState: [.resting: 2, .settled: 1, .held: 1]))
            #expect(try await store.commit([.contactLink(planned)]) == .lost(.contactLink(planned.id)))

            bed.time.advance(by: .seconds(60))
            try await store.put(.wakeRows(of: user(1)))
            let due = try await store.dueContactLinks(of: user(1), limit: 9)
            #expect(due.map(\.id.contact) == ["a", "b"])
            #expect(due.allSatisfy { $0.status.due == bed.time.now && $0.status.version == 3 })
        }
    }

    @Test("A user's held rows become due; those that rest or wait stay", arguments: StoreKind.allCases)
    func release(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            try await store.put(
                .contactLink(link("a", .held)), .contactLink(link("b", .resting)),
                .contactLink(link("a", of: 2, .held)), .contactLink(link("c", .due, due: bed.time.now + 60)))
            try await store.put(.releaseRows(of: user(1)))
            #expect(try await store.dueContactLinks(of: user(1), limit: 9).map(\.id.contact) == ["a"])
            #expect(try await store.contactBacklog()[user(2)] == RowCounts(byState: [.held: 1]))
        }
    }

    @Test(
        "Rows that were to be tried later become due, but for a write of unknown outcome", arguments: StoreKind.allCases
    )
    func hasten(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            let now = bed.time.now
            var unknown = link("u", .due, due: now + 60)
            unknown.status.intent = Intent(action: .create, owner: "w", key: "k", deadline: now + 60)
            try await store.put(
                .contactLink(link("a", .due, due: now + 900)), .contactLink(link("b", .due, due: now - 5)),
                .contactLink(unknown), .contactLink(link("a", of: 2, .due, due: now + 900)))
            try await store.put(.hastenRows(of: user(1)))
            #expect(try await store.dueContactLinks(of: user(1), limit: 9).map(\.id.contact) == ["b", "a"])
            #expect(try await store.contactLink(linkID("u"))?.status.due == now + 60)
            #expect(try await store.dueContactLinks(of: user(2), limit: 9).isEmpty)
        }
    }

    @Test(
        "Of a mailbox that begins anew all items are forgotten but what the user deleted, and what was stuck is due",
        arguments: StoreKind.allCases)
    func restart(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            func made(_ contact: String, _ state: RowStatus.State = .settled, due: Date? = nil) -> ContactLink {
                var row = link(contact, state, due: due)
                row.item = .made("item", "etag")
                row.settled = "hash"
                return row
            }
            var deleted = made("deleted", .refused)
            deleted.item = .deletedByUser("item")
            var underWay = made("underWay", .due, due: bed.time.now + 60)
            underWay.status.intent = Intent(action: .delete, owner: "w", key: "k", deadline: bed.time.now + 60)
            let planned = [
                made("settled"), made("held", .held), made("refused", .refused), made("resting", .resting), deleted,
                underWay, link("tombstone", .tombstone),
            ]
            for row in planned { try await store.put(.contactLink(row)) }
            try await store.put(.restartRows(of: user(1)))
            let rows = try await store.contactLinks(planned.map(\.id))
            func row(_ contact: String) throws -> ContactLink { try #require(rows[linkID(contact)]) }
            for contact in ["settled", "held", "refused", "resting", "underWay"] {
                let row = try row(contact)
                #expect(row.item == .none && row.settled == nil && row.status.check && row.status.generation == 2)
                #expect(row.status.intent == nil && row.status.version == 2)
            }
            #expect(try row("settled").status.state == .settled && row("resting").status.state == .resting)
            for contact in ["held", "refused", "underWay"] {
                #expect(try row(contact).status.state == .due && row(contact).status.due == bed.time.now)
            }
            #expect(try row("deleted").item == .deletedByUser("item") && row("deleted").status.state == .refused)
            #expect(try row("tombstone").status.version == 1)
        }
    }
}

import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's commits")
struct CommitContractTests {
    @Test("All mutations are written, in their order", arguments: StoreKind.allCases)
    func allTogether(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(
                .contactLink(link("C1")), .user(syncUser(1)), .cursor("watermark", "1"), .cursor("watermark", "2"),
                .setting("control", value: "{}", by: "ann"), .journal(draft("first")), .journal(draft("second")))
            #expect(try await store.contactLink(linkID("C1"))?.status.version == 1)
            #expect(try await store.users().map(\.version) == [1])
            #expect(try await store.cursors() == ["watermark": "2"])
            #expect(try await store.settings().count == 1)
            #expect(try await store.journal(JournalQuery()).map(\.draft.item) == ["second", "first"])
        }
    }

    @Test("A commit that is lost writes nothing, whatever came before", arguments: StoreKind.allCases)
    func nothingOfALostCommit(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var stale = link("C1")
            stale.status.version = 5
            let outcome = try await store.commit([
                .cursor("watermark", "1"), .journal(draft("x")), .user(syncUser(1)), .contactLink(link("C2")),
                .setting("control", value: "{}", by: "ann"), .contactLink(stale), .cursor("watermark", "2"),
            ])
            #expect(outcome == .lost(.contactLink(stale.id)))
            #expect(try await store.cursors().isEmpty)
            #expect(try await store.journal(JournalQuery()).isEmpty)
            #expect(try await store.users().isEmpty)
            #expect(try await store.settings().isEmpty)
            #expect(try await store.contactLinks([linkID("C1"), linkID("C2")]).isEmpty)
            #expect(try await store.controlChanges() == 0)
        }
    }

    @Test("A commit without mutations succeeds, and is lost without its lease", arguments: StoreKind.allCases)
    func empty(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            #expect(try await store.commit([]) == .committed)
            let lease = Lease(name: "reader", owner: "me", epoch: 1)
            #expect(try await store.commit([], holding: [lease]) == .lost(.lease("reader")))
        }
    }

    @Test("The lost commit names the first precondition that failed", arguments: StoreKind.allCases)
    func firstFailure(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var row = link("C1")
            row.status.version = 1
            var user = syncUser(1)
            user.version = 1
            let partition = IntakePartition(topic: "ln.contact-changes", partition: 3)
            let position = IntakePosition(next: 5, clusterID: "k", lastEventID: nil)
            let move = Mutation.intakePosition(group: "g", partition, from: position, to: position)
            #expect(
                try await store.commit([move, .contactLink(row), .user(user)]) == .lost(.intakePosition(partition)))
            #expect(try await store.commit([.contactLink(row), move]) == .lost(.contactLink(row.id)))
            #expect(try await store.commit([.user(user), move]) == .lost(.user(user.id)))
            let lease = Lease(name: "reader", owner: "me", epoch: 1)
            #expect(try await store.commit([move], holding: [lease]) == .lost(.lease("reader")))
        }
    }

    @Test("One row twice in one commit: the second has the first's version", arguments: StoreKind.allCases)
    func twice(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let row = link("C1")
            #expect(try await store.commit([.contactLink(row), .contactLink(row)]) == .lost(.contactLink(row.id)))
            var next = row
            next.status.version = 1
            try await store.put(.contactLink(row), .contactLink(next))
            #expect(try await store.contactLink(row.id)?.status.version == 2)
        }
    }

    @Test("What is committed is there once the store is opened again", arguments: StoreKind.shared)
    func durable(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            try await store.put(.cursor("watermark", "1"), .contactLink(link("C1")))
            await store.close()
            let again = try await bed.open()
            #expect(try await again.cursors() == ["watermark": "1"])
            #expect(try await again.contactLink(linkID("C1")) != nil)
            await again.close()
        }
    }

    @Test("A closed store says so", arguments: StoreKind.allCases)
    func closed(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            await store.close()
            await #expect { _ = try await store.commit([.cursor("a", "b")]) } throws: { error in
                (error as? StoreError)?.code == .closed
            }
            await #expect { _ = try await store.users() } throws: { ($0 as? StoreError)?.code == .closed }
            await store.close()
        }
    }

    @Test("The store's time is its clock's", arguments: StoreKind.allCases)
    func clock(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            #expect(try await store.now() == bed.time.now)
            bed.time.advance(by: .seconds(90))
            #expect(try await store.now() == bed.time.now)
        }
    }
}

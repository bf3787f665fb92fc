import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's users and settings")
struct ControlContractTests {
    @Test("A user comes back as he was stored", arguments: StoreKind.allCases)
    func userRoundTrip(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            var user = syncUser(1)
            for step in 0..<4 {
                try await store.put(.user(user))
                user.version += 1
                #expect(try await store.users() == [user])
                user.name = "山田 太郎 \(step)"
                user.isActive.toggle()
                user.isPaused.toggle()
                user.mailbox = step == 0 ? MailboxIdentity(contactsFolder: "AA=", folder: "BB=") : user.mailbox
                user.baseline = [.running(after: nil), .running(after: "C1"), .done, .none][step]
                user.quarantine =
                    step == 1
                    ? Quarantine(reason: "mailbox not found", since: bed.time.now, until: .distantFuture, attempts: 2)
                    : nil
            }
        }
    }

    @Test("Of two changes of one version the second is lost", arguments: StoreKind.allCases)
    func userCompareAndSet(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var user = syncUser(1)
            try await store.put(.user(user), .user(syncUser(2)))
            #expect(try await store.commit([.user(user)]) == .lost(.user(user.id)))
            user.version = 1
            user.name = "first"
            try await store.put(.user(user))
            user.name = "second"
            #expect(try await store.commit([.user(user)]) == .lost(.user(user.id)))
            #expect(try await store.users().map(\.name) == ["first", "User 2"])
        }
    }

    @Test("A setting counts its changes, and says who made the last", arguments: StoreKind.allCases)
    func setting(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            try await store.put(.setting("control", value: "{\"isStarted\":true}", by: "ann"))
            bed.time.advance(by: .seconds(5))
            try await store.put(
                .setting("control", value: "{\"isStarted\":false}", by: "bob"), .setting("b", value: "1", by: "x"))
            let settings = try await store.settings()
            #expect(settings.count == 2)
            #expect(
                settings["control"]
                    == Setting(value: "{\"isStarted\":false}", version: 2, changedBy: "bob", changed: bed.time.now))
        }
    }

    @Test("A commit that rests on users and settings is lost once they have changed", arguments: StoreKind.allCases)
    func unchangedControl(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let before = try await store.controlChanges()
            let condition = Mutation.unchangedControl(since: before)
            #expect(try await store.commit([condition, .cursor("a", "1")]) == .committed)
            try await store.put(.user(syncUser(1)))
            #expect(try await store.commit([condition, .cursor("a", "2")]) == .lost(.control))
            #expect(try await store.cursors() == ["a": "1"])
        }
    }

    @Test("Commits that change users or settings are counted, others not", arguments: StoreKind.allCases)
    func changes(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            #expect(try await store.controlChanges() == 0)
            try await store.put(.user(syncUser(1)), .user(syncUser(2)), .setting("a", value: "1", by: "x"))
            #expect(try await store.controlChanges() == 1)
            try await store.put(
                .contactLink(link("C1")), .cursor("w", "1"), .journal(draft("x")), .restRows(of: user(1)),
                .checkContactLinks([linkID("C1")]))
            #expect(try await store.controlChanges() == 1)
            try await store.put(.beginBaseline([user(1)], check: false))
            #expect(try await store.controlChanges() == 2)
        }
    }

    @Test(
        "A baseline begins whatever the user's version, and others planned on it are lost",
        arguments: StoreKind.allCases)
    func baseline(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            var done = syncUser(1)
            done.baseline = .done
            try await store.put(.user(done), .user(syncUser(2)))
            try await store.put(.beginBaseline([user(1), user(9)], check: false))
            let users = try await store.users()
            #expect(users.map(\.baseline) == [.running(after: nil), .none])
            #expect(users.map(\.version) == [2, 1])
            done.version = 1
            #expect(try await store.commit([.user(done)]) == .lost(.user(user(1))))
        }
    }

    @Test("A baseline that checks distrusts every row of its mailboxes, and no other", arguments: StoreKind.allCases)
    func checkingBaseline(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            try await store.put(.user(syncUser(1)), .user(syncUser(2)))
            for contact in ["a", "b", "c"] { try await store.put(.contactLink(link(contact))) }
            try await store.put(.contactLink(link("a", of: 2)))
            let planned = try #require(try await store.contactLink(linkID("a")))
            #expect(planned.status.version == 1)
            try await store.put(.beginBaseline([user(1)], check: false))
            #expect(try await store.contactLink(linkID("a"))?.status.check == false)

            try await store.put(.beginBaseline([user(1)], check: true), .contactLink(link("new")))
            let ids = ["a", "b", "c", "new"].map { linkID($0) } + [linkID("a", of: 2)]
            let rows = try await store.contactLinks(ids)
            #expect(ids.map { rows[$0]?.status.check } == [true, true, true, false, false])
            #expect(rows[linkID("new")]?.status.version == 1)
            // A settlement that was under way must not settle what is to be checked.
            #expect(try await store.commit([.contactLink(planned)]) == .lost(.contactLink(planned.id)))

            // Merged, a row keeps its check; compared, it loses it, for this baseline.
            var row = try #require(rows[linkID("a")])
            row.status.sequence.counter += 1
            try await store.put(.contactLink(row))
            row = try #require(try await store.contactLink(row.id))
            #expect(row.status.check)
            row.status.check = false
            try await store.put(.contactLink(row))
            #expect(try await store.contactLink(row.id)?.status.check == false)
            try await store.put(.beginBaseline([user(1)], check: true))
            let again = try await store.contactLinks(ids)
            #expect(ids.map { again[$0]?.status.check } == [true, true, true, true, false])
        }
    }
}

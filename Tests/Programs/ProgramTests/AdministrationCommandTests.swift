import Foundation
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Testing

@Suite("What an administrator types")
struct AdministrationCommandTests {
    private struct User: Decodable {
        let user: String
        let standing: String
    }

    private struct Letter: Decodable {
        let id: String
        let redriveCount: Int
        let state: String
    }

    private struct Status: Decodable {
        struct Group: Decodable {
            let group: String
            let undecidedDeadLetters: Int
        }
        let groups: [Group]
    }

    private struct Plan: Decodable {
        struct Move: Decodable {
            struct Position: Decodable { let next: Int }
            let partition: Int
            let from: Position
            let to: Position
        }
        let moves: [Move]
    }

    private func user(_ name: String) -> SyncUser {
        let code = LNUserCode(name)
        var user = SyncUser(
            id: SyncUserID(code), code: code, name: name, email: EmailAddress("\(name)@shop.example"), isActive: true)
        user.baseline = .done
        return user
    }

    @Test("Users are listed, paused and resumed; settings are shown with who changed them")
    func usersAndSettings() async throws {
        let shop = try await AdministeredShop()
        #expect(try await shop.lnsync("users", "list").output.contains("no users were taken over from LN yet"))
        try await shop.commit([
            .user(user("anna")), .user(user("bert")),
            try .setting(
                .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: false),
                by: "ln-producer"),
        ])
        let misspelt = try await shop.lnsync("pause", "anan")
        #expect(misspelt.status == 1)
        #expect(misspelt.output.contains("“anna” (anna@shop.example) was probably meant"))
        #expect(
            try await shop.lnsync("pause", "Anna@shop.example").output.contains("anna (anna@shop.example) is paused"))
        let users = try await shop.lnsync("users", "list", "--json")
        #expect(users.status == 0)
        #expect(try users.json([User].self).map(\.standing) == ["paused", "active"])
        #expect(try await shop.lnsync("resume", "anna", "--json").json(User.self).standing == "active")
        let settings = try await shop.lnsync("settings", "show")
        #expect(settings.status == 0)
        #expect(settings.output.contains("COM Parameters (tccom0000s000)\n  Synchronize Contacts: on"))
        #expect(settings.output.contains("by ln-producer"))
        await shop.close()
    }

    @Test("A record that can't be merged is shown, redriven, and discarded when it fails again")
    func deadLetters() async throws {
        let shop = try await AdministeredShop()
        let worker = try await shop.startWorker()
        #expect(try await shop.lnsync("dead-letters", "list").status == 0)
        try await shop.send(.contactChanges, key: "nobody", "no JSON")
        let id = "test.contact-worker/test.ln.contact-changes/1/"
        let first = try await shop.lnsync("dead-letters", "list", until: 1)
        #expect(first.output.contains(id + "0"), "\(first.output)")
        #expect(try await shop.lnsync("dead-letters", "show", id + "0").output.contains("\n\nno JSON\n"))
        let status = try await shop.lnsync("status", "--json")
        #expect(status.status == 1)
        #expect(try status.json(Status.self).groups.map(\.undecidedDeadLetters) == [1, 0, 0])
        let redriven = try await shop.lnsync("dead-letters", "redrive", id + "0")
        #expect(redriven.status == 0 && redriven.output.contains("redriven"), "\(redriven.output)")
        let again = try await shop.lnsync("dead-letters", "redrive", id + "0")
        #expect(again.status == 1 && again.output.contains("has redriven it already"))
        let second = try await shop.lnsync("dead-letters", "list", "--json", until: 1)
        #expect(try second.json([Letter].self).map(\.id) == [id + "1"])
        #expect(try second.json([Letter].self).map(\.redriveCount) == [1])
        #expect(try await shop.lnsync("dead-letters", "discard", "--all").status == 0)
        let all = try await shop.lnsync("dead-letters", "list", "--all", "--json")
        #expect(all.status == 0)
        #expect(try all.json([Letter].self).map(\.state) == ["redriven", "discarded"])
        worker.signal(SIGTERM)
        #expect(await worker.wait() == 0)
        await shop.close()
    }

    @Test("A group's positions are shown, moved, and moved back by the undo file")
    func groupReset() async throws {
        let shop = try await AdministeredShop()
        for _ in 0..<3 { try await shop.send(.contactChanges, key: "nobody", "no JSON") }
        try await shop.recordPosition(.contactChanges, next: 3)
        let shown = try await shop.lnsync("group", "reset", "--group", "contact-worker", "--to-offset", "1", "--json")
        #expect(shown.status == 0)
        #expect(shown.output.contains("nothing was changed"))
        let move = try #require(try shown.json(Plan.self).moves.first)
        #expect(move.partition == 1 && move.from.next == 3 && move.to.next == 1)
        let applied = try await shop.lnsync("group", "reset", "--group", "contact-worker", "--to-start", "--apply")
        #expect(applied.status == 0 && applied.output.contains("1 partitions moved"), "\(applied.output)")
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: shop.folder).first { $0.hasSuffix(".undo.json") })
        let undone = try await shop.lnsync("group", "reset", "--undo", file, "--apply", "--json")
        #expect(undone.status == 0)
        #expect(try undone.json(Plan.self).moves.map(\.to.next) == [3], "\(undone.output)")
        await shop.close()
    }

    @Test("A group that its programs are reading is not reset")
    func groupInUse() async throws {
        let shop = try await AdministeredShop()
        let worker = try await shop.startWorker()
        try await shop.send(.contactChanges, key: "nobody", "no JSON")
        _ = try await shop.lnsync(
            "group", "reset", "--group", "contact-worker", "--to-start", "--json", until: 0, #""next":1"#)
        let refused = try await shop.lnsync(
            "group", "reset", "--group", "contact-worker", "--to-start", "--topic", "ln.contact-changes", "--apply")
        #expect(refused.status == 1)
        #expect(refused.output.contains("has members"), "\(refused.output)")
        let shown = try await shop.lnsync("group", "reset", "--group", "contact-worker", "--to-start", "--json")
        #expect(try shown.json(Plan.self).moves.map(\.from.next) == [1])
        worker.signal(SIGTERM)
        #expect(await worker.wait() == 0)
        await shop.close()
    }

    @Test("Holds are listed, shown and decided; what waits makes the exit code 1")
    func holds() async throws {
        let shop = try await AdministeredShop()
        #expect(try await shop.lnsync("holds", "list").status == 0)
        let id = UUID()
        try await shop.commit([
            .hold(
                Hold(
                    id: id, kind: "removals", subject: "1300", keys: ["C1"], detail: "300 contacts left the scope",
                    opened: Date(timeIntervalSince1970: 1_767_225_600)))
        ])
        let list = try await shop.lnsync("holds", "list")
        #expect(list.status == 1 && list.output.contains("company 1300"))
        #expect(try await shop.lnsync("holds", "show", id.uuidString).output.contains("\nC1\n"))
        let approved = try await shop.lnsync("holds", "approve", id.uuidString)
        #expect(approved.status == 0 && approved.output.contains("recorded; lnsync removes nothing itself"))
        #expect(try await shop.lnsync("holds", "discard", id.uuidString).status == 1)
        #expect(try await shop.lnsync("holds", "list").status == 0)
        await shop.close()
    }

    @Test("An explanation joins what mailboxes have in common; what happened to one again is a line of its own")
    func explained() async throws {
        let shop = try await AdministeredShop()
        let users = ["anna", "bea"].map(user)
        func entry(_ user: SyncUser, _ action: String) -> Mutation {
            .journal(JournalDraft(user: user.id, item: "contact/1300/C1", rule: "CON-3", action: action, detail: ""))
        }
        let rows = users.map { user in
            ContactLink(
                id: ContactLinkID(user: user.id, company: Company(1300), contact: ContactCode("C1")),
                status: RowStatus(partition: 0, sequence: ReadSequence(epoch: 1, counter: 1), priority: .live))
        }
        try await shop.commit(
            users.map(Mutation.user) + rows.map(Mutation.contactLink) + [
                entry(users[0], "updated"), entry(users[1], "updated"), entry(users[0], "refused"),
                entry(users[0], "updated"),
            ])
        let output = try await shop.lnsync("item", "explain", "C1", "--company", "1300").output
        let lines = output.split(separator: "\n").filter { $0.contains("CON-3") && !$0.hasPrefix("CON-3") }
            .map {
                $0.split(whereSeparator: \.isWhitespace).dropFirst(2).prefix { $0 != "CON-3" }.joined(separator: " ")
            }
        #expect(lines == ["updated anna, bea", "refused anna", "updated anna"], "\(output)")
        await shop.close()
    }

    @Test(
        "A call that lacks something is 64, and says what was expected",
        arguments: [
            (["group", "reset", "--to-start"], "--group contact-worker"),
            (["group", "reset", "--group", "contact-worker"], "--to-start or --to-offset N"),
            (["group", "reset", "--undo", "f", "--to-start"], "--undo FILE says all"),
            (["dead-letters", "redrive"], "Give an id, or --all"),
            (["dead-letters", "discrad"], "“lnsync dead-letters discard” was probably meant"),
            (["holds", "approve"], "<id> is missing"),
            (["pause"], "<user> is missing"),
        ])
    func usage(words: [String], expected: String) async throws {
        let result = try await Programs.run("lnsync", words)
        #expect(result.status == 64)
        #expect(result.output.contains(expected), "\(result.output)")
    }

    @Test("A broker that does not answer is said by status, in one line, and the exit code is 1")
    func withoutBroker() async throws {
        let path = Programs.temporary("store")
        await (try await SQLiteStore.open(path)).close()
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let result = try await Programs.run("lnsync", ["status"], environment: environment(path))
        #expect(result.status == 1)
        #expect(result.output.contains("Kafka can't be asked, nothing is merged or written until it answers"))
    }

    @Test(
        "Commands that need a broker say in one line that there is none, with --json as a document too, and exit with 1"
    )
    func unreachable() async throws {
        struct Failure: Decodable { let error: String }
        let path = Programs.temporary("store")
        await (try await SQLiteStore.open(path)).close()
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        for words in [
            ["dead-letters", "list"], ["topics", "apply"],
            ["group", "reset", "--group", "contact-worker", "--to-start"],
            ["replay", "--topic", "ln.contact-changes", "--mode", "reapply"],
        ] {
            let result = try await Programs.run("lnsync", words + ["--json"], environment: environment(path))
            #expect(result.status == 1)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2 && lines[0].hasPrefix("lnsync: Kafka can't be reached, nothing was done"))
            let failure = try JSONDecoder().decode(Failure.self, from: Data((lines.last ?? "").utf8))
            #expect("lnsync: " + failure.error == lines[0])
        }
    }

    @Test("Where there is no store none is made: the path is wrong, or nothing was started yet")
    func withoutStore() async throws {
        let path = Programs.temporary("store")
        let result = try await Programs.run("lnsync", ["status"], environment: environment(path))
        #expect(result.status == 78)
        #expect(result.output.contains("there is no store at \(path) (LNSYNC_STORE)"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    private func environment(_ store: String) -> [String: String] {
        ["LNSYNC_STORE": store, "LNSYNC_KAFKA_BOOTSTRAP": "127.0.0.1:1", "LNSYNC_DEADLINES": "tenth"]
    }
}

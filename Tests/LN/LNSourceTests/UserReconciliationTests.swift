import Foundation
import LNClient
import SyncEvents
import SyncModel
import SyncStore
import Testing

@testable import LNSource

@Suite("Sync users taken over from LN")
struct UserReconciliationTests {
    private func listed(_ code: String, _ email: String = "", active: Bool = true) -> LNSyncUser {
        LNSyncUser(
            code: LNUserCode(code), name: code,
            email: EmailAddress(email.isEmpty ? "\(code)@acme.example" : email), isActive: active)
    }

    private func known(_ code: String, active: Bool = true) -> [SyncUserID: SyncUser] {
        let id = SyncUserID(LNUserCode(code))
        var user = SyncUser(
            id: id, code: LNUserCode(code), name: code, email: EmailAddress("\(code)@acme.example"), isActive: active)
        user.baseline = .done
        user.version = 3
        return [id: user]
    }

    private func user(_ change: [Mutation]) -> SyncUser? {
        for case .user(let user) in change { return user }
        return nil
    }

    @Test("A new active user begins his baseline; a new inactive one does nothing")
    func new() {
        let reconciliation = UserReconciliation(listed: [listed("anna"), listed("bea", active: false)], known: [:])
        #expect(reconciliation.changes.map { user($0)?.baseline } == [.running(after: nil), Baseline.none])
        #expect(reconciliation.activated.map(\.rawValue) == ["anna"])
    }

    @Test("Active off rests his rows, and so does vanishing from the list; on again is a baseline and wakes them")
    func activeSwitched() throws {
        for listed in [[listed("anna", active: false)], []] {
            let change = try #require(UserReconciliation(listed: listed, known: known("anna")).changes.first)
            #expect(user(change)?.isActive == false)
            #expect(change.contains { if case .restRows = $0 { true } else { false } })
        }
        let change = try #require(
            UserReconciliation(listed: [listed("anna")], known: known("anna", active: false)).changes.first)
        #expect(user(change)?.baseline == .running(after: nil))
        #expect(user(change)?.version == 3)
        #expect(change.contains { if case .wakeRows = $0 { true } else { false } })
    }

    @Test("Nothing new, nothing written; another case of his address, or another of an inactive user, moves nothing")
    func unchanged() throws {
        #expect(UserReconciliation(listed: [listed("anna")], known: known("anna")).changes.isEmpty)
        for (listed, known) in [
            (listed("anna", "Anna@acme.example"), known("anna")),
            (listed("anna", "anna.lee@acme.example", active: false), known("anna", active: false)),
        ] {
            let change = try #require(UserReconciliation(listed: [listed], known: known).changes.first)
            #expect(change.count == 1)
            #expect(user(change)?.baseline == .done)
        }
    }

    @Test(
        "Another address has the mailbox behind it looked at, all of it and at once, whatever was wrong with the one before"
    )
    func readdressed() throws {
        var known = known("anna")
        for id in known.keys {
            known[id]?.quarantine = Quarantine(
                reason: "no licence", since: .distantPast, until: .distantFuture, attempts: 3)
        }
        let change = try #require(
            UserReconciliation(listed: [listed("anna", "anna.lee@acme.example")], known: known).changes.first)
        #expect(user(change)?.email == EmailAddress("anna.lee@acme.example"))
        #expect(user(change)?.quarantine == nil)
        #expect(user(change)?.version == 3)
        #expect(
            change.contains {
                if case .beginBaseline(let users, check: true) = $0 { users == Array(known.keys) } else { false }
            })
        #expect(change.contains { if case .hastenRows = $0 { true } else { false } })
        #expect(
            change.contains {
                if case .journal(let entry) = $0 {
                    entry.rule == "USR-1" && entry.detail.contains("anna@acme.example")
                } else {
                    false
                }
            })
    }

    @Test("Two active users whose addresses differ in case only are reported once")
    func sameAddress() {
        let both = [listed("anna"), listed("bea", "ANNA@acme.example")]
        let reports = UserReconciliation(listed: both, known: known("anna")).changes.flatMap { $0 }.compactMap {
            if case .journal(let draft) = $0, draft.rule == "USR-1" { draft.detail } else { nil }
        }
        #expect(reports == ["his address differs in case only from that of anna: one mailbox serves one active user"])
        let exact = UserReconciliation(listed: both, known: known("anna"), match: .exact).changes.flatMap { $0 }
        #expect(!exact.contains { if case .journal(let draft) = $0 { draft.rule == "USR-1" } else { false } })
    }
}

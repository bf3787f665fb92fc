import Administration
import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization

/// What an administrator does.
extension World {
    /// A new installation is stopped until somebody starts it.
    func begin() throws {
        try Self.ask { [store] in
            _ = try await store.commit([try .setting(.control, Control(isStarted: true), by: "admin")])
        }
    }

    /// `lnsync sync now`.
    func hint(full: Bool) {
        guard size.isCalendar else {
            return send(Hint(company: Self.company, action: full ? .fullPull : .pull, by: "admin"))
        }
        send(Hint(activitiesOf: Self.company, action: full ? .fullPull : .pull, by: "admin"))
        for user in 0..<size.users {
            let hint = MailboxHint(user: SyncUserID(LNUserCode(LNSide.user(user))), isFull: full, by: "admin")
            send(.exchangeNotifications, .mailboxHint, key: hint.user.description, hint)
        }
    }

    /// Marks every row as not to be trusted, as a replay does.
    func distrustEverything() throws {
        let contacts = ln.everyContact
        try Self.ask { [store] in
            let ids = try await store.users().flatMap { user in
                contacts.map { ContactLinkID(user: user.id, company: Self.company, contact: $0) }
            }
            _ = try await store.commit([.checkContactLinks(ids)])
        }
    }

    /// Asks for every contact anew, as a replay does.
    func reapply() {
        send(Hint(company: Self.company, action: .contacts, contacts: ln.everyContact, by: "admin"))
    }

    // MARK: Decisions and restorations

    /// Decides all holds that are open.
    /// - Returns: how many.
    @discardableResult
    func decideHolds(_ decision: Hold.State) throws -> Int {
        let meetings = size.isCalendar ? try decideMeetings(decision) : 0
        // A meeting's is decided with its row.
        let holds = try Self.ask { [store] in try await store.holds(.open) }.filter { $0.question == nil }
        for hold in holds {
            trace.note("hold \(hold.kind) of \(hold.keys.joined(separator: ",")): \(decision)")
            if decision == .approved { removals.approved(hold) }
            try Self.ask { [administration] in
                _ = try await administration.decide(hold.id.uuidString, decision)
            }
        }
        return holds.count + meetings
    }

    /// `lnsync users resume` for every user: mailboxes that could not be used are tried again.
    func resumeUsers() throws {
        try Self.ask { [store, administration] in
            for user in try await store.users() { _ = try await administration.resume(user.code.rawValue) }
        }
    }

    /// `lnsync users pause`, where the user is known.
    func pauseUser(_ code: String) throws {
        try Self.ask { [store, administration] in
            for user in try await store.users() where user.code.rawValue == code {
                _ = try await administration.pause(code)
            }
        }
    }

    /// `lnsync users resume` for who is paused: this user, or all.
    func endPauses(of code: String? = nil) throws {
        try Self.ask { [store, administration] in
            for user in try await store.users() where user.isPaused && user.code.rawValue == code ?? user.code.rawValue
            {
                _ = try await administration.resume(user.code.rawValue)
            }
        }
    }

    /// Puts the store back to how it was; no program runs.
    func restoreStore(backupsAgo count: Int) throws {
        guard let backup = try store.restore(backupsAgo: count) else { return }
        let rows = try store.rows()
        checks.restored(rows.mapValues(\.status.sequence), size.isCalendar ? try meetingRows() : [])
        try oblivion.restored(backup, rows, in: self)
        removals.restored()
        writes.restored()
        writes.disturbed(by: size.isCalendar ? history.size : size.contacts * size.users)
        noteRestoration()
        history.restored(to: backup)
    }

    var administration: Administration {
        Administration(
            store: store, names: Self.names, by: "admin", time: OutsideClock(time: time, skew: .zero))
    }

    // MARK: Records

    /// Somebody writes a record into a topic of ours that nobody can read.
    func sendUnreadableRecord(for user: Int) {
        let key = SyncUserID(LNUserCode(LNSide.user(user))).description
        _ = cluster.append(
            ProducerRecord(
                topic: Self.names.name(of: size.isCalendar ? .eventChanges : .contactChanges), key: Array(key.utf8),
                value: Array("no event".utf8),
                headers: [RecordHeader("ce_id", String(randomness.next(), radix: 36))]))
    }

    private func send(_ hint: Hint) { send(.lnNotifications, .hint, key: hint.key, hint) }

    private func send(_ topic: Topic, _ type: EventType, key: String, _ hint: some Encodable) {
        let envelope = Envelope(
            id: String(randomness.next(), radix: 36), source: "lnsync", type: type, time: time.now, subject: key)
        let value = (try? EventData.encode(hint)) ?? Data()
        _ = cluster.append(
            ProducerRecord(
                topic: Self.names.name(of: topic), key: Array(key.utf8), value: Array(value),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }
}

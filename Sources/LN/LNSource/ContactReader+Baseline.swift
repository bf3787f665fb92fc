import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore
import Telemetry

extension ContactReader {
    /// One page of the baselines that run: those of mailboxes at the same key together, so that LN is asked no more often for
    /// many mailboxes than for one. The hindmost go first, and join the others.
    ///
    /// By back-fill, whatever `published` says: the state of each key in scope, and for every other key of `published` or of a
    /// mailbox's rows, after a keyed read, what it is, which mostly is its removal.
    func baselinePage() async throws -> Bool {
        let running = try await store.users().filter { $0.isActive && !$0.isPaused && $0.baseline.isRunning }
        let ready = Set(try await publisher.pacing.ready(running.map(\.id)))
        // Behind the users: ISO codes are at least as new as the baselines that they began.
        try await watch.refresh()
        let byKey = Dictionary(grouping: running.filter { ready.contains($0.id) }) { $0.baseline.key }
        guard let (key, users) = byKey.min(by: { ($0.key ?? "") < ($1.key ?? "") }) else {
            schedule.hasNoRoom(.baseline, until: time.uptime + deadlines.pollInterval)
            return true
        }
        let after = key.map { ContactCode($0) }
        let ids = users.map(\.id).sorted()
        let sequence = nextSequence()
        let page = try await client.contactsInScope(after: after, limit: deadlines.pageSize)
        let last = page.next == nil ? nil : page.elements.last?.code
        try await publisher.publishBackfill(try await read(page.elements), sequence, to: ids, lease)
        try await publishOthers(than: Set(page.elements.map(\.code)), after: after, upTo: last, to: ids)
        try await advance(users, to: last.map { .running(after: $0) } ?? .done)
        return true
    }

    /// The keys between two that are published, or have a row in one of these mailboxes, and were not on the page.
    private func publishOthers(
        than page: Set<ContactCode>, after: ContactCode?, upTo: ContactCode?, to users: [SyncUserID]
    ) async throws {
        var others = try await publishedKeys(after: after, upTo: upTo)
        for user in users { others.formUnion(try await rowKeys(of: user, after: after, upTo: upTo)) }
        let keys = others.subtracting(page).sorted()
        for start in stride(from: 0, to: keys.count, by: deadlines.pageSize) {
            let sequence = nextSequence()
            let contacts = try await readByKey(Array(keys[start..<min(start + deadlines.pageSize, keys.count)]))
            try await publisher.publishBackfill(contacts, sequence, to: users, lease)
        }
    }

    func publishedKeys(after: ContactCode?, upTo: ContactCode?) async throws -> Set<ContactCode> {
        var keys: Set<ContactCode> = []
        var last = after?.rawValue
        while true {
            let piece = try await store.publishedKeys(
                company, ContactPublisher.set, after: last, upTo: upTo?.rawValue, limit: Self.storePage)
            keys.formUnion(piece.map { ContactCode($0) })
            guard piece.count == Self.storePage, let end = piece.last else { return keys }
            last = end
        }
    }

    private func rowKeys(of user: SyncUserID, after: ContactCode?, upTo: ContactCode?) async throws -> Set<ContactCode>
    {
        var keys: Set<ContactCode> = []
        var last = after
        while true {
            let piece = try await store.contactKeys(of: user, company, after: last, upTo: upTo, limit: Self.storePage)
            keys.formUnion(piece)
            guard piece.count == Self.storePage, let end = piece.last else { return keys }
            last = end
        }
    }

    static var storePage: Int { 1000 }

    /// A user who was changed meanwhile stays where he was: his baseline may have begun anew, so his page is sent again.
    private func advance(_ users: [SyncUser], to baseline: Baseline) async throws {
        var waiting = users.sorted { $0.id < $1.id }
        for index in waiting.indices { waiting[index].baseline = baseline }
        while !waiting.isEmpty {
            let piece = waiting.prefix(deadlines.commitSize)
            switch try await store.commit(piece.map(Mutation.user), holding: [lease.lease]) {
            case .committed:
                waiting.removeFirst(piece.count)
                for user in piece where baseline == .done {
                    log.info("a mailbox's whole state is sent", ["user": user.id.description])
                }
            case .lost(.user(let id)):
                waiting.removeAll { $0.id == id }
                log.debug("a user was changed meanwhile; his page is sent again", ["user": id.description])
            case .lost:
                throw ReaderError.leaseLost
            }
        }
    }
}

extension Baseline {
    /// The key it runs behind; `nil` at its beginning.
    fileprivate var key: String? {
        if case .running(let after) = self { after?.rawValue } else { nil }
    }
}

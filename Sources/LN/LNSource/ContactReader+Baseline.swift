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
        let versions = Dictionary(users.map { ($0.id, $0.version) }, uniquingKeysWith: { one, _ in one })
        try await advance(users, isDone: last == nil) { user in
            // At its beginning a baseline looks like one that has begun anew.
            guard user.isActive, user.baseline == .running(after: after),
                after != nil || user.version == versions[user.id]
            else { return nil }
            var user = user
            user.baseline = last.map { .running(after: $0) } ?? .done
            return user
        }
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
        let keys = try await publishedKeys(ContactPublisher.set, after: after?.rawValue, upTo: upTo?.rawValue)
        return Set(keys.map { ContactCode($0) })
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
}

extension Baseline {
    /// The key it runs behind; `nil` at its beginning.
    fileprivate var key: String? {
        if case .running(let after) = self { after?.rawValue } else { nil }
    }
}

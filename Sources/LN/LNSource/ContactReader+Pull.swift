import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore

extension ContactReader {
    /// How far a pull is.
    struct Pull {
        /// When it began.
        let start: Date
        /// The hints that asked for it before it began.
        let hints: [HintQueue.ID]
        /// The sets that are still to be read, the first of them under way.
        var sets: ArraySlice<LNEntitySet>
        /// Since when, with the overlap, the set under way is read.
        var since: Date?
        var after: LNContinuation?

        mutating func startAgain() {
            since = nil
            after = nil
        }
    }

    /// One page of what LN changed since the watermarks: contacts, then addresses and partners, which are turned into their
    /// contacts (CON-1).
    /// - Returns: whether the pull is done.
    func pullPage() async throws -> Bool {
        var pull = self.pull ?? beginPull()
        self.pull = pull
        guard let set = pull.sets.first else {
            try await finish(pull)
            return true
        }
        // Kept while pages follow, though the watermark rises.
        let since = pull.since ?? (watermarks.changed[set] ?? pull.start).addingTimeInterval(-overlap)
        pull.after =
            switch set {
            case .addresses: try await changedAddresses(since, pull.after)
            case .businessPartners: try await changedPartners(since, pull.after)
            default: try await changedContacts(since, pull.after)
            }
        pull.since = since
        if pull.after == nil {
            pull.sets = pull.sets.dropFirst()
            pull.startAgain()
        }
        self.pull = pull
        guard pull.sets.isEmpty else { return false }
        try await finish(pull)
        return true
    }

    private func beginPull() -> Pull {
        let sets = Watermarks.sets.filter { watermarks.changed[$0] != nil && client.mapping.hasModificationTime($0) }
        return Pull(start: time.now, hints: inbox.waiting(for: .pull), sets: sets[...])
    }

    private var overlap: TimeInterval {
        let (seconds, attoseconds) = deadlines.overlap.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    private func finish(_ pull: Pull) async throws {
        try await commit([.cursor(watermarks.pullName, Watermarks.text(pull.start))])
        watermarks.lastPull = pull.start
        self.pull = nil
        inbox.done(pull.hints, .pull)
        try await inbox.recordPositions()
    }

    // MARK: Sets

    private func changedContacts(_ since: Date, _ after: LNContinuation?) async throws -> LNContinuation? {
        let sequence = nextSequence()
        let page = try await client.contacts(changedSince: since, after: after, limit: deadlines.pageSize)
        try await publish(
            try await read(page.elements), sequence, .contacts, risen: page.elements.compactMap(\.modified).max())
        return page.next
    }

    private func changedAddresses(_ since: Date, _ after: LNContinuation?) async throws -> LNContinuation? {
        let page = try await client.addresses(changedSince: since, after: after, limit: deadlines.pageSize)
        let keys = page.elements.isEmpty ? [] : try await client.contactKeys(at: page.elements.map(\.code))
        try await publishContacts(keys, .addresses, risen: page.elements.compactMap(\.modified).max())
        return page.next
    }

    private func changedPartners(_ since: Date, _ after: LNContinuation?) async throws -> LNContinuation? {
        let page = try await client.businessPartners(changedSince: since, after: after, limit: deadlines.pageSize)
        let keys = page.elements.isEmpty ? [] : try await client.contactKeys(of: page.elements.map(\.code))
        try await publishContacts(keys, .businessPartners, risen: page.elements.compactMap(\.modified).max())
        return page.next
    }

    /// The watermark of the set that led to these contacts rises with the last of them.
    private func publishContacts(_ keys: Set<ContactCode>, _ set: LNEntitySet, risen: Date?) async throws {
        let keys = keys.sorted()
        for start in stride(from: 0, to: keys.count, by: deadlines.pageSize) {
            let end = min(start + deadlines.pageSize, keys.count)
            let sequence = nextSequence()
            let contacts = try await readByKey(Array(keys[start..<end]))
            try await publish(contacts, sequence, set, risen: end == keys.count ? risen : nil)
        }
        if keys.isEmpty { try await publish([], nextSequence(), set, risen: risen) }
    }

    private func publish(
        _ contacts: [ReadContact], _ sequence: ReadSequence, _ set: LNEntitySet, risen: Date?
    ) async throws {
        var after = watermarks
        if let risen { after.rise(set, to: risen) }
        var cursors: [CursorName: String] = [:]
        if after.changed[set] != watermarks.changed[set], let (name, value) = after.cursor(of: set) {
            cursors[name] = value
        }
        try await publisher.publishLive(contacts, sequence, cursors: cursors, lease)
        watermarks = after
    }
}

import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore

extension ContactReader {
    /// How far a pull is.
    struct Pull {
        enum Part: Sendable, Hashable {
            /// What LN changed of a set.
            case changes(LNEntitySet)
            /// All contacts in scope, because a set has no modification times.
            case all
        }

        /// When it began.
        let start: Date
        /// The hints that asked for it before it began.
        let hints: [HintQueue.ID]
        /// What is still to be read, the first of it under way.
        var parts: ArraySlice<Part>
        /// Where the watermarks of sets begin whose modification times are new to the service; recorded at the end.
        let begun: [LNEntitySet: Date]
        /// Since when, with the overlap, the set under way is read.
        var since: Date?
        var after: LNContinuation?
        /// How far all contacts are read.
        var key: ContactCode?

        mutating func startAgain() {
            since = nil
            after = nil
        }
    }

    /// One page of what LN changed since the watermarks: contacts, then addresses and partners, which are turned into their
    /// contacts; then all contacts in scope, where one of these sets has no modification times (CON-1).
    /// - Returns: whether the pull is done.
    func pullPage() async throws -> Bool {
        var pull: Pull
        if let under = self.pull { pull = under } else { pull = try await beginPull() }
        self.pull = pull
        switch pull.parts.first {
        case nil:
            break
        case .changes(let set)?:
            // Kept while pages follow, though the watermark rises.
            let since = pull.since ?? since(set, pullBegan: pull.start)
            pull.after =
                switch set {
                case .addresses: try await changedAddresses(since, pull.after)
                case .businessPartners: try await changedPartners(since, pull.after)
                default: try await changedContacts(since, pull.after)
                }
            pull.since = since
            if pull.after == nil {
                pull.parts = pull.parts.dropFirst()
                pull.startAgain()
            }
        case .all?:
            pull.key = try await allContacts(after: pull.key)
            if pull.key == nil { pull.parts = pull.parts.dropFirst() }
        }
        self.pull = pull
        guard pull.parts.isEmpty else { return false }
        try await finish(pull)
        return true
    }

    private func beginPull() async throws -> Pull {
        var parts: [Pull.Part] = []
        var begun: [LNEntitySet: Date] = [:]
        var readsAll = false
        for set in Watermarks.ofContacts {
            if watermarks.changed[set] != nil, client.mapping.hasModificationTime(set) {
                parts.append(.changes(set))
            } else {
                readsAll = true
                if client.mapping.hasModificationTime(set) {
                    // Read before all contacts are, so that no change falls between the two.
                    begun[set] = try await firstWatermark(of: set, client)
                }
            }
        }
        if readsAll { parts.append(.all) }
        return Pull(start: time.now, hints: inbox.waiting(for: .pull), parts: parts[...], begun: begun)
    }

    private func finish(_ pull: Pull) async throws {
        // Those that left the scope are not among all in scope: their keys show it.
        let isAll = watermarks.changed[.contacts] != nil && client.mapping.hasModificationTime(.contacts)
        if !isAll { isComparisonOwed = true }
        try await recordPull(since: pull.start, pull.hints, begun: pull.begun)
        self.pull = nil
    }

    // MARK: Parts

    /// A page of all contacts in scope, compared by their hashes.
    private func allContacts(after key: ContactCode?) async throws -> ContactCode? {
        let sequence = nextSequence()
        let page = try await client.contactsInScope(after: key, limit: deadlines.pageSize)
        try await publisher.publishLive(try await read(page.elements), sequence, cursors: [:], lease)
        return page.next == nil ? nil : page.elements.last?.code
    }

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
        let risen = self.risen(set, to: risen)
        try await publisher.publishLive(contacts, sequence, cursors: risen.cursors, lease)
        watermarks = risen.watermarks
    }
}

import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// Publishes what the reader read, in the order of commits and sends that the design's reader model proves (architecture,
/// *Store*, `published`): before any send of other content the hash is emptied; it is set again, and the cursor moved, when a
/// live send to all users is acknowledged. Every commit is conditional on the lease.
struct ContactPublisher: Sendable {
    let sender: PageSender
    let metrics: ReaderMetrics

    var store: any SyncStore { sender.store }
    var company: Company { sender.company }
    var pacing: BackfillPacing { sender.pacing }
    var deadlines: ReaderDeadlines { sender.deadlines }
    var time: any TimeSource { sender.time }
    var randomness: any Randomness { sender.randomness }
    var log: Logger { sender.log }

    static let set = EntitySet("Contacts")

    var source: String { "ln/\(company)/contact" }

    /// Publishes a live page to every active user and moves the cursors. Content that was acknowledged before is not sent again, but for what
    /// comes back from a hold: it was withheld from the baselines of that time too. Removals pass the guard.
    func publishLive(
        _ contacts: [ReadContact], _ sequence: ReadSequence, on occasion: RemovalGuard.Occasion = .reading,
        cursors: [CursorName: String], _ lease: HeldLease
    ) async throws {
        let published = try await store.published(company, Self.set, contacts.map(\.code.rawValue))
        var holds = RemovalHolds(company, try await store.holds(nil))
        let held = holds.keys
        let changed = contacts.filter { contact in
            let known = published[contact.code.rawValue]
            if contact.isInScope, held.contains(contact.code) { return true }
            return known?.hash != contact.hash
                && (contact.isInScope || known?.everInScope == true || held.contains(contact.code))
        }
        let judgement = try await judge(contacts, removals: changed, &holds, on: occasion, sequence)
        let sent = changed.filter(judgement.isPublished)
        let before = judgement.mutations + marks(sent, published) { _ in nil }
        if !before.isEmpty { try await commit(before, lease) }
        if !sent.isEmpty {
            // The users are read after the page: whoever's baseline begins later gets it from there.
            let users = try await store.users().filter { $0.isActive && $0.baseline != .none }
            try await send(sent, to: users.map(\.id), .contactChanges, sequence, lease)
        }
        metrics.published(sent.count, unchanged: contacts.count - changed.count)
        holds.carriedOut(Set(contacts.filter(judgement.isPublished).map(\.code)))
        let mutations =
            marks(sent, published) { $0.hash } + holds.takeMutations()
            + cursors.sorted { $0.key < $1.key }.map { .cursor($0, $1) }
        if !mutations.isEmpty { try await commit(mutations, lease) }
    }

    /// Sends a page to some users by back-fill, whatever was published; removals pass the guard. Where its content is another than
    /// the one last acknowledged by a live send, that one is forgotten first. What is found to have come back, from a hold or removed before,
    /// goes to all users first: LN may date no change, and then no pull would find it.
    func publishBackfill(
        _ contacts: [ReadContact], _ sequence: ReadSequence, to users: [SyncUserID], _ lease: HeldLease
    ) async throws {
        var published = try await store.published(company, Self.set, contacts.map(\.code.rawValue))
        var holds = RemovalHolds(company, try await store.holds(nil))
        let returned = contacts.filter { [published, keys = holds.keys] contact in
            contact.isInScope && (keys.contains(contact.code) || published[contact.code.rawValue]?.hash == .removal)
        }
        if !returned.isEmpty {
            try await publishLive(returned, sequence, cursors: [:], lease)
            published = try await store.published(company, Self.set, contacts.map(\.code.rawValue))
            holds = RemovalHolds(company, try await store.holds(nil))
        }
        // One that was acknowledged as removed is removed nowhere anew: it is only said again.
        let removals = contacts.filter { [published] in published[$0.code.rawValue]?.hash != .removal }
        let judgement = try await judge(contacts, removals: removals, &holds, on: .reading, sequence)
        let sent = contacts.filter(judgement.isPublished)
        let other = sent.filter { contact in
            let known = published[contact.code.rawValue]
            return (contact.isInScope && known?.everInScope != true)
                || (known?.hash != nil && known?.hash != contact.hash)
        }
        let before = judgement.mutations + marks(other, published) { _ in nil }
        if !before.isEmpty { try await commit(before, lease) }
        try await send(sent, to: users, .contactBackfill, sequence, lease)
        metrics.backfilled(sent.count * users.count)
    }

    private func marks(
        _ contacts: [ReadContact], _ published: [String: Published], hash: (ReadContact) -> ContentHash?
    ) -> [Mutation] {
        contacts.map { contact in
            let everInScope = contact.isInScope || published[contact.code.rawValue]?.everInScope == true
            return .published(
                company, Self.set, key: contact.code.rawValue, Published(everInScope: everInScope, hash: hash(contact)))
        }
    }

    func commit(_ mutations: [Mutation], _ lease: HeldLease) async throws {
        try await sender.commit(mutations, lease)
    }

    /// Sends each contact to each user and waits for all acknowledgements, in pieces that are over before the lease is.
    private func send(
        _ contacts: [ReadContact], to users: [SyncUserID], _ topic: Topic, _ sequence: ReadSequence, _ lease: HeldLease
    ) async throws {
        let trace = TraceContext(randomness)
        let now = time.now
        var piece: [ProducerRecord] = []
        for contact in contacts {
            let data = Array(try contact.data(company))
            let item = "\(company)/\(contact.code)"
            guard data.count <= EventData.largest else {
                try await commit([.journal(tooLarge(item, data.count))], lease)
                continue
            }
            for user in users {
                let envelope = Envelope(
                    id: Identity.event(source: source, sequence, user, item: item), source: source, type: contact.type,
                    time: now, subject: item, sequence: sequence, contentHash: contact.hash, trace: trace.description)
                piece.append(sender.record(envelope, key: user.description, data, topic))
                if piece.count == deadlines.pieceSize {
                    try await sender.send(piece, isLive: !topic.isBackfill, lease)
                    piece = []
                }
            }
        }
        if !piece.isEmpty { try await sender.send(piece, isLive: !topic.isBackfill, lease) }
    }

    /// Its mailboxes keep it as it was; the others are sent.
    private func tooLarge(_ item: String, _ size: Int) -> JournalDraft {
        log.warning("a contact is too large to be sent", ["contact": item, "bytes": "\(size)"])
        return JournalDraft(
            item: "contact/\(item)", rule: "CON-3", action: "refused",
            detail:
                "it has \(size) bytes, more than \(EventData.largest), and is not sent to any mailbox: shorten its Text in Contacts"
        )
    }
}

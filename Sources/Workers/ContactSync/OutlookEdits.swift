import ExchangeClient
import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Finds contacts that were edited in Outlook, where the policy wants to know of it before LN changes them (CON-4): each mailbox is
/// listed from time to time, and an item with another etag than ours is distrusted and asked of LN's reader by back-fill, as in a
/// replay. Settling then compares it, and puts it back or reports it. Exchange changes etags by itself too: nothing follows from that.
struct OutlookEdits: Sendable {
    let store: any SyncStore
    let exchange: any ExchangeContacts
    let watch: StoreWatch
    let producer: any RecordProducer
    let hintTopic: String
    /// This process's name.
    let owner: String
    /// Whether this process settles a user's rows.
    let isOurs: @Sendable (SyncUserID) -> Bool
    let time: any TimeSource
    let randomness: any Randomness
    let interval: Duration
    let log: Logger

    /// Rows that are read, marked and asked for at once.
    private static let pieceSize = 200

    /// Looks from time to time until the task is cancelled.
    func run() async {
        while true {
            do throws(CancellationError) {
                try await time.sleep(for: interval)
            } catch {
                return
            }
            await look()
        }
    }

    /// Looks through the mailboxes once.
    func look() async {
        let snapshot = watch.snapshot
        guard snapshot.isStarted, snapshot.comParameters?.synchronizeContacts == true,
            snapshot.policy(OutlookEditPolicy.self) != .nextChange
        else { return }
        for user in snapshot.users.values.sorted(by: { $0.code < $1.code }) where isSearched(user) {
            do {
                try await search(user)
            } catch {
                log.info(
                    "edits in Outlook could not be looked for; the next look finds them",
                    ["user": user.id.description, "why": "\(error)"])
            }
        }
    }

    /// A first sync, and what a quarantined mailbox may hold, are settling's.
    private func isSearched(_ user: SyncUser) -> Bool {
        user.isActive && !user.isPaused && user.quarantine == nil && user.baseline == .done && isOurs(user.id)
    }

    private func search(_ user: SyncUser) async throws {
        guard let folder = user.mailbox?.folder else { return }
        var etags: [ContactLinkID: ItemVersion] = [:]
        for item in try await exchange.linkedContacts(in: folder, of: user.email) {
            guard let id = ContactLinkID(key: user.id.description, subject: item.propertyValue) else { continue }
            etags[id] = item.version
        }
        let ids = etags.keys.sorted { $0.description < $1.description }
        for start in stride(from: 0, to: ids.count, by: Self.pieceSize) {
            let rows = try await store.contactLinks(Array(ids[start..<min(start + Self.pieceSize, ids.count)]))
            let edited = rows.values.filter { row in
                guard row.status.state == .settled, case .made(let id, let etag) = row.item, let found = etags[row.id]
                else { return false }
                return found.id == id && found.etag != etag
            }.map(\.id).sorted { $0.description < $1.description }
            guard !edited.isEmpty else { continue }
            _ = try await store.commit([.checkContactLinks(edited)])
            for (company, ids) in Dictionary(grouping: edited, by: \.company).sorted(by: { $0.key < $1.key }) {
                try await ask(
                    Hint(company: company, action: .contacts, contacts: ids.map(\.contact), users: [user.id], by: owner)
                )
            }
        }
    }

    private func ask(_ hint: Hint) async throws {
        let envelope = Envelope(
            id: String(randomness.next(), radix: 16) + String(randomness.next(), radix: 16), source: "contact-worker",
            type: .hint, time: time.now, subject: hint.key)
        let record = ProducerRecord(
            topic: hintTopic, key: Array(hint.key.utf8), value: Array(try EventData.encode(hint)),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        for result in await producer.send([record]) { _ = try result.get() }
    }
}

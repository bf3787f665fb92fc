import ExchangeClient
import Foundation
import Kafka
import Runtime
import Settling
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry

/// Finds what was done in Outlook to contacts that LN does not change. Each mailbox's folder is read as a whole from time to time: for
/// copies and what was put back (CON-7), daily; for edits (CON-4), hourly, and only where the policy wants to know of them before LN
/// changes the contact. Before that it is looked whether the folder is still where it was (CON-5); of one that was gone, hourly.
///
/// What is found is distrusted and asked of LN's reader by back-fill, as in a replay: settling then searches the folder for the contact,
/// compares it, and puts right or reports what differs. Exchange changes etags by itself too: nothing follows from that.
final class OutlookEdits: Sendable {
    let store: any SyncStore
    let exchange: any ExchangeContacts
    let folders: ContactFolders
    let watch: StoreWatch
    let producer: any RecordProducer
    let hintTopic: String
    /// This process's name.
    let owner: String
    /// Whether this process settles a user's rows.
    let isOurs: @Sendable (SyncUserID) -> Bool
    let time: any TimeSource
    let randomness: any Randomness
    /// Between two looks.
    let interval: Duration
    /// Between two readings of a mailbox whose edits nobody wants to know of.
    let copyInterval: Duration
    let log: Logger
    /// When each mailbox was read last, in the clock's uptime.
    private let read = Mutex<[SyncUserID: Duration]>([:])

    /// Rows that are read, marked and asked for at once.
    private static let pieceSize = 200

    init(
        store: any SyncStore, exchange: any ExchangeContacts, folders: ContactFolders, watch: StoreWatch,
        producer: any RecordProducer, hintTopic: String, owner: String,
        isOurs: @escaping @Sendable (SyncUserID) -> Bool, time: any TimeSource, randomness: any Randomness,
        interval: Duration, copyInterval: Duration, log: Logger
    ) {
        self.store = store
        self.exchange = exchange
        self.folders = folders
        self.watch = watch
        self.producer = producer
        self.hintTopic = hintTopic
        self.owner = owner
        self.isOurs = isOurs
        self.time = time
        self.randomness = randomness
        self.interval = interval
        self.copyInterval = copyInterval
        self.log = log
    }

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

    /// Looks through the mailboxes whose turn it is once.
    func look() async {
        let snapshot = watch.snapshot
        guard snapshot.isStarted, snapshot.comParameters?.synchronizeContacts == true else { return }
        let wantsEdits = snapshot.policy(OutlookEditPolicy.self) != .nextChange
        let vanished = await vanishedFolders()
        for user in snapshot.users.values.sorted(by: { $0.code < $1.code }) where isLookedAt(user) {
            let isVanished = user.mailbox.map { vanished.contains($0.folder.rawValue) } ?? false
            guard wantsEdits || isTurn(of: user) || isVanished else { continue }
            let start = time.uptime
            do {
                try await folders.requireFolder(of: user)
                // The first sync's contacts are settling's.
                guard user.baseline == .done else { continue }
                try await search(user, wantsEdits: wantsEdits)
                read.withLock { $0[user.id] = start }
            } catch SettlingFailure.held, SettlingFailure.refused {
                // The folder is gone, and its hold tells so.
                continue
            } catch {
                log.info(
                    "what was done in Outlook could not be looked for; the next look finds it",
                    ["user": user.id.description, "why": "\(error)"])
            }
        }
    }

    private func isTurn(of user: SyncUser) -> Bool {
        read.withLock { $0[user.id] }.map { time.uptime - $0 >= copyInterval } ?? true
    }

    /// What a quarantined mailbox may hold is settling's, and so is a mailbox that has no folder yet.
    private func isLookedAt(_ user: SyncUser) -> Bool {
        user.isActive && !user.isPaused && user.quarantine == nil && user.mailbox != nil && isOurs(user.id)
    }

    /// The ids of folders that were gone when they were looked at last. Who puts it back changes nothing in LN, and nothing else asks for it.
    private func vanishedFolders() async -> Set<String> {
        do throws(StoreError) {
            let holds = try await store.holds(.open) + store.holds(.discarded)
            return Set(holds.filter { $0.kind == Hold.vanishedFolder }.flatMap(\.keys))
        } catch {
            log.info("vanished folders can't be asked for; the next look does", ["why": error.message])
            return []
        }
    }

    private func search(_ user: SyncUser, wantsEdits: Bool) async throws {
        guard let folder = user.mailbox?.folder else { return }
        var items: [ContactLinkID: [ItemVersion]] = [:]
        for item in try await exchange.linkedContacts(in: folder, of: user.email) {
            guard let id = ContactLinkID(key: user.id.description, subject: item.propertyValue) else { continue }
            items[id, default: []].append(item.version)
        }
        let ids = items.keys.sorted { $0.description < $1.description }
        for start in stride(from: 0, to: ids.count, by: Self.pieceSize) {
            let rows = try await store.contactLinks(Array(ids[start..<min(start + Self.pieceSize, ids.count)]))
            let edited = rows.values.filter { row in
                Self.isChanged(row, items[row.id] ?? [], wantsEdits: wantsEdits)
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

    /// - Parameter items: what the folder has of the contact; not empty.
    private static func isChanged(_ row: ContactLink, _ items: [ItemVersion], wantsEdits: Bool) -> Bool {
        switch (row.status.state, row.item) {
        case (.settled, .made(let id, let etag)):
            items.contains { $0.id != id || wantsEdits && $0.etag != etag }
        // He copied it before, or put it back.
        case (.refused, .deletedByUser): true
        default: false
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

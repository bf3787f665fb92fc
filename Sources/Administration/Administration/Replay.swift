import Foundation
public import Kafka
public import SyncEvents
import SyncModel
import SyncStore

/// A replay of what stands in a topic, beside the live group: `reapply` marks each record's row so that nothing of it is trusted
/// as settled, and asks the reader of LN for the item anew by back-fill. The live workers do the writing, of differences only.
public struct Replay: Sendable {
    /// Which records.
    public struct Extent: Sendable, Hashable {
        public var topic: Topic
        /// The first offset of each partition; `nil`: the log's start.
        public var fromOffset: Int64?
        /// Only records with this key.
        public var key: String?

        public init(topic: Topic, fromOffset: Int64? = nil, key: String? = nil) {
            self.topic = topic
            self.fromOffset = fromOffset
            self.key = key
        }
    }

    /// What was done. Ends were fixed at the start.
    public struct Report: Sendable, Hashable, Codable {
        public var recordsRead = 0
        /// Contacts of one mailbox each.
        public var items = 0
        public var mailboxes = 0
        /// Records that name no item: the group has them among its dead letters.
        public var unreadable = 0
    }

    /// How many contacts one hint asks for.
    private static let hintSize = 200
    /// Rows marked in one commit.
    private static let commitSize = 200

    private let administration: Administration
    private let producer: any RecordProducer
    private let consumer: any RecordConsumer

    /// - Parameter consumer: of this replay alone, without a group.
    public init(_ administration: Administration, _ producer: any RecordProducer, _ consumer: any RecordConsumer) {
        self.administration = administration
        self.producer = producer
        self.consumer = consumer
    }

    /// Reads the extent and asks for its items anew.
    /// - Parameter progress: told how many records are read, of how many.
    public func reapply(_ extent: Extent, progress: (Int64, Int64) -> Void) async throws -> Report {
        var report = Report()
        let items = try await items(of: extent, &report, progress)
        let byUser = Dictionary(grouping: items, by: \.user)
        report.items = items.count
        report.mailboxes = byUser.count
        let ids = items.sorted { $0.description < $1.description }
        for start in stride(from: 0, to: ids.count, by: Self.commitSize) {
            let piece = Array(ids[start..<min(start + Self.commitSize, ids.count)])
            _ = try await administration.store.commit([.checkContactLinks(piece)])
        }
        try await administration.send(hints(byUser), producer)
        return report
    }

    /// Contacts that the same mailboxes need are asked for once.
    private func hints(_ byUser: [SyncUserID: [ContactLinkID]]) -> [Hint] {
        struct Need: Hashable {
            let company: Company
            let contact: ContactCode
        }
        var users: [Need: [SyncUserID]] = [:]
        for (user, ids) in byUser.sorted(by: { $0.key < $1.key }) {
            for id in ids { users[Need(company: id.company, contact: id.contact), default: []].append(user) }
        }
        struct Audience: Hashable {
            let company: Company
            let users: [SyncUserID]
        }
        let groups = Dictionary(grouping: users.keys) { Audience(company: $0.company, users: users[$0] ?? []) }
        return groups.flatMap { audience, needs in
            let contacts = needs.map(\.contact).sorted()
            return stride(from: 0, to: contacts.count, by: Self.hintSize).map { start in
                Hint(
                    company: audience.company, action: .contacts,
                    contacts: Array(contacts[start..<min(start + Self.hintSize, contacts.count)]),
                    users: audience.users, by: administration.by)
            }
        }
    }

    private func items(
        of extent: Extent, _ report: inout Report, _ progress: (Int64, Int64) -> Void
    ) async throws -> Set<ContactLinkID> {
        var items: Set<ContactLinkID> = []
        try await BoundedRead(consumer: consumer).records(
            of: [administration.names.name(of: extent.topic)], from: extent.fromOffset, progress: progress
        ) { _, record in
            read(record, extent, &items, &report)
        }
        return items
    }

    private func read(
        _ record: ConsumerRecord, _ extent: Extent, _ items: inout Set<ContactLinkID>, _ report: inout Report
    ) {
        let key = record.key?.string
        guard extent.key == nil || extent.key == key else { return }
        report.recordsRead += 1
        guard let key, let subject = record.header("ce_subject")?.string,
            let id = ContactLinkID(key: key, subject: subject)
        else {
            report.unreadable += 1
            return
        }
        items.insert(id)
    }
}

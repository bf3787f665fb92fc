public import Foundation
import Kafka
public import SyncEvents
public import SyncModel

/// Which records a replay reads.
public struct ReplayExtent: Sendable, Hashable {
    /// Where it begins and ends.
    public enum Span: Sendable, Hashable {
        /// From this offset of each partition, or the log's start where that is later.
        case offset(Int64)
        /// The records that their senders dated so; `nil`: no bound.
        case time(since: Date?, until: Date?)

        public static let whole = Span.time(since: nil, until: nil)
    }

    public var topic: Topic
    /// Without the installation's prefix.
    public var group: String
    public var span: Span
    /// Only records with this key.
    public var key: String?

    public init(topic: Topic, group: String, span: Span = .whole, key: String? = nil) {
        self.topic = topic
        self.group = group
        self.span = span
        self.key = key
    }
}

/// A replay, as the store keeps it until it is over: what is still to be read is fixed at its start.
public struct ReplayPlan: Sendable, Hashable, Codable {
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Compares, and writes nothing anywhere.
        case verify
        /// Marks the rows and asks LN for their contacts anew; the workers do the writing.
        case reapply
    }

    /// What is still to be read of a partition.
    struct Part: Sendable, Hashable, Codable {
        let partition: Int32
        var next: Int64
        let end: Int64
    }

    public let mode: Mode
    /// With the installation's prefix.
    let topic: String
    public let group: String
    let since: Date?
    let until: Date?
    let key: String?
    /// Of the log that the offsets are of.
    let clusterID: String
    public let by: String
    public let begun: Date
    /// How many offsets there were to read.
    public let total: Int64
    var parts: [Part]
    /// Whose contacts were met.
    var mailboxes: Set<SyncUserID> = []
    public internal(set) var report = ReplayReport()

    /// How many offsets are still to be read.
    public var left: Int64 { parts.reduce(0) { $0 + max(0, $1.end - $1.next) } }

    var ranges: [TopicPartition: Range<Int64>] {
        Dictionary(
            uniqueKeysWithValues: parts.map { (TopicPartition(topic, $0.partition), $0.next..<max($0.next, $0.end)) })
    }

    /// A record is dated by its sender; one without a date may be of any time.
    func isWanted(key: String?, dated: Date?) -> Bool {
        guard self.key == nil || self.key == key else { return false }
        guard let dated else { return true }
        return (since.map { dated >= $0 } ?? true) && (until.map { dated < $0 } ?? true)
    }

    mutating func passed(_ partition: Int32, _ offset: Int64) {
        guard let place = parts.firstIndex(where: { $0.partition == partition }) else { return }
        parts[place].next = offset + 1
    }
}

/// What a replay read, and what it did or found.
public struct ReplayReport: Sendable, Hashable, Codable {
    /// Something that is not as LN has it.
    public struct Difference: Sendable, Hashable, Codable {
        /// His LN user code; his id where the store does not know him.
        public var user: String
        public var company: Company
        public var contact: ContactCode
        /// In words for an administrator.
        public var reason: String
        /// `ln.contact-changes/3@1207`.
        public var record: String
    }

    /// How many differences are listed.
    static let longestList = 1000

    public var recordsRead = 0
    /// Contacts of one mailbox each. A resumed `verify` counts those again that it meets again.
    public var items = 0
    public var mailboxes = 0
    /// Records that name no item: the group has them among its dead letters.
    public var unreadable = 0
    /// Records that retention deleted before they were read.
    public var deleted: Int64 = 0
    /// The broker could not look up offsets by time: more was read than was asked for, and told by its dates.
    public var isReadWhole = false
    /// `verify`: whether Exchange was read; else only the store's rows were compared.
    public var isExchangeRead = false
    /// `verify`: how many items differ.
    public var differing = 0
    /// `verify`: the first thousand of them.
    public var differences: [Difference] = []
}

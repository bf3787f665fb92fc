/// A topic of the pipeline. What it carries, and for how long, is part of the contract (`schemas/`).
public struct Topic: Sendable, Hashable {
    /// Without the installation's prefix.
    public let name: String
    /// How long records are kept, in days; retention is by time, no topic is compacted.
    public let retentionDays: Int
    /// Carries first syncs and baselines: live changes go before it.
    public let isBackfill: Bool
    /// The groups that read it by intake; each has a dead-letter topic.
    public let groups: [String]
}

extension Topic {
    /// Hints: "look at this". Key: `<company>/contact` or `<company>/activity`.
    public static let lnNotifications = Topic(
        name: "ln.notifications", retentionDays: 1, isBackfill: false, groups: [])
    /// A contact's state for one mailbox, or its proven removal. Key: the sync user's id.
    public static let contactChanges = Topic(
        name: "ln.contact-changes", retentionDays: 30, isBackfill: false, groups: [ConsumerGroup.contactWorker])
    /// The same, for first syncs and baselines.
    public static let contactBackfill = Topic(
        name: "ln.contact-backfill", retentionDays: 7, isBackfill: true, groups: [ConsumerGroup.contactWorker])
    /// An activity with its attendees, or its proven deletion. Key: `MeetingRecordKey`.
    public static let activityChanges = Topic(
        name: "ln.activity-changes", retentionDays: 30, isBackfill: false, groups: [ConsumerGroup.calendarWorker])
    /// Hints: "look at this mailbox". Key: the sync user's id.
    public static let exchangeNotifications = Topic(
        name: "exchange.notifications", retentionDays: 1, isBackfill: false, groups: [ConsumerGroup.exchangeReader])
    /// An event as one mailbox shows it, or its proven deletion there. Key: `MeetingRecordKey`.
    public static let eventChanges = Topic(
        name: "exchange.event-changes", retentionDays: 30, isBackfill: false, groups: [ConsumerGroup.calendarWorker])
    /// What a meeting's attendees are to be told. Key: the sync user's id in whose mailbox it is. invitation-worker's group is named
    /// with it.
    public static let invitationRequests = Topic(
        name: "invitation.requests", retentionDays: 30, isBackfill: false, groups: [])
    /// What was decided and why, for whoever watches: a copy of the store's journal. Key: the item.
    public static let journal = Topic(name: "sync.journal", retentionDays: 90, isBackfill: false, groups: [])

    /// Every topic there is.
    public static let all: [Topic] = [
        .lnNotifications, .contactChanges, .contactBackfill, .activityChanges, .exchangeNotifications, .eventChanges,
        .invitationRequests, .journal,
    ]

    /// How long dead letters are kept, in days.
    public static let deadLetterRetentionDays = 90

    /// All topics have as many, so that a mailbox has the same partition number in each (architecture, *Keys*).
    public static let defaultPartitionCount = 24
}

/// The consumer groups of the pipeline.
public enum ConsumerGroup {
    public static let contactWorker = "contact-worker"
    public static let calendarWorker = "calendar-worker"
    /// Readers of Exchange: who has a mailbox's hint reads that mailbox.
    public static let exchangeReader = "exchange-producer"
}

/// The names of an installation's topics and groups: one installation, one prefix.
public struct TopicNames: Sendable, Hashable {
    /// Put before every topic and group, `acme.` for example; may be empty.
    public let prefix: String

    public init(prefix: String = "") {
        self.prefix = prefix
    }

    public func name(of topic: Topic) -> String { prefix + topic.name }

    public func name(ofGroup group: String) -> String { prefix + group }

    /// `<topic>.<group>.dead-letter`.
    public func deadLetters(of topic: Topic, group: String) -> String {
        "\(name(of: topic)).\(name(ofGroup: group)).dead-letter"
    }

    /// The topic of that name; `nil` where it is none of the installation's.
    public func topic(named name: String) -> Topic? {
        Topic.all.first { self.name(of: $0) == name }
    }
}

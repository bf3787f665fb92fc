public import Foundation

/// Where a row stands between what was observed and what is settled. The same for every kind of row: contacts, meetings,
/// invitations.
public struct RowStatus: Sendable, Hashable {
    public enum State: Int, Sendable, Hashable, CaseIterable {
        /// The other system holds what LN holds.
        case settled = 0
        /// Something is to be done at `due`.
        case due = 1
        /// Waits for a person.
        case held = 2
        /// LN or Exchange refuses it for good, or a rule does; the reason says why and how to mend it.
        case refused = 3
        /// A switch or a user is off: it goes on taking what it observes, and nothing is written.
        case resting = 4
        /// Proven removed, and nothing is left in the other system.
        case tombstone = 5
    }

    public enum Priority: Int, Sendable, Hashable, Comparable, CaseIterable {
        case live = 0
        case backfill = 1

        public static func < (one: Priority, other: Priority) -> Bool { one.rawValue < other.rawValue }
    }

    public var state: State
    /// When it is to be settled, by the store's clock; not `nil` where it is `due`.
    public var due: Date?
    public var priority: Priority
    /// Failed settlements since the last success or newer state.
    public var attempts: Int
    /// Why it is held, refused or late, in words for an administrator.
    public var reason: String?
    /// A write that may be under way.
    public var intent: Intent?
    /// Rises when a state follows a removal: a new life of the same key.
    public var generation: Int
    /// The partition number of its topics: who holds it settles the row.
    public var partition: Int32
    /// The read that it last took anything from.
    public var sequence: ReadSequence
    /// Its content is not to be trusted as settled: the other system is read, and only a difference written.
    public var check: Bool
    /// Counts the row's commits. A new row has 0 and is stored with 1.
    public var version: Int64

    public init(partition: Int32, sequence: ReadSequence, priority: Priority) {
        state = .settled
        due = nil
        self.priority = priority
        attempts = 0
        reason = nil
        intent = nil
        generation = 1
        self.partition = partition
        self.sequence = sequence
        check = false
        version = 0
    }
}

extension RowStatus {
    private static let untilMended = "until it is mended: "

    /// The reason of a row that waits for a person to mend what concerns all rows alike: the app registration, say.
    public static func reason(untilMended trouble: String) -> String { untilMended + trouble }

    /// What a person has to mend, by such a reason; `nil` for any other.
    public static func toMend(_ reason: String) -> String? {
        reason.hasPrefix(untilMended) ? String(reason.dropFirst(untilMended.count)) : nil
    }
}

/// A write that is not idempotent by nature, committed before it is begun (architecture, rule 3). Its successor waits for
/// the deadline, reads the other system, and plans anew.
public struct Intent: Sendable, Hashable, Codable {
    public enum Action: String, Sendable, Hashable, Codable {
        case create, update, delete
    }

    public var action: Action
    /// The process that means to do it.
    public var owner: String
    /// The same for the same write however often it is tried: hash of link and generation.
    public var key: String
    /// By the store's clock; after it the write is over or will never happen.
    public var deadline: Date

    public init(action: Action, owner: String, key: String, deadline: Date) {
        self.action = action
        self.owner = owner
        self.key = key
        self.deadline = deadline
    }
}

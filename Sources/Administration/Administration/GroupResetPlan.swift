public import Foundation
import SyncStore

/// What a reset of a group's positions changes: shown first, then applied. Applied, it is the undo file too.
public struct GroupResetPlan: Sendable, Hashable, Codable {
    /// Where a group goes on in a partition, as the store has it.
    public struct Position: Sendable, Hashable, Codable {
        public var next: Int64
        public var clusterID: String
        public var lastEventID: String?
    }

    /// One partition's change.
    public struct Move: Sendable, Hashable, Codable {
        public var topic: String
        public var partition: Int32
        public var from: Position
        public var to: Position

        /// Records that are read again.
        public var again: Int64 { max(0, from.next - to.next) }
        /// Records that are passed over: what they say does not reach Exchange by them.
        public var passedOver: Int64 { max(0, to.next - from.next) }
    }

    /// A partition that stays as it is, and why.
    public struct Stay: Sendable, Hashable, Codable {
        public var topic: String
        public var partition: Int32
        public var why: String
    }

    /// With the installation's prefix.
    public var group: String
    public var moves: [Move]
    public var stays: [Stay]
    /// The group's members by the brokers, in a word of Kafka's; absent where the broker can't tell.
    public var groupState: String?
    public var by: String
    public var made: Date

    /// Whether a program reads as a member of the group: it has to be stopped first.
    public var hasMembers: Bool { groupState.map { !["Empty", "Dead"].contains($0) } ?? false }
}

extension GroupResetPlan.Position {
    init(_ position: IntakePosition) {
        self.init(next: position.next, clusterID: position.clusterID, lastEventID: position.lastEventID)
    }

    var recorded: IntakePosition { IntakePosition(next: next, clusterID: clusterID, lastEventID: lastEventID) }
}

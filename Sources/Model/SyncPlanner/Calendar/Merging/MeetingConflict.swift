public import SyncModel

/// A value that a user entered and that is overwritten; journalled in the commit of the write's intent (CAL-9).
public struct MeetingConflict: Sendable, Hashable {
    public var group: FieldGroup
    /// `nil` where it may hold what its owner hides (CAL-19).
    public var lost: FieldValue?
    public var side: Side

    public init(_ group: FieldGroup, lost: FieldValue?, on side: Side) {
        self.group = group
        self.lost = lost
        self.side = side
    }
}

public import Foundation
public import SyncModel

/// What an administrator decides about one owner's calendar, and what LN's service can hold.
public struct CalendarPolicy: Sendable, Hashable {
    public var limits: LNLimits
    /// For times from LN where the event has no zone of its own yet.
    public var zone: ZoneName
    /// Which side wins a conflict of a group, where it is not as CAL-9 has it.
    public var winners: [FieldGroup: Side]
    /// Exchange Web Services: a write can tell nobody (SendToNone), so that no group need wait (CAL-12).
    public var canWriteQuietly: Bool
    /// A newly activated user: creations wait for a person (CAL-20).
    public var isLinkOnly: Bool
    /// The furthest start of a single meeting that a pull makes on the other side; `nil` for push, which makes past ones too.
    public var window: TimeInterval?

    public init(limits: LNLimits = LNLimits(), zone: ZoneName = ZoneName("UTC")) {
        self.limits = limits
        self.zone = zone
        winners = [:]
        canWriteQuietly = false
        isLinkOnly = false
        window = 1825 * 86400
    }
}

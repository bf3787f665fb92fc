public import Foundation

/// What is known of a sync user's calendar.
public struct UserCalendar: Sendable, Hashable {
    /// The default calendar's id, found at first use: another one behind the address is another mailbox (USR-1).
    public var folder: ItemID?
    /// How far each side's reader has sent the whole of it.
    public var baselines: Sides<CalendarBaseline>
    /// Somebody has approved what is written for him. Until then meetings are linked only (CAL-20).
    public var isActivated: Bool

    public init() {
        folder = nil
        baselines = Sides(ln: .none, exchange: .none)
        isActivated = false
    }
}

/// How far the whole of a calendar's state on one side has been sent.
public enum CalendarBaseline: Sendable, Hashable {
    /// Never begun.
    case none
    /// Begun then, by the store's clock; all up to a place of the reader's own is sent, `nil`: nothing yet.
    case running(begun: Date, after: String?)
    case done(begun: Date)

    public var isRunning: Bool {
        if case .running = self { true } else { false }
    }

    /// What window it is of follows from this: a window moves by a new baseline (CAL-4).
    public var begun: Date? {
        switch self {
        case .none: nil
        case .running(let begun, _), .done(let begun): begun
        }
    }
}

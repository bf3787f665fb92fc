/// What waits for a person, and what he was shown.
public struct MeetingHold: Sendable, Hashable, Codable {
    public enum Question: String, Sendable, Hashable, Codable {
        /// Gone on one side, changed on the other or perhaps changed (CAL-14): keep it or end it?
        case endOrKeep
        /// Several events or activities could be this one (CAL-5): is it none of them, so that it is made?
        case twins
        /// Another organizer in LN (CAL-15): cancel the old meeting and make a new one?
        case organizerChanged
        /// A Call became an all-day event in Outlook, which LN can't have (CAL-18): put LN's time back?
        case callMadeAllDay
        /// What would be written for a newly activated user (CAL-20).
        case activation
        /// One of too many ends within an hour (CAL-14).
        case manyEnds

        /// One side is gone in what is shown: it has no version there that would tell this end from a later one.
        public var isOfAnEnd: Bool { self == .endOrKeep || self == .manyEnds }
    }

    public enum Decision: String, Sendable, Hashable, Codable {
        /// Of an end: make it again where it is gone.
        case keep
        /// Of an end: end it where it is still there.
        case end
        /// Of anything else: as it was asked.
        case approve
        /// Of anything else: leave both sides as they are, until what was shown changes.
        case refuse
    }

    public var question: Question
    public var shown: Sides<MeetingSnapshot>
    public var decision: Decision?

    public init(_ question: Question, shown: Sides<MeetingSnapshot>, decision: Decision? = nil) {
        self.question = question
        self.shown = shown
        self.decision = decision
    }
}

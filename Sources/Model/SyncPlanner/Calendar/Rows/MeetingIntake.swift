public import SyncModel

/// What one event of a topic says of one side of a meeting.
public struct MeetingObservation: Sendable, Hashable {
    public enum Facts: Sendable, Hashable {
        case activity(ActivityFacts)
        case event(EventFacts)
    }

    public var side: Side
    public var sequence: ReadSequence
    public var snapshot: MeetingSnapshot
    /// `nil` where it is gone.
    public var facts: Facts?

    public init(_ side: Side, _ sequence: ReadSequence, _ snapshot: MeetingSnapshot, facts: Facts? = nil) {
        self.side = side
        self.sequence = sequence
        self.snapshot = snapshot
        self.facts = facts
    }
}

/// How an observation is taken in, and what of it is an echo of our own writes (CAL-13).
public enum MeetingIntake: Sendable, Hashable {
    /// Not newer than what was taken in: nothing is written.
    case older
    /// Holds what both sides agreed upon: only the sequence and the version rise.
    case echo(Meeting)
    case merged(Meeting)

    /// Never by a time window, never by who changed it.
    public init(_ observation: MeetingObservation, into meeting: Meeting) {
        let side = observation.side
        guard observation.sequence > meeting.sequence[side] else {
            self = .older
            return
        }
        var meeting = meeting
        meeting.sequence[side] = observation.sequence
        let before = meeting
        switch observation.facts {
        case .activity(let facts): meeting.activityFacts = facts
        case .event(let facts): meeting.eventFacts = facts
        case nil: break
        }
        let nothingElse =
            meeting.base.holds(meeting.observed[side], on: side) && meeting.intent == nil && meeting.hold == nil
            && !meeting.check && meeting == before
        if nothingElse, meeting.base.holds(observation.snapshot, on: side) {
            meeting.observed[side] = observation.snapshot
            self = .echo(meeting)
            return
        }
        meeting.observed[side] = observation.snapshot
        if meeting.base == .nothing, !meeting.observed.ln.isGone, !meeting.observed.exchange.isGone {
            // Both are there, though nothing is known of what they agreed upon: whichever goes before they are merged has ended (CAL-14).
            meeting.base = .content(.unknown)
        }
        meeting.isDue = true
        self = .merged(meeting)
    }
}

extension Meeting {
    /// An item that the row did not have is seen on a side where it is being made: it was made, whatever becomes of the answer (CAL-11).
    /// That it is gone again later is an end.
    public mutating func noteMade(on side: Side) {
        guard let write = intent?.write, write.side == side, case .create(let written) = write.change,
            let source = write.source
        else { return }
        base = .content(.init(side, written, source))
    }
}

public import Foundation
public import SyncModel

/// Decides what is to be done about one meeting: pure, from what was read, what was last in step (*base*), the policy and the clock.
///
/// Read it from here; each of its parts has a folder:
/// - `Linking`: which activity and event are one meeting (CAL-5); `Making`: what is made where it is not (CAL-6, CAL-7);
/// - `Merging`: what each side is given (CAL-9, CAL-12); `Narrowing`: when two values are alike (CAL-10);
/// - `Attendees`: who takes part, and what his row in LN shows (CAL-6, CAL-8, CAL-16);
/// - `Ending`: what follows from an end (CAL-14); `Privacy`: busy blocks (CAL-19); `Scope`: what comes to LN (CAL-1);
/// - `Time`: wall times and the window (CAL-4, CAL-18); Windows' zones are SyncModel's;
/// - `Planning+Activation`: what of all that waits for the approval of a user's plan (CAL-20);
/// - `Rows`: how a row takes in observations, plans and answers (CAL-11, CAL-13).
///
/// Every interleaving of users, readers, settlers and faults was tried out in the design's calendar model, whose names are used here.
public enum MeetingPlanner {
    /// Which sides are read by key before `plan` (CAL-11): each that differs from base; both before an end, a create or a
    /// decision, and after a write of unknown outcome; both of a customer's meeting, whose event reads by who organizes it in LN (CAL-3).
    public static func reads(_ meeting: Meeting) -> Set<Side> {
        let sides = Set(Side.allCases)
        if meeting.owner == .external { return sides }
        if meeting.check || meeting.intent != nil || meeting.hold != nil || meeting.base.content == nil { return sides }
        if meeting.base.content?.differing.isEmpty == false { return sides }
        if let ln = meeting.observed.ln.content, meeting.base.content?.sides.ln.isKnown(as: ln) != true { return sides }
        if meeting.observed.ln.isGone || meeting.observed.exchange.isGone { return sides }
        return sides.filter { !meeting.base.holds(meeting.observed[$0], on: $0) }
    }

    /// - Parameters:
    ///   - meeting: its `observed` as just read.
    ///   - twins: what a search of the other side has found; `nil` where none was made, so that a create asks for it.
    ///   - decisions: what somebody has decided of it besides the hold that it has.
    ///   - now: the store's clock.
    public static func plan(
        _ meeting: Meeting, _ policy: CalendarPolicy, twins: [Meeting]? = nil, decisions: [MeetingHold] = [], now: Date
    ) -> MeetingPlan {
        if let intent = meeting.intent, intent.deadline > now {
            return MeetingPlan([.init(.wait(until: intent.deadline), "CAL-11")], base: meeting.base)
        }
        if let rest = rest(meeting) { return MeetingPlan([rest], base: meeting.base) }
        var policy = policy
        if meeting.isNamed { policy.window = nil }
        let outcome = IntentOutcome(meeting)
        let planning = Planning(meeting, outcome.base, outcome.doubt, policy, twins, decisions, now)
        let plan =
            switch (meeting.observed.ln, meeting.observed.exchange) {
            case (.gone, .gone): MeetingPlan([], base: .nothing)
            case (.present(let ln, _), .gone): planning.end(there: .ln, ln)
            case (.gone, .present(let exchange, _)): planning.end(there: .exchange, exchange)
            case (.present(let ln, _), .present(let exchange, _)): planning.merge(ln, exchange)
            }
        return planning.awaitingApproval(plan)
    }

    private static func rest(_ meeting: Meeting) -> MeetingAction? {
        if meeting.eventFacts.isRecurring { return .init(.rest("recurrence"), "CAL-17") }
        if meeting.isUnlinked { return .init(.rest(MeetingLink.partedWords), "CAL-5") }
        if !meeting.activityFacts.isSynchronized { return .init(.rest("*Synchronize* is off in LN"), "SET-3") }
        return nil
    }
}

public import Foundation
public import SyncModel

/// Keeps a mistake on one side from emptying the other (CAL-14): within a rolling hour at most 50 meetings end, and at most a tenth of
/// those in scope, though always up to 9. One for what users of each mailbox end in Outlook, and one for what is ended in each company of LN's.
///
/// Pure: it decides, and remembers of the last hour what it must. Whoever asks it stores it in the commit of the intent, so that neither
/// a restart nor another process begins to count anew.
public struct EndGuard: Sendable, Hashable, Codable {
    /// Seconds.
    static let window: TimeInterval = 3600
    /// So many end within the hour whatever their share.
    static let most = 50
    /// So few are never withheld.
    static let least = 10
    /// One in so many of those in scope.
    static let share = 10

    /// The ends let pass within the hour, and when: by the meeting's key on the side where it ends.
    private var passed: [String: Date] = [:]

    public init() {}

    /// The plan as it is, or held where it would be one end too many.
    /// - Parameters:
    ///   - key: the meeting's, the same each time. The same end planned again counts once.
    ///   - inScope: how many meetings are in scope of this mailbox or company.
    ///   - now: the store's clock.
    public mutating func judge(
        _ plan: MeetingPlan, of meeting: Meeting, key: String, inScope: Int, now: Date
    ) -> MeetingPlan {
        guard let write = plan.write, case .end(let ending) = write.change, ending != .replaced else { return plan }
        // A person has seen it: it neither waits nor counts.
        if meeting.hold?.verdict(on: meeting.observed) != nil { return plan }
        passed = passed.filter { now.timeIntervalSince($0.value) < Self.window }
        let isHeld = meeting.hold?.question == .manyEnds
        if passed[key] != nil, !isHeld { return plan }
        let count = passed.count + 1
        if isHeld || count > Self.most || (count >= Self.least && count * Self.share > inScope) {
            return MeetingPlan(
                [MeetingAction(.hold(.init(.manyEnds, shown: meeting.observed)), "CAL-14")], base: plan.base)
        }
        passed[key] = now
        return plan
    }
}

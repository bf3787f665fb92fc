import Foundation
import SyncModel
import SyncPlanner

/// One meeting without attendees between users, readers, topics and settlers, with the planner's own functions in the middle: the
/// design's calendar model, whose names and steps are used.
struct MeetingWorld {
    /// Where a history begins.
    struct Scenario: Sendable, Hashable, CustomStringConvertible {
        var description: String
        /// What may be entered in a group, in LN and in Outlook.
        var letters = Sides(ln: ["A", "B"], exchange: ["A", "B"])
        /// How many groups users edit.
        var groups = 1
        /// Both: in step.
        var there: Set<Side> = [.ln, .exchange]
        var edits = 2
        var faults = 1
        var settlers = 1
        /// Users delete and bring back.
        var ends = true
        /// Of a conflict.
        var winner = Side.exchange
    }

    struct Settler: Hashable {
        enum Phase { case idle, reading, sent, landed }
        var phase = Phase.idle
        var reads: [Side: MeetingSnapshot?] = [:]
        /// The row's, when it was taken.
        var version = 0
        var intent: MeetingIntent?
        var answer: MeetingSnapshot?
    }

    /// A value on record: journalled as a conflict, or shown to a person who decided. `nil`: that it was gone.
    struct Record: Hashable {
        var side: Side
        var group: FieldGroup
        var value: FieldValue?
    }

    let scenario: Scenario
    let groups: [FieldGroup]
    let policy: CalendarPolicy
    var now = Date(timeIntervalSince1970: 1_800_000_000)
    /// The truth.
    var item: Sides<MeetingSnapshot>
    /// Whether there was ever one.
    var existed: Sides<Bool>
    /// What each side holds, or would hold, at the beginning, in its own form.
    let first: Sides<MeetingContent>
    /// The event before its last change: what a lagging delta may still show.
    var earlier: MeetingSnapshot?
    var row: Meeting
    var version = 0
    var settlers: [Settler]
    /// Changed since the reader's last true read.
    var dirty: Sides<Bool>
    var topic: Sides<[MeetingObservation]> = Sides(ln: [], exchange: [])
    var etags = 0
    var counter: Int64 = 0
    var made: Int?
    var edits = 0
    var faults = 0
    var writes = 0
    /// Beyond edits and faults: a first creation, a person's decisions.
    var allowed: Int
    // What nobody in the pipeline knows:
    /// What was last in step; any other value is a user's edit. `nil`: gone.
    var agreed: Sides<MeetingContent?>
    var recorded: Set<Record> = []
    var deleted = false
    var broken: String?

    init(_ scenario: Scenario) {
        self.scenario = scenario
        groups = scenario.groups == 1 ? [.subject] : [.subject, .location]
        var policy = CalendarPolicy(limits: LNLimits(subject: 1, location: 1))
        policy.window = nil
        policy.winners = [.subject: scenario.winner, .location: scenario.winner]
        self.policy = policy
        row = Meeting(
            owner: .user(SyncUserID(UUID())), birth: scenario.there.contains(.exchange) ? .exchange : .ln)
        let isLinked = scenario.there.count == 2
        let begin = now + 86400
        func content(_ zone: ZoneName?) -> MeetingContent {
            MeetingContent(
                time: .timed(start: begin, end: begin + 3600, zone: zone), subject: "A",
                location: scenario.groups == 1 ? "" : "A")
        }
        let ln = content(nil), exchange = content(ZoneName("UTC"))
        item = Sides(
            ln: scenario.there.contains(.ln) ? .present(ln, ETag("l0")) : .gone(.absent),
            exchange: scenario.there.contains(.exchange) ? .present(exchange, ETag("e0")) : .gone(.absent))
        first = Sides(ln: ln, exchange: exchange)
        existed = Sides(ln: scenario.there.contains(.ln), exchange: scenario.there.contains(.exchange))
        dirty = Sides(
            ln: !isLinked && scenario.there.contains(.ln), exchange: !isLinked && scenario.there.contains(.exchange))
        settlers = Array(repeating: Settler(), count: scenario.settlers)
        allowed = isLinked ? 0 : 1
        agreed = isLinked ? Sides(ln: ln, exchange: exchange) : Sides(ln: nil, exchange: nil)
        if isLinked {
            row.observed = item
            row.base = .content(.init(ln: ln, exchange: exchange))
        }
    }

    mutating func commit(_ new: Meeting) {
        if new != row { version += 1 }
        row = new
    }

    mutating func nextETag() -> ETag {
        etags += 1
        return ETag("v\(etags)")
    }

    // MARK: Readers and intake

    mutating func send(_ side: Side, _ snapshot: MeetingSnapshot) {
        counter += 1
        topic[side].append(MeetingObservation(side, ReadSequence(epoch: 1, counter: counter), snapshot))
    }

    mutating func takeIn(_ side: Side, _ index: Int) {
        switch MeetingIntake(topic[side].remove(at: index), into: row) {
        case .older: break
        case .echo(let meeting), .merged(let meeting): commit(meeting)
        }
    }

    // MARK: What a history must come to

    /// Why the history is wrong, now or where nothing is left to do.
    func wrong(atRest: Bool) -> String? {
        if let broken { return broken }
        if writes > edits + faults + allowed { return "more writes than edits, faults and decisions" }
        if !atRest { return nil }
        if row.intent != nil || row.hold != nil { return "an intent or a hold is left" }
        for side in Side.allCases where !row.base.holds(item[side], on: side) {
            return "\(side) and base differ: \(self.state)"
        }
        guard let ln = item.ln.content, let exchange = item.exchange.content else {
            return item.ln.isGone && item.exchange.isGone ? nil : "one side is gone: \(state)"
        }
        let limits = policy.limits
        for group in FieldGroup.fields where ln[group].map(limits.narrow) != exchange[group].map(limits.narrow) {
            return "\(group): \(state)"
        }
        return MeetingPlanner.plan(row, policy, twins: [], now: now).actions.isEmpty
            ? nil : "a second plan is not empty"
    }

    private var state: String { "LN \(letters(of: .ln)), Exchange \(letters(of: .exchange))" }

    private func letters(of side: Side) -> String {
        guard let content = item[side].content else { return "-" }
        return "\(content.subject ?? "?")\(content.location ?? "?")"
    }
}

import Foundation
import SyncModel
import SyncPlanner

/// One meeting without attendees between users, readers, topics and settlers, with the planner's own functions in the middle:
/// the design's calendar model, walked at random. Names and steps are the model's.
struct MeetingWorld {
    struct Settler {
        enum Phase { case idle, reading, sent, landed }
        var phase = Phase.idle
        var reads: [Side: MeetingSnapshot?] = [:]
        var version = 0
        var intent: MeetingIntent?
        var answer: MeetingSnapshot?
    }

    static let start = Date(timeIntervalSince1970: 1_800_000_000)
    var now = Self.start
    var item: Sides<MeetingSnapshot>
    var row: Meeting
    var version = 0
    var settlers: [Settler]
    var dirty: Sides<Bool>
    var topic: Sides<[MeetingObservation]> = Sides(ln: [], exchange: [])
    var etags = 0
    var counter: Int64 = 0
    /// Every value a user has entered, and every one that is on record as a conflict or was decided upon.
    var entered: Set<String> = []
    var recorded: Set<String> = []
    var made: Int?
    var broken: String?
    let policy: CalendarPolicy
    var letters = 0

    init(there: Set<Side>, settlers: Int) {
        var policy = CalendarPolicy(limits: LNLimits(subject: 6))
        policy.window = nil
        self.policy = policy
        row = Meeting(owner: .user(SyncUserID(UUID())), birth: there.contains(.exchange) ? .exchange : .ln)
        let begin = Self.start.addingTimeInterval(86400)
        func content(_ zone: ZoneName?) -> MeetingContent {
            MeetingContent(time: .timed(start: begin, end: begin + 3600, zone: zone), subject: "A", location: "A")
        }
        let ln = content(nil), exchange = content(ZoneName("UTC"))
        item = Sides(
            ln: there.contains(.ln) ? .present(ln, ETag("l0")) : .gone(.absent),
            exchange: there.contains(.exchange) ? .present(exchange, ETag("e0")) : .gone(.absent))
        dirty = Sides(ln: there == [.ln], exchange: there == [.exchange])
        self.settlers = Array(repeating: Settler(), count: settlers)
        if there.count == 2 {
            row.observed = item
            row.base = .content(.init(ln: ln, exchange: exchange))
        }
    }

    mutating func commit(_ new: Meeting) {
        if new != row { version += 1 }
        row = new
    }

    mutating func etag() -> ETag {
        etags += 1
        return ETag("v\(etags)")
    }

    // MARK: Readers and intake

    mutating func read(_ side: Side) {
        counter += 1
        topic[side].append(MeetingObservation(side, ReadSequence(epoch: 1, counter: counter), item[side]))
    }

    mutating func takeIn(_ side: Side, _ index: Int) {
        switch MeetingIntake(topic[side].remove(at: index), into: row) {
        case .older: break
        case .echo(let meeting), .merged(let meeting): commit(meeting)
        }
    }

    // MARK: Settlers

    /// What can be done next by those who work for the pipeline.
    func progress() -> [(inout MeetingWorld) -> Void] {
        var steps: [(inout MeetingWorld) -> Void] = []
        for side in Side.allCases {
            if dirty[side], topic[side].count < 2 {
                steps.append {
                    $0.dirty[side] = false
                    $0.read(side)
                }
            }
            for index in topic[side].indices { steps.append { $0.takeIn(side, index) } }
        }
        if let hold = row.hold, hold.decision == nil, !row.isDue {
            for decision in [MeetingHold.Decision.keep, .end] {
                steps.append { world in
                    var row = world.row
                    row.hold?.decision = decision
                    row.isDue = true
                    world.commit(row)
                }
            }
        }
        if let intent = row.intent, intent.deadline > now, settlers.allSatisfy({ $0.phase != .sent }) {
            steps.append { $0.now = intent.deadline }
        }
        for index in settlers.indices {
            if settlers[index].phase != .idle || (row.isDue && (row.intent.map { $0.deadline <= now } ?? true)) {
                steps.append { $0.settle(index) }
            }
        }
        return steps
    }

    mutating func settle(_ index: Int) {
        var settler = settlers[index]
        defer { settlers[index] = settler }
        switch settler.phase {
        case .idle:
            settler = Settler(phase: .reading, version: version)
            for side in MeetingPlanner.reads(row) { settler.reads[side] = .some(nil) }
        case .reading where settler.reads.contains { $0.value == nil }:
            if let side = Side.allCases.first(where: { settler.reads[$0] == .some(nil) }) {
                settler.reads[side] = item[side]
            }
        case .reading:
            guard settler.version == version else {
                settler = Settler()
                return
            }
            var seen = row
            for (side, snapshot) in settler.reads { if let snapshot { seen.observed[side] = snapshot } }
            let plan = MeetingPlanner.plan(seen, policy, now: now)
            if case .wait = plan.actions.first?.step {
                settler = Settler()
                return
            }
            if let hold = row.hold, hold.decision != nil, hold.shown == seen.observed {
                for side in Side.allCases { record(seen.observed[side].content) }
            }
            for action in plan.actions {
                guard case .recordConflict(let conflict) = action.step else { continue }
                if let lost = conflict.lost { recorded.insert("\(lost)") }
            }
            commit(MeetingCommit.planned(plan, seen, owner: "\(index)/\(version)", deadline: now + 60))
            settler = row.intent.map { Settler(phase: .sent, intent: $0) } ?? Settler()
        case .sent:
            settler.answer = settler.intent.flatMap { land($0.write) }
            settler.phase = .landed
        case .landed:
            if let intent = settler.intent { commit(MeetingCommit.answered(intent, settler.answer, row)) }
            settler = Settler()
        }
    }

    private mutating func record(_ content: MeetingContent?) {
        guard let content else { return }
        for group in FieldGroup.fields { if let value = content[group] { recorded.insert("\(value)") } }
    }

    /// The other system carries a write out; `nil`: If-Match did not match.
    private mutating func land(_ write: MeetingWrite) -> MeetingSnapshot? {
        switch write.change {
        case .create(let content):
            if write.side == .exchange, made == write.generation { return item[write.side] }
            if !item[write.side].isGone { broken = "a second item in \(write.side)" }
            item[write.side] = .present(content, etag())
            if write.side == .exchange { made = write.generation }
        case .update(let groups):
            guard case .present(var content, let current) = item[write.side], current == write.etag else { return nil }
            for (group, value) in groups {
                check(content[group], group, on: write.side)
                content[group] = value
            }
            item[write.side] = .present(content, etag())
        case .end:
            guard case .present(let content, let current) = item[write.side], current == write.etag else { return nil }
            for group in FieldGroup.fields { check(content[group], group, on: write.side) }
            item[write.side] = .gone(.absent)
        }
        dirty[write.side] = true
        return item[write.side]
    }

    /// What a user entered may go only if it stands on the other side, was in step, or is on record.
    private mutating func check(_ value: FieldValue?, _ group: FieldGroup, on side: Side) {
        guard let value, entered.contains("\(side)/\(value)"), !recorded.contains("\(value)") else { return }
        let isAgreed = row.base.content?.sides[side][group] == value
        if !isAgreed { broken = "an edit in \(side) lost without a record: \(value)" }
    }

    // MARK: Users and faults

    mutating func edit(_ side: Side, _ group: FieldGroup) {
        guard case .present(var content, _) = item[side] else { return }
        // Each edit enters a value of its own, so that a lost one is seen; some are longer than LN can hold.
        letters += 1
        let text = side == .exchange && letters % 3 == 0 ? "E\(letters)-longer" : "\(side == .ln ? "L" : "E")\(letters)"
        content[group] = group == .subject ? .subject(text) : .location(text)
        content[group].map { _ = entered.insert("\(side)/\($0)") }
        item[side] = .present(content, etag())
        dirty[side] = true
    }

    mutating func delete(_ side: Side) {
        guard !item[side].isGone else { return }
        // An activity deleted before its create is known would be made again: nobody can tell.
        if side == .ln, case .create? = row.intent?.write.change, row.intent?.write.side == .ln { return }
        item[side] = .gone(.absent)
        dirty[side] = true
    }

    mutating func crash(_ index: Int) { settlers[index] = Settler() }

    var wrongAtRest: String? {
        if let broken { return broken }
        if row.intent != nil || row.hold != nil { return "an intent or a hold is left" }
        guard let ln = item.ln.content, let exchange = item.exchange.content else {
            return item.ln.isGone && item.exchange.isGone ? nil : "one side is gone: \(item)"
        }
        let limits = policy.limits
        for group in FieldGroup.fields where ln[group].map(limits.narrow) != exchange[group].map(limits.narrow) {
            return "\(group): \(item)"
        }
        return MeetingPlanner.plan(row, policy, now: now).actions.isEmpty ? nil : "a second plan is not empty"
    }
}

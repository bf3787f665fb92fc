import Foundation
import SyncModel
import SyncPlanner

/// A linked meeting whose every group users change on both sides at once, settled without faults: what is written is what a plan says.
struct TwoSidesWorld {
    struct Edit: Hashable {
        var group: FieldGroup
        var value: FieldValue
    }

    var policy: CalendarPolicy
    var row: Meeting
    var etags = 0
    var writes = 0
    /// Since both were last settled: the last value of each group on each side.
    var edited: Sides<[FieldGroup: FieldValue]> = Sides(ln: [:], exchange: [:])
    static let people = ["bob", "eve", "joe"].map { EmailAddress("\($0)@example.org") }

    init(birth: Side, using random: inout SplitMix) {
        var policy = CalendarPolicy(limits: LNLimits(subject: 12, location: 8, body: 20))
        policy.canWriteQuietly = Bool.random(using: &random)
        self.policy = policy
        var attendees: [EmailAddress: MeetingAttendee] = [:]
        for person in Self.people where Bool.random(using: &random) { attendees[person] = MeetingAttendee(.required) }
        row = Fixture.linked(birth: birth, attendees: attendees)
        row.activityFacts.kind = Int.random(in: 0..<5, using: &random) == 0 ? .call : .appointment
    }

    var contents: Sides<MeetingContent?> { Sides(ln: row.observed.ln.content, exchange: row.observed.exchange.content) }

    // MARK: Users

    /// Up to four edits of one side's user.
    func history(_ side: Side, using random: inout SplitMix) -> [Edit] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in edit(side, using: &random) }
    }

    private func edit(_ side: Side, using random: inout SplitMix) -> Edit {
        let number = Int.random(in: 0..<30, using: &random)
        let texts = ["Visit", "A rather long text with more", "Caf\u{E9} ", "x\(number)"]
        let text = texts[number % texts.count]
        func made(_ group: FieldGroup, _ value: FieldValue) -> Edit {
            // LN holds what LN can hold.
            var value = value
            if side == .ln, group.isField { value = policy.limits.narrow(value) }
            return Edit(group: group, value: value)
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let zone = side == .ln ? nil : ["Asia/Tokyo", "Europe/Berlin"][number % 2]
            return made(
                .time, .time(Fixture.time(TimeInterval(number / 4 * 600 + (side == .ln ? 0 : number % 3)), zone: zone)))
        case 1: return made(.subject, .subject(text))
        case 2: return made(.location, .location(text))
        case 3: return made(.body, .body(MeetingBody(text, isRich: side == .exchange && number % 4 == 0)))
        case 4: return made(.showAs, .showAs(ShowAs.allCases[number % ShowAs.allCases.count]))
        case 5: return made(.reminder, .reminder(number % 2 == 0 ? .off : .minutes(number)))
        default:
            let attendance = MeetingAttendee.Attendance.allCases[number % 3]
            let attendee: MeetingAttendee? = number % 4 == 0 ? nil : MeetingAttendee(attendance)
            return made(.attendee(Self.people[number % 3]), .attendee(attendee))
        }
    }

    mutating func take(_ ln: [Edit], _ exchange: [Edit]) {
        edited = Sides(ln: [:], exchange: [:])
        for (side, edits) in [(Side.ln, ln), (.exchange, exchange)] {
            guard var content = row.observed[side].content, !edits.isEmpty else { continue }
            for edit in edits {
                content[edit.group] = edit.value
                edited[side][edit.group] = edit.value
            }
            put(side, content)
        }
    }

    private mutating func put(_ side: Side, _ content: MeetingContent) {
        etags += 1
        row.observed[side] = .present(content, ETag("v\(etags)"))
    }

    // MARK: Settling

    /// Carries out plans until there is nothing to do: what went wrong on the way or in the end.
    mutating func settle() -> String? {
        let before = row
        var conflicts: [MeetingConflict] = []
        writes = 0
        for _ in 1...4 {
            let plan = MeetingPlanner.plan(row, policy, now: Fixture.now)
            if let wrong = unsilent(plan) { return wrong }
            for case .recordConflict(let conflict) in plan.actions.map(\.step) { conflicts.append(conflict) }
            row = MeetingCommit.planned(plan, row, owner: "", deadline: Fixture.now)
            if let ask = row.asked {
                guard let claimed = MeetingCommit.claimed(ask, row, owner: "", deadline: Fixture.now) else {
                    return "not claimed"
                }
                row = claimed
            }
            guard let intent = row.intent else {
                return plan.write == nil ? wrong(before, conflicts) : "a write without an intent"
            }
            carryOut(intent)
        }
        return "not settled by four plans"
    }

    /// The owner marks the event private, as it is by now; a reader reduces it.
    mutating func hide() {
        guard case .present(var content, _) = row.observed.exchange else { return }
        content.subject = "secret"
        content.body = MeetingBody("secret")
        content.sensitivity = .private
        put(.exchange, BusyBlock.reduced(content))
    }

    /// One plan carried out; one that would write to Exchange is not.
    /// - Returns: its actions.
    mutating func settleOnce() -> [MeetingAction] {
        let plan = MeetingPlanner.plan(row, policy, now: Fixture.now)
        row = MeetingCommit.planned(plan, row, owner: "", deadline: Fixture.now)
        if let intent = row.intent, intent.write.side == .ln { carryOut(intent) }
        return plan.actions
    }

    private mutating func carryOut(_ intent: MeetingIntent) {
        let side = intent.write.side
        guard case .update(let groups) = intent.write.change, var content = row.observed[side].content else { return }
        for (group, value) in groups { content[group] = value }
        etags += 1
        writes += 1
        row = MeetingCommit.answered(intent, .present(content, ETag("v\(etags)")), row)
    }

    /// Only what has no attendees, and gets none, is written without asking.
    private func unsilent(_ plan: MeetingPlan) -> String? {
        for case .writeExchange(let write) in plan.actions.map(\.step) {
            if row.observed.exchange.content?.attendees?.isEmpty == false { return "a silent write to attendees" }
            if case .update(let groups) = write.change, groups.keys.contains(where: { !$0.isField }) {
                return "a silent write of attendees"
            }
        }
        return nil
    }

    private func wrong(_ before: Meeting, _ conflicts: [MeetingConflict]) -> String? {
        guard let ln = row.observed.ln.content, let exchange = row.observed.exchange.content,
            let waiting = row.base.content?.waiting
        else { return "a side is gone" }
        if writes > 2 { return "\(writes) writes" }
        let groups = FieldGroup.fields + Self.people.map(FieldGroup.attendee)
        for group in groups where !(group == .location && row.activityFacts.kind == .call) && !waiting.contains(group) {
            let narrow = Sides(
                ln: ln[group].map(policy.limits.narrow), exchange: exchange[group].map(policy.limits.narrow))
            if narrow.ln != narrow.exchange { return "\(group) differs: \(narrow)" }
            let alone = Side.allCases.first { edited[$0][group] != nil && edited[$0.other][group] == nil }
            if let alone, before.base.content?.waiting.contains(group) != true {
                if narrow.ln != edited[alone][group].map(policy.limits.narrow) {
                    return "\(group): the only edit is lost"
                }
                if conflicts.contains(where: { $0.group == group }) { return "\(group): a conflict of one" }
            }
            if let wrong = unrecorded(group, narrow.ln, before, conflicts) { return wrong }
        }
        return nil
    }

    /// What both have entered differently: one of them is on record.
    private func unrecorded(
        _ group: FieldGroup, _ value: FieldValue?, _ before: Meeting, _ conflicts: [MeetingConflict]
    ) -> String? {
        for side in Side.allCases {
            guard let mine = edited[side][group], mine != before.base.content?.sides[side][group],
                policy.limits.narrow(mine) != value
            else { continue }
            if !conflicts.contains(where: { $0.group == group && $0.side == side && $0.lost == mine }) {
                return "\(group): \(mine) of \(side) is lost without a record"
            }
        }
        return nil
    }
}

extension FieldGroup {
    /// No attendee.
    var isField: Bool { if case .attendee = self { false } else { true } }
}

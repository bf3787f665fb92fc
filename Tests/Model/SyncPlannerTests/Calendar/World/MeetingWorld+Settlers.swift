import Foundation
import SyncModel
import SyncPlanner

/// What settlers do, and the other system that carries out what they ask.
extension MeetingWorld {
    mutating func settle(_ index: Int) {
        var settler = settlers[index]
        defer { settlers[index] = settler }
        switch settler.phase {
        case .idle:
            settler = Settler(phase: .reading, version: version)
            for side in MeetingPlanner.reads(row) { settler.reads[side] = .some(nil) }
        case .reading where settler.isWaiting:
            if let side = settler.nextRead { settler.reads[side] = item[side] }
        case .reading:
            settler = settler.version == version ? decide(settler, index) : Settler()
        case .sent:
            settler.answer = settler.intent.flatMap { land($0.write) }
            settler.phase = .landed
        case .landed:
            if let intent = settler.intent { commit(MeetingCommit.answered(intent, settler.answer, row)) }
            settler = Settler()
        }
    }

    private mutating func decide(_ settler: Settler, _ index: Int) -> Settler {
        var seen = row
        for (side, snapshot) in settler.reads { if let snapshot { seen.observed[side] = snapshot } }
        let plan = MeetingPlanner.plan(seen, policy, twins: [], now: now)
        if case .wait = plan.actions.first?.step { return Settler() }
        witness(plan, seen)
        commit(MeetingCommit.planned(plan, seen, owner: "\(index)/\(version)", deadline: now + 60))
        return row.intent.map { Settler(phase: .sent, intent: $0) } ?? Settler()
    }

    /// The other system carries a write out; `nil`: If-Match did not match.
    private mutating func land(_ write: MeetingWrite) -> MeetingSnapshot? {
        let side = write.side
        switch write.change {
        case .create(let content):
            if side == .exchange, made == write.generation { return item[side] }
            if !item[side].isGone {
                broken = "a second item in \(side)"
            } else if isUnrecorded(side, groups[0]) {
                broken = "a deletion in \(side) undone"
            }
            deleted = item[side.other].isGone
            agreed[side] = content
            agreed[side.other] = write.source
            recorded = []
            if side == .exchange { made = write.generation }
            return put(side, .present(content, nextETag()))
        case .update(let written):
            guard case .present(var content, let current) = item[side], current == write.etag else { return nil }
            for (group, value) in written {
                if isUnrecorded(side, group) { broken = "an edit in \(side) overwritten without a record" }
                agree(side, group, value)
                if !item[side.other].isGone, let source = write.source?[group] { agree(side.other, group, source) }
                recorded = recorded.filter { $0.group != group }
                content[group] = value
            }
            return put(side, .present(content, nextETag()))
        case .end:
            guard case .present(_, let current) = item[side], current == write.etag else { return nil }
            if !deleted {
                broken = "deleted what nobody deleted"
            } else if groups.contains(where: { isUnrecorded(side, $0) }) {
                broken = "an edit in \(side) deleted"
            }
            agreed = Sides(ln: nil, exchange: nil)
            recorded = []
            return put(side, .gone(.absent))
        }
    }

    private mutating func put(_ side: Side, _ snapshot: MeetingSnapshot) -> MeetingSnapshot {
        if side == .exchange { earlier = item.exchange }
        item[side] = snapshot
        existed[side] = true
        dirty[side] = true
        writes += 1
        return snapshot
    }
}

extension MeetingWorld.Settler {
    var nextRead: Side? { Side.allCases.first { reads[$0] == .some(nil) } }
    var isWaiting: Bool { nextRead != nil }
}

import Foundation
import SyncModel
import SyncPlanner

/// What can happen next.
extension PairsWorld {
    enum Step: Hashable {
        case takeIn(Side, Int)
        case take(Int, Meeting)
        case settle(Int)
        case deadlinePasses(Meeting)
        // Users and chance:
        case userCreates(Side)
        case userCopies(Item)
        case crash(Int)
    }

    /// By those who work for the pipeline.
    var progress: [Step] {
        var steps = Side.allCases.flatMap { side in unread[side].indices.map { Step.takeIn(side, $0) } }
        for row in rows {
            // A request takes effect before its deadline or never.
            guard let intent = row.intent, intent.deadline > now, !settlers.contains(where: { $0?.row == row })
            else { continue }
            steps.append(.deadlinePasses(row))
        }
        for (index, work) in settlers.enumerated() {
            if work != nil {
                steps.append(.settle(index))
            } else {
                steps += rows.filter(canBeTaken).map { .take(index, $0) }
            }
        }
        return steps
    }

    /// By users and chance.
    var events: [Step] {
        var steps: [Step] = []
        if !users.contains("LN") { steps.append(.userCreates(.ln)) }
        if !users.contains("Outlook") { steps.append(.userCreates(.exchange)) }
        if !users.contains("copier") {
            steps += items.exchange.filter { $0.names != nil }.map { .userCopies($0) }
        }
        for (index, work) in settlers.enumerated() where faults == 0 && (work?.phase == .sent || work?.phase == .landed)
        {
            steps.append(.crash(index))
        }
        return steps
    }

    private func canBeTaken(_ row: Meeting) -> Bool {
        guard row.activity == nil || row.event == nil, row.intent.map({ $0.deadline <= now }) ?? true else {
            return false
        }
        return plan(row).actions.first?.step != .waitForTwin
    }

    /// With all that a search of both sides would show.
    func plan(_ row: Meeting) -> MeetingPlan {
        let found = Side.allCases.flatMap { side in
            items[side].filter { $0.name != Self.name(row, side) }.map { item in
                rows.first { Self.name($0, side) == item.name } ?? meeting(side, item)
            }
        }
        return MeetingPlanner.plan(row, policy, twins: found, now: now)
    }

    mutating func take(_ step: Step) {
        switch step {
        case .takeIn(let side, let index): takeIn(side, index)
        case .take(let index, let row): settlers[index] = Work(row: row)
        case .settle(let index): settle(index)
        case .deadlinePasses(let row):
            var late = row
            late.intent?.deadline = now
            replace([row], with: [late])
        case .userCreates(let side):
            let name = side == .ln ? "LN" : "Outlook"
            isLate = isLate || hasBegun
            users.insert(name)
            add(side, Item(name: name))
        case .userCopies(let item):
            users.insert("copier")
            add(.exchange, Item(name: "copy", names: item.names))
        case .crash(let index):
            faults += 1
            settlers[index] = nil
        }
    }

    /// A create has.
    private var hasBegun: Bool {
        Side.allCases.contains { items[$0].contains { $0.name.contains("+") } } || rows.contains { $0.intent != nil }
            || settlers.contains { $0.map { $0.phase != .search } ?? false }
    }

    private mutating func settle(_ index: Int) {
        guard var work = settlers[index] else { return }
        settlers[index] = nil
        let row = work.row, side: Side = row.event == nil ? .exchange : .ln
        switch work.phase {
        case .search:
            let plan = plan(row)
            guard plan.actions.first?.step != .waitForTwin else { return }
            work.plan = plan
            work.phase = .decided
            settlers[index] = work
        case .decided:
            guard !work.hasMoved, let plan = work.plan else { return }
            let new = MeetingCommit.planned(plan, row, owner: "\(index)", deadline: now + 60)
            if case .link(let twin) = plan.actions.first?.step {
                // Conditional on no other row naming the item.
                let item = Self.name(twin, side)
                guard !rows.contains(where: { Self.name($0, side) == item && $0 != twin }) else { return }
                replace([row, twin], with: [new], by: index)
            } else if new.intent != nil {
                replace([row], with: [new], by: index)
                settlers[index] = Work(phase: .sent, row: new)
            } else {
                broken = "neither linked nor created: \(plan.actions)"
            }
        case .sent:
            guard let mine = Self.name(row, side.other) else { return }
            let name = mine + "+", isThere = items[side].contains { $0.name == name }
            let isPaired = rows.contains { Self.name($0, side.other) == mine && Self.name($0, side) != nil }
            if (side == .ln && isThere) || isPaired { broken = "a second item for \(mine)" }
            // Exchange knows the transactionId.
            if !isThere { add(side, Item(name: name, names: mine)) }
            work.phase = .landed
            work.made = name
            settlers[index] = work
        case .landed:
            guard rows.contains(row), let intent = row.intent, let made = work.made,
                let item = items[side].first(where: { $0.name == made })
            else { return }
            let answered = MeetingCommit.answered(intent, .present(content, ETag(made)), row)
            replace([row], with: [Self.with(answered, item: meeting(side, item), side)], by: index)
        }
    }
}

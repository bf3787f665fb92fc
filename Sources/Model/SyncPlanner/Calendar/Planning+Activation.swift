import SyncModel

extension Planning {
    /// Nothing is written, on either side, for a user whose plan nobody has approved, and nothing is parted: whatever would be waits for that
    /// (CAL-20, INV-7). What was asked about is written as it was shown, or asked about again: also once the user is activated.
    func awaitingApproval(_ plan: MeetingPlan) -> MeetingPlan {
        guard policy.isLinkOnly || meeting.hold?.question == .activation,
            plan.actions.contains(where: \.step.needsApproval), !isDecided
        else { return plan }
        if isBegun(plan.write) {
            return MeetingPlan(plan.actions.filter { !$0.step.isMark }, base: plan.base)
        }
        guard let held = hold(.activation, "CAL-20") else { return plan }
        // A write's base is committed with its intent, and so is what it overwrites.
        if plan.actions.contains(where: { $0.step.needsApproval && !$0.step.isMark }) { return held }
        let notes = plan.actions.filter { if case .note = $0.step { true } else { false } }
        return MeetingPlan(notes + held.actions, base: plan.base)
    }

    /// What was begun is finished: the same fields of the same side. What invitation-worker was asked for stays asked for.
    private func isBegun(_ write: MeetingWrite?) -> Bool {
        guard let write else { return false }
        if let asked = meeting.asked?.write, asked.side == write.side, asked.change == write.change { return true }
        guard let begun = meeting.intent?.write, begun.side == write.side else { return false }
        switch (begun.change, write.change) {
        case (.create, .create), (.end, .end): return true
        case (.update(let begun), .update(let values)): return values.keys.allSatisfy { begun[$0] != nil }
        default: return false
        }
    }

    /// A person has decided another question of exactly these values, or has approved the write that is on its way and what follows from it.
    private var isDecided: Bool {
        guard let hold = meeting.hold, hold.question != .activation else { return meeting.isApproved }
        switch hold.verdict(on: meeting.observed) {
        case .approve, .keep, .end: return true
        case .refuse, nil: return false
        }
    }
}

extension Meeting {
    /// The question of the activation while what was approved is written, one side after the other: it ends when the row is settled.
    var approval: MeetingHold? {
        guard let hold, hold.question == .activation else { return nil }
        if isApproved { return MeetingHold(.activation, shown: observed, decision: .approve) }
        return MeetingHold(.activation, shown: hold.shown, decision: hold.decision == .approve ? nil : hold.decision)
    }

    /// Both sides are as a person has approved them, but for a write of ours whose outcome was not known.
    fileprivate var isApproved: Bool {
        guard let hold, hold.question == .activation, hold.decision == .approve else { return false }
        // Our own marks in LN give it another version, and the same content.
        if Side.allCases.allSatisfy({ hold.shown[$0].hasContent(of: observed[$0]) }) { return true }
        guard let write = intent?.write, hold.shown[write.side.other] == observed[write.side.other] else {
            return false
        }
        switch write.change {
        case .create(let content): return observed[write.side].content == content
        case .update(let values):
            guard var content = hold.shown[write.side].content else { return false }
            for (group, value) in values { content[group] = value }
            return observed[write.side].content == content
        case .end: return false
        }
    }
}

extension MeetingSnapshot {
    fileprivate func hasContent(of other: MeetingSnapshot) -> Bool {
        switch (self, other) {
        case (.present(let content, _), .present(let others, _)): content == others
        default: self == other
        }
    }
}

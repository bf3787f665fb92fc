import SyncModel
import SyncPlanner

/// What a witness of everything knows, and nobody in the pipeline: whose every value is.
extension MeetingWorld {
    /// What stands there was entered by a user and is neither in step nor on record.
    func isUnrecorded(_ side: Side, _ group: FieldGroup) -> Bool {
        let value = item[side].content, known = agreed[side]
        if value == nil ? known == nil : known.map({ value?[group] == $0[group] }) ?? false { return false }
        return !recorded.contains(Record(side: side, group: group, value: value?[group]))
    }

    mutating func agree(_ side: Side, _ group: FieldGroup, _ value: FieldValue) {
        if item[side].isGone {
            agreed[side] = nil
        } else if agreed[side] == nil {
            agreed[side] = item[side].content
        }
        if var content = agreed[side] {
            content[group] = value
            agreed[side] = content
        }
    }

    /// What a settler's look at both sides and its plan mean.
    mutating func witness(_ plan: MeetingPlan, _ seen: Meeting) {
        if let write = seen.intent?.write, case .update(let written) = write.change,
            let content = seen.observed[write.side].content
        {
            // A user's like value counts as ours.
            inStep(seen, written.filter { content[$0.key] == $0.value }.map { (write.side, $0.key) })
        }
        if let hold = row.hold, hold.decision != nil, hold.shown == seen.observed {
            for side in Side.allCases {
                for group in groups {
                    recorded.insert(Record(side: side, group: group, value: seen.observed[side].content?[group]))
                }
            }
        }
        let bothThere = Side.allCases.allSatisfy { !seen.observed[$0].isGone }
        if bothThere || plan.actions.isEmpty {
            let alike = groups.filter { group in
                Side.allCases.allSatisfy { plan.base.content?.sides[$0][group] == seen.observed[$0].content?[group] }
            }
            if Side.allCases.allSatisfy({ agreed[$0] != nil }) || alike.count == groups.count {
                inStep(seen, Side.allCases.flatMap { side in alike.map { (side, $0) } })
            }
        }
        for action in plan.actions {
            guard case .recordConflict(let conflict) = action.step else { continue }
            recorded.insert(Record(side: conflict.side, group: conflict.group, value: conflict.lost))
        }
    }

    /// These, if they still are as they were read, hold what both sides agree upon.
    private mutating func inStep(_ seen: Meeting, _ places: [(Side, FieldGroup)]) {
        for (side, group) in places {
            let value = seen.observed[side].content, current = item[side].content
            let isAsRead = value == nil ? current == nil : current.map { value?[group] == $0[group] } ?? false
            guard isAsRead else { continue }
            if value == nil || agreed[side] == nil {
                agreed[side] = value
            } else if let value = value?[group], var content = agreed[side] {
                content[group] = value
                agreed[side] = content
            }
        }
    }
}

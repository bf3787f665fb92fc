import SyncModel
import SyncPlanner

/// What can happen next.
extension MeetingWorld {
    enum Step: Hashable {
        case readerSends(Side)
        case intake(Side, Int)
        case decided(MeetingHold.Decision)
        case deadlinePasses
        case settle(Int)
        // Users and chance:
        case edit(Side, FieldGroup, String)
        case delete(Side)
        case bringBack(Side)
        case readerSendsAgain(Side)
        case deltaLags
        case crash(Int)
    }

    /// By those who work for the pipeline, and by whoever decides.
    var progress: [Step] {
        var steps: [Step] = []
        for side in Side.allCases {
            if dirty[side], topic[side].count < 2 { steps.append(.readerSends(side)) }
            steps += topic[side].indices.map { .intake(side, $0) }
        }
        if let hold = row.hold, hold.decision == nil, !row.isDue { steps += [.decided(.keep), .decided(.end)] }
        if let intent = row.intent, intent.deadline > now, settlers.allSatisfy({ $0.phase != .sent }),
            scenario.settlers > 1 || settlers.allSatisfy({ $0.phase == .idle })
        {
            steps.append(.deadlinePasses)
        }
        for (index, settler) in settlers.enumerated() {
            if settler.phase != .idle || (row.isDue && (row.intent.map { $0.deadline <= now } ?? true)) {
                steps.append(.settle(index))
            }
        }
        return steps
    }

    /// By users and chance.
    var events: [Step] {
        var steps: [Step] = []
        for side in Side.allCases where edits < scenario.edits {
            if let content = item[side].content {
                for group in groups {
                    steps += scenario.letters[side].filter { text(content, group) != $0 }.map { .edit(side, group, $0) }
                }
                if canDelete(side) { steps.append(.delete(side)) }
            } else if canBringBack(side) {
                steps.append(.bringBack(side))
            }
        }
        guard faults < scenario.faults else { return steps }
        for side in Side.allCases where !dirty[side] && topic[side].count < 2 { steps.append(.readerSendsAgain(side)) }
        if earlier != nil, dirty.exchange, topic.exchange.count < 2 { steps.append(.deltaLags) }
        for (index, settler) in settlers.enumerated() where settler.phase == .sent || settler.phase == .landed {
            steps.append(.crash(index))
        }
        return steps
    }

    mutating func take(_ step: Step) {
        switch step {
        case .readerSends(let side):
            dirty[side] = false
            send(side, item[side])
        case .intake(let side, let index): takeIn(side, index)
        case .decided(let decision):
            var row = row
            row.hold?.decision = decision
            row.isDue = true
            allowed += 1
            commit(row)
        case .deadlinePasses: if let intent = row.intent { now = max(now, intent.deadline) }
        case .settle(let index): settle(index)
        case .edit(let side, let group, let text):
            guard case .present(var content, _) = item[side] else { return }
            content[group] = group == .subject ? .subject(text) : .location(text)
            change(side, .present(content, nextETag()))
        case .delete(let side):
            deleted = true
            change(side, .gone(.absent))
        case .bringBack(let side):
            var content = first[side]
            for group in groups { content[group] = group == .subject ? .subject("A") : .location("A") }
            change(side, .present(content, nextETag()))
        case .readerSendsAgain(let side):
            faults += 1
            send(side, item[side])
        case .deltaLags:
            faults += 1
            if let earlier { send(.exchange, earlier) }
        case .crash(let index):
            faults += 1
            settlers[index] = Settler()
        }
    }

    private mutating func change(_ side: Side, _ snapshot: MeetingSnapshot) {
        if side == .exchange { earlier = item.exchange }
        item[side] = snapshot
        existed[side] = true
        dirty[side] = true
        edits += 1
    }

    func canDelete(_ side: Side) -> Bool {
        guard scenario.ends, !item[side].isGone else { return false }
        // An activity deleted before its create is known would be made again: nobody can tell.
        if side == .ln, let write = row.intent?.write, case .create = write.change, write.side == .ln { return false }
        return true
    }

    /// At the moment of a re-creation it would be a copy: that is another world's matter.
    func canBringBack(_ side: Side) -> Bool {
        guard scenario.ends, item[side].isGone, existed[side] else { return false }
        let intents = settlers.compactMap(\.intent) + [row.intent].compactMap(\.self)
        let isMaking = intents.contains { if case .create = $0.write.change { true } else { false } }
        let isRead = settlers.contains { $0.reads[side] == .some(item[side]) }
        return !isMaking && !isRead
    }

    func text(_ content: MeetingContent, _ group: FieldGroup) -> String? {
        group == .subject ? content.subject : content.location
    }
}

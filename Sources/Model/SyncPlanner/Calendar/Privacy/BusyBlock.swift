public import SyncModel

/// An Exchange-born private event is one-way, and only when it is and how it shows leave the mailbox (CAL-19).
public enum BusyBlock {
    /// All else is *unknown*, never empty. Readers reduce an event before it goes anywhere.
    public static func reduced(_ content: MeetingContent) -> MeetingContent {
        var block = MeetingContent()
        block.time = content.time
        block.showAs = content.showAs
        block.sensitivity = content.sensitivity
        return block
    }

    /// Nor who was invited and what they answered; nor categories, which have names that people gave them, but for the one that the policy
    /// asks for.
    public static func reduced(_ facts: EventFacts, keeping category: String?) -> EventFacts {
        var reduced = facts
        reduced.responses = [:]
        reduced.categories.formIntersection(category.map { [$0] } ?? [])
        return reduced
    }

    public static func applies(to content: MeetingContent, _ meeting: Meeting, _ policy: CalendarPolicy) -> Bool {
        meeting.birth == .exchange && content.sensitivity?.isPrivate == true && policy.privateEvents != .asNormal
    }

    /// The activity that LN has for it.
    static func activity(for block: MeetingContent, _ policy: CalendarPolicy) -> MeetingContent {
        var activity = block
        activity.subject = policy.privateSubject
        activity.location = ""
        activity.body = MeetingBody("")
        activity.reminder = .off
        activity.attendees = [:]
        return policy.limits.narrow(activity)
    }
}

extension MeetingMerge {
    /// One-way: whatever LN holds otherwise is put back, and what it held is not journalled, for it may be what the owner hides.
    init(
        block: MeetingContent, in ln: MeetingContent, base: MeetingBase.Content, doubt: Set<FieldGroup>,
        _ policy: CalendarPolicy
    ) {
        self.base = base
        self.base.sides.exchange = block
        self.base.waiting = []
        self.base.differing = []
        let wanted = BusyBlock.activity(for: block, policy)
        for group in Self.groups(wanted, ln) {
            guard let theirs = wanted[group], let mine = ln[group] else { continue }
            if policy.limits.narrow(mine) == theirs {
                self.base.sides.ln[group] = mine
                continue
            }
            writes.ln[group] = theirs
            // Agreed upon once LN has it: until then the owner can show the event again, and it is to be seen that LN lacks this.
            if block[group] != nil { self.base.sides.exchange[group] = base.sides.exchange[group] }
            // Without a base it may be a user's (CAL-5). What waits is one's, though it counts as agreed (CAL-10).
            guard base.sides.ln[group] != mine || base.waiting.contains(group) || doubt.contains(group) else {
                continue
            }
            losers.append(MeetingConflict(group, lost: block[group] == nil ? nil : mine, on: .ln))
        }
    }
}

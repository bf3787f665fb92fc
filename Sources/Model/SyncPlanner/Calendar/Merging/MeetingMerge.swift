import SyncModel

/// The three-way merge of two sides that are both there, per field group (CAL-9). Clocks never decide.
struct MeetingMerge {
    /// With what turned out to be alike, or counts as agreed.
    var base: MeetingBase.Content
    /// What each side is to be given.
    var writes: Sides<[FieldGroup: FieldValue]> = Sides(ln: [:], exchange: [:])
    /// What a user entered and will be overwritten.
    var losers: [MeetingConflict] = []
    /// Groups whose value in LN begins to wait.
    var waiting: [FieldGroup] = []

    /// - Parameters:
    ///   - doubt: groups of which an intent of unknown outcome was judged: what is overwritten there is journalled.
    ///   - putBack: groups that a person decided to take from LN.
    ///   - whoStoodIn: attendees whose *Invite* LN has switched off, and no user.
    init(
        _ meeting: Meeting, ln: MeetingContent, exchange: MeetingContent, base: MeetingBase.Content?,
        doubt: Set<FieldGroup>, putBack: Set<FieldGroup>, whoStoodIn: Set<EmailAddress> = [], _ policy: CalendarPolicy
    ) {
        let before = base ?? .unknown
        self.base = before
        if ln == before.sides.ln, exchange == before.sides.exchange, before.waiting.isEmpty,
            before.differing.isEmpty, doubt.isEmpty, whoStoodIn.isEmpty
        {
            return
        }
        // An attendee's value has no place while all are unknown.
        for (side, content) in [(Side.ln, ln), (.exchange, exchange)] where content.attendees != nil {
            if self.base.sides[side].attendees == nil { self.base.sides[side].attendees = [:] }
        }
        let hasSameAttendees =
            ln.attendees == before.sides.ln.attendees && exchange.attendees == before.sides.exchange.attendees
            && doubt.union(before.differing).union(before.waiting).isSubset(of: FieldGroup.fields) && whoStoodIn.isEmpty
        let groups =
            hasSameAttendees
            ? FieldGroup.fields : Self.groups(ln, exchange, before.sides.ln, before.sides.exchange)
        for group in groups {
            // What a side does not show is not compared.
            guard let mine = ln[group], let theirs = exchange[group] else {
                if group == .body { keepLongText(meeting.activityFacts, exchange) }
                continue
            }
            // LN's Call has no location (CAL-18): whatever its event had when the two were linked is agreed upon.
            if group == .location, meeting.activityFacts.kind == .call {
                if before.sides.ln.location == nil { self.base.agree(on: group, .ln, mine, other: theirs) }
                continue
            }
            if case .attendee(let address) = group, whoStoodIn.contains(address), exchange.attendees?[address] != nil {
                invite(address, ln: mine, exchange: theirs, policy)
                continue
            }
            let values = GroupValues(group, ln: mine, exchange: theirs, before, isDoubtful: doubt.contains(group))
            merge(values, isPutBack: putBack.contains(group), meeting, policy)
        }
        for group in WaitingGroups.take(from: &writes.exchange, exchange, meeting, policy) {
            self.base.sides.ln[group] = ln[group]
            self.base.sides.exchange[group] = exchange[group]
            if self.base.waiting.insert(group).inserted { waiting.append(group) }
        }
    }

    /// One group's values, and who has changed it since both were in step.
    private struct GroupValues {
        let group: FieldGroup
        let ln: FieldValue
        let exchange: FieldValue
        /// What LN's value means for the event.
        let wanted: FieldValue
        let isNew: Bool
        let isDoubtful: Bool
        let edited: Sides<Bool>

        init(
            _ group: FieldGroup, ln: FieldValue, exchange: FieldValue, _ base: MeetingBase.Content, isDoubtful: Bool
        ) {
            self.group = group
            self.ln = ln
            self.exchange = exchange
            self.isDoubtful = isDoubtful
            wanted = AttendeeSet.wanted(ln, before: base.sides.ln[group])
            isNew = base.sides.ln[group] == nil || base.differing.contains(group)
            edited = Sides(
                ln: ln != base.sides.ln[group] || base.waiting.contains(group),
                exchange: exchange != base.sides.exchange[group] || base.differing.contains(group))
        }
    }

    private mutating func merge(
        _ values: GroupValues, isPutBack: Bool, _ meeting: Meeting, _ policy: CalendarPolicy
    ) {
        let group = values.group, edited = values.edited
        guard edited.ln || edited.exchange || values.isDoubtful else { return }
        if policy.limits.narrow(values.wanted) == policy.limits.narrow(values.exchange) {
            base.agree(on: group, .ln, values.ln, other: values.exchange)
            return
        }
        let winner: Side
        if meeting.owner == .external {
            winner = .exchange
        } else if isPutBack {
            winner = .ln
        } else if edited.ln, edited.exchange {
            // Linked without a base: Exchange's value (CAL-5).
            winner = values.isNew ? .exchange : Self.winner(group, meeting, policy)
        } else {
            winner = edited.ln ? .ln : .exchange
        }
        switch winner {
        case .ln: writes.exchange[group] = policy.widen(values.wanted, over: values.exchange)
        case .exchange:
            writes.ln[group] = policy.limits.narrow(values.exchange)
            if values.isNew {
                base.sides.ln[group] = values.ln
                base.differing.insert(group)
            }
        }
        let loser = winner.other
        if edited[loser] || values.isDoubtful {
            losers.append(MeetingConflict(group, lost: loser == .ln ? values.ln : values.exchange, on: loser))
        }
    }

    /// LN's text is too long to be read, and Outlook's was changed: both stay as they are, and what was agreed upon stays so, until LN's can
    /// be read and the two are merged.
    private mutating func keepLongText(_ facts: ActivityFacts, _ exchange: MeetingContent) {
        guard facts.hasLongText, let theirs = exchange.body, theirs != base.sides.exchange.body else { return }
        if base.waiting.insert(.body).inserted { waiting.append(.body) }
    }

    /// Who stood in for a customer, as Outlook has him.
    private mutating func invite(
        _ address: EmailAddress, ln: FieldValue, exchange: FieldValue, _ policy: CalendarPolicy
    ) {
        let group = FieldGroup.attendee(address)
        writes.ln[group] = policy.limits.narrow(exchange)
        base.sides.ln[group] = ln
        base.differing.insert(group)
    }

    /// Time and place: Exchange. Text: the side where the meeting was born.
    private static func winner(_ group: FieldGroup, _ meeting: Meeting, _ policy: CalendarPolicy) -> Side {
        if let side = policy.winners[group] { return side }
        return group == .subject || group == .body ? meeting.birth : .exchange
    }

    static func groups(_ contents: MeetingContent...) -> [FieldGroup] {
        var addresses: Set<EmailAddress> = []
        for content in contents {
            if let attendees = content.attendees { addresses.formUnion(attendees.keys) }
        }
        return FieldGroup.fields + addresses.sorted().map(FieldGroup.attendee)
    }
}

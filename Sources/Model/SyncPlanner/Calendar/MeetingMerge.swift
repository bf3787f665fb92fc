import SyncModel

/// The three-way merge of two sides that are both there, per field group (CAL-9). Clocks never decide.
struct MeetingMerge {
    /// With what turned out to be alike, or counts as agreed.
    var base: MeetingBase.Content
    /// What each side is to be given.
    var writes: Sides<[FieldGroup: FieldValue]> = Sides(ln: [:], exchange: [:])
    /// What a user entered and will be overwritten.
    var losers: [MeetingConflict] = []

    /// - Parameter doubt: groups of which an intent of unknown outcome was judged: what is overwritten there is journalled.
    init(
        _ meeting: Meeting, ln: MeetingContent, exchange: MeetingContent, base: MeetingBase.Content?,
        doubt: Set<FieldGroup>, _ policy: CalendarPolicy
    ) {
        self.base = base ?? .unknown
        if ln == self.base.sides.ln, exchange == self.base.sides.exchange, self.base.waiting.isEmpty, doubt.isEmpty {
            return
        }
        let before = self.base
        if self.base.sides.ln.attendees == nil, ln.attendees != nil { self.base.sides.ln.attendees = [:] }
        if self.base.sides.exchange.attendees == nil, exchange.attendees != nil {
            self.base.sides.exchange.attendees = [:]
        }
        for group in Self.groups(ln, exchange, before) {
            // LN's Call has no location (CAL-18); what a side does not show is not compared.
            if group == .location, meeting.activityFacts.kind == .call { continue }
            guard let mine = ln[group], let theirs = exchange[group] else { continue }
            merge(group, mine, theirs, before, doubt.contains(group), meeting, policy)
        }
        for group in WaitingGroups.take(from: &writes.exchange, exchange, meeting, policy) {
            self.base.sides.ln[group] = ln[group]
            self.base.sides.exchange[group] = exchange[group]
            self.base.waiting.insert(group)
        }
    }

    private mutating func merge(
        _ group: FieldGroup, _ ln: FieldValue, _ exchange: FieldValue, _ before: MeetingBase.Content,
        _ isDoubtful: Bool,
        _ meeting: Meeting, _ policy: CalendarPolicy
    ) {
        let baseLN = before.sides.ln[group], baseExchange = before.sides.exchange[group]
        let wanted = Self.wanted(ln, baseLN)
        if policy.limits.narrow(wanted) == policy.limits.narrow(exchange) {
            base.sides.ln[group] = ln
            base.sides.exchange[group] = exchange
            base.waiting.remove(group)
            return
        }
        let editedLN = ln != baseLN || before.waiting.contains(group)
        let editedExchange = exchange != baseExchange
        guard editedLN || editedExchange || isDoubtful else { return }
        let winner: Side
        if meeting.owner == .external {
            winner = .exchange
        } else if editedLN, editedExchange {
            // Linked without a base: Exchange's value (CAL-5).
            winner = baseLN == nil ? .exchange : Self.winner(group, meeting, policy)
        } else {
            winner = editedLN ? .ln : .exchange
        }
        switch winner {
        case .ln: writes.exchange[group] = policy.widen(wanted, over: exchange)
        case .exchange: writes.ln[group] = policy.limits.narrow(exchange)
        }
        let loser = winner.other
        if loser == .ln ? editedLN : editedExchange || isDoubtful {
            losers.append(MeetingConflict(group, lost: loser == .ln ? ln : exchange, on: loser))
        } else if isDoubtful {
            losers.append(MeetingConflict(group, lost: loser == .ln ? ln : exchange, on: loser))
        }
    }

    /// Time and place: Exchange. Text: the side where the meeting was born.
    private static func winner(_ group: FieldGroup, _ meeting: Meeting, _ policy: CalendarPolicy) -> Side {
        if let side = policy.winners[group] { return side }
        return group == .subject || group == .body ? meeting.birth : .exchange
    }

    private static func wanted(_ ln: FieldValue, _ base: FieldValue?) -> FieldValue {
        guard case .attendee(let row) = ln else { return ln }
        var before: MeetingAttendee?
        if case .attendee(let attendee) = base { before = attendee }
        return .attendee(AttendeeSet.wanted(row, before: before))
    }

    private static func groups(
        _ ln: MeetingContent, _ exchange: MeetingContent, _ base: MeetingBase.Content
    ) -> [FieldGroup] {
        var addresses: Set<EmailAddress> = []
        for content in [ln, exchange, base.sides.ln, base.sides.exchange] {
            if let attendees = content.attendees { addresses.formUnion(attendees.keys) }
        }
        return FieldGroup.fields + addresses.sorted().map(FieldGroup.attendee)
    }
}

public import Settling
public import SyncModel

/// How a meeting's row is settled: `meeting.intent` is the intent, `status.intent` shows it to settling.
extension MeetingRow: SettlingRow {
    public var isObserved: Bool { meeting.isDue }

    /// What is found out without an intent holds only for the row as it was planned on.
    public func isUnwritten(since earlier: MeetingRow) -> Bool { false }

    public mutating func endIntent() {
        status.intent = nil
        meeting.intent = nil
    }

    public mutating func doubt(_ intent: Intent) {
        distrust()
        meeting.isDue = true
    }
}

extension MeetingRow {
    /// The last read of the meeting in a user's mailbox that was taken in. Each mailbox's reader counts for itself.
    func lastView(of user: SyncUserID) -> ReadSequence {
        user == mailbox ? meeting.sequence.exchange : views[user] ?? .none
    }

    /// Another mailbox's view is the authority from now on, and its reader's count and its item count.
    mutating func move(to other: SyncUserID) {
        guard other != mailbox else { return }
        if let own = copies[other] { meeting.event?.item = own }
        if meeting.sequence.exchange != .none { views[mailbox] = meeting.sequence.exchange }
        meeting.sequence.exchange = views.removeValue(forKey: other) ?? .none
        mailbox = other
    }

    /// The base is not to be trusted as what the two sides hold: both are read.
    mutating func distrust() {
        meeting.check = true
        status.check = true
    }

    /// Its item in the mailbox in which it is settled; another mailbox's is none there.
    var item: ItemID? {
        if let own = copies[mailbox] { return own }
        guard let known = meeting.event?.item, !copies.values.contains(known) else { return nil }
        return known
    }

    /// Whether another state of the meeting differs by the order of reads alone.
    func differsInOrderAlone(from other: Meeting) -> Bool {
        var mine = meeting, theirs = other
        mine.sequence = theirs.sequence
        (mine.isDue, mine.isNamed) = (false, false)
        (theirs.isDue, theirs.isNamed) = (false, false)
        return mine == theirs
    }
}

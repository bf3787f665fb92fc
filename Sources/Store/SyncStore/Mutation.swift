public import Foundation
public import SyncModel

/// One change to the store, as a value.
public enum Mutation: Sendable {
    /// Stores the row if it still has `status.version`; it then has the next one. A version of 0 makes a new row.
    case contactLink(ContactLink)
    /// Sets `check` on the rows that exist of these, whatever their version, which rises.
    case checkContactLinks([ContactLinkID])

    /// Stores the user if he still has `version`; he then has the next one. A version of 0 makes a new user.
    case user(SyncUser)
    /// Begins a baseline of these users' mailboxes, whatever their version; with `check` none of their rows is trusted as
    /// settled until the baseline has passed.
    case beginBaseline([SyncUserID], check: Bool)
    /// Rests a user's due rows: they go on taking what they observe.
    case restRows(of: SyncUserID)
    /// Makes a user's resting rows due.
    case wakeRows(of: SyncUserID)
    /// Makes a user's held rows due: what held them is decided.
    case releaseRows(of: SyncUserID)
    /// Nothing of a user's rows is in his mailbox any more: their items are forgotten, none is trusted, and their next generation
    /// begins; what was held or refused is due. What he deleted himself stays deleted.
    case restartRows(of: SyncUserID)
    /// Makes a user's rows due now that were to be tried again later.
    case hastenRows(of: SyncUserID)
    /// Stores the row if it still has `status.version`; it then has the next one. A version of 0 makes a new row. Lost too where
    /// another row is of its activity, or of its event and occurrence. Where its event is hidden from now on (CAL-19), the journal forgets
    /// the words of its entries, and what of it was still to be sent is not.
    case meeting(MeetingRow)
    /// Deletes the row if it still has that version: it has become one with another, which the same commit stores. Wherever it stands
    /// among a commit's mutations, it comes before the rows.
    case removeMeeting(MeetingID, version: Int64)
    /// Sets `check` on the rows that exist of these, whatever their version, which rises.
    case checkMeetings([MeetingID])
    /// Begins a baseline of these users' calendars on these sides, whatever their version; with `check` none of their meetings is
    /// trusted as settled until it has been read.
    case beginCalendarBaseline([SyncUserID], Set<Side>, check: Bool)
    /// Rests the due meetings of a user's mailbox: they go on taking what they observe.
    case restMeetings(of: SyncUserID)
    /// Makes the meetings due that `restMeetings` rests: those without a reason. What a rule lets rest goes on resting.
    case wakeMeetings(of: SyncUserID)
    /// Makes a mailbox's held meetings due: what held them is decided.
    case releaseMeetings(of: SyncUserID)
    /// Makes a mailbox's refused meetings due: what refused them may be mended.
    case retryMeetings(of: SyncUserID)
    /// Another calendar stands behind the user's address: what was known of the events in his is forgotten, and nothing is trusted as
    /// agreed upon. Activities go on, at rest or due; of meetings that have none a tombstone stays.
    case restartMeetings(of: SyncUserID)
    /// Makes the meetings due now that were to be tried again later.
    case hastenMeetings(of: SyncUserID)
    /// Adds to what is to be sent.
    case outbox(OutboxDraft)
    /// Deletes what was acknowledged.
    case sent([Int64])

    /// Sets a setting, whatever it was: an equal value counts as a change too.
    case setting(SettingName, value: String, by: String)
    /// Writes nothing: the commit is lost where users or settings have changed since (`StoreSnapshot.changes`).
    case unchangedControl(since: Int64)

    /// Moves a group's position of a partition, if it is still `from` (`nil`: none recorded).
    case intakePosition(group: String, IntakePartition, from: IntakePosition?, to: IntakePosition)
    /// Records what is published of one key.
    case published(Company, EntitySet, key: String, Published)
    case cursor(CursorName, String)
    /// Sets a cursor that is still `from` (`nil`: there is none): what several processes count together, such as the guard over ends.
    case exchangeCursor(CursorName, from: String?, to: String)

    case journal(JournalDraft)
    /// Stores the hold, or what became of it. Lost where it was decided meanwhile: a decision stays, but for a vanished folder that was
    /// left as it is and now is to be made again.
    case hold(Hold)
    /// The last decision of an origin counts.
    case deadLetterDecision(DeadLetterOrigin, DeadLetterDecision)
}

/// What became of a commit.
public enum CommitOutcome: Sendable, Hashable {
    case committed
    /// Nothing was written: what the commit was planned on is no longer so.
    case lost(Lost)

    public enum Lost: Sendable, Hashable {
        case contactLink(ContactLinkID)
        case meeting(MeetingID)
        case user(SyncUserID)
        case cursor(CursorName)
        case control
        case intakePosition(IntakePartition)
        case lease(LeaseName)
        case hold(UUID)
    }
}

import Foundation
import StoreIntake
import SyncEvents
import SyncModel
import SyncPlanner

/// A batch on its way into the meetings' rows: what it says, the rows it may be about, and what becomes of them.
///
/// An item belongs to the row that has it, else to the row that it names and that has none on this side, else to a row of its own (CAL-5).
/// An event's content is what its owner's mailbox shows; other mailboxes' views carry answers, and where the meeting is to be found.
public struct MeetingBatch: Sendable {
    let records: [Int64: Result<MeetingRecord, Rejection>]
    private var rows: [MeetingRow]
    private var changed: Set<MeetingID> = []
    private let users: [SyncUserID: SyncUser]
    private let directory: UserDirectory
    private let partition: @Sendable (SyncUserID) -> Int32

    init(
        _ records: [Int64: Result<MeetingRecord, Rejection>], _ rows: [MeetingRow], users: [SyncUserID: SyncUser],
        partition: @escaping @Sendable (SyncUserID) -> Int32
    ) {
        self.records = records
        self.rows = rows.sorted { $0.id < $1.id }
        self.users = users
        directory = UserDirectory(Array(users.values))
        self.partition = partition
    }

    var changedRows: [MeetingRow] { rows.filter { changed.contains($0.id) } }

    mutating func take(_ record: MeetingRecord, _ read: MeetingRead) -> MergeVerdict {
        switch record {
        case .activityChanged(let activity): take(activity, read)
        case .activityDeleted(let activity): take(activity, read)
        case .eventChanged(let event): take(event, read)
        case .eventDeleted(let event): take(event, read)
        }
    }

    // MARK: LN

    private mutating func take(_ activity: ActivityChanged, _ read: MeetingRead) -> MergeVerdict {
        let snapshot: MeetingSnapshot =
            activity.isNotHeld ? .gone(.notHeld(activity.etag)) : .present(activity.content, activity.etag)
        let observation = MeetingObservation(.ln, read.sequence, snapshot, facts: .activity(activity.facts))
        // An activity names a single event: no occurrence of a series.
        let candidates = rows.indices.filter {
            rows[$0].occurrence.isEmpty || rows[$0].meeting.activity == activity.activity
        }
        let place = MeetingPlace(
            activity: activity.activity, naming: activity.facts.meetingKey, among: candidates.map { rows[$0].meeting })
        switch place {
        case .known(let index):
            return observe(observation, at: candidates[index], read)
        case .named(let index):
            rows[candidates[index]].meeting.activity = activity.activity
            rows[candidates[index]].meeting.noteMade(on: .ln)
            return observe(observation, at: candidates[index], read)
        case .new(let isCopy):
            let organizer = activity.facts.organizer
            var meeting = Meeting(
                owner: organizer.map { .user($0) } ?? .nobody, birth: activity.isCreatedInLN ? .ln : .exchange)
            meeting.activity = activity.activity
            meeting.isCopy = isCopy
            append(meeting, .activity(activity.activity), read)
            return observe(observation, at: rows.count - 1, read)
        }
    }

    private mutating func take(_ activity: ActivityDeleted, _ read: MeetingRead) -> MergeVerdict {
        let observation = MeetingObservation(.ln, read.sequence, .gone(.absent))
        if let index = rows.firstIndex(where: { $0.meeting.activity == activity.activity }) {
            return observe(observation, at: index, read)
        }
        // The tombstone keeps a slower, older state from making it.
        var meeting = Meeting(owner: .nobody, birth: .ln)
        meeting.activity = activity.activity
        meeting.sequence.ln = read.sequence
        append(meeting, .activity(activity.activity), read)
        rows[rows.count - 1].status.state = .tombstone
        return .merged
    }

    // MARK: Exchange

    private mutating func take(_ event: EventChanged, _ read: MeetingRead) -> MergeVerdict {
        let candidates = rows.indices.filter { rows[$0].occurrence == event.occurrence }
        let place = MeetingPlace(
            event: event.event, naming: event.facts.activity, among: candidates.map { rows[$0].meeting })
        let index: Int
        switch place {
        case .known(let known): index = candidates[known]
        case .named(let named): index = candidates[named]
        case .new(let isCopy):
            var meeting = Meeting(owner: event.owner, birth: .exchange)
            meeting.isCopy = isCopy
            append(meeting, .event(event.event.uid, occurrence: event.occurrence), read)
            index = rows.count - 1
            rows[index].occurrence = event.occurrence
        }
        guard read.sequence > rows[index].lastView(of: event.user) else { return .older }
        let isNew = rows[index].meeting.event?.uid != event.event.uid
        if isNew {
            rows[index].meeting.event = event.event
            rows[index].copies = [:]
            rows[index].meeting.noteMade(on: .exchange)
        }
        // Whoever organizes it in Exchange is its owner; LN may name another by now (CAL-15).
        if isNew || rows[index].meeting.owner == .nobody { rows[index].meeting.owner = event.owner }
        let isTaken = rows[index].meeting.owner == .external && event.owner == .user(event.user)
        if isTaken {
            // Its organizer has become a sync user: it is his from here (CAL-3).
            rows[index].meeting.owner = event.owner
            rows[index].meeting.wasExternal = rows[index].meeting.activity != nil || rows[index].meeting.intent != nil
        }
        if event.isCancelled, rows[index].meeting.owner == .external,
            rows[index].copies.keys.contains(where: { $0 != event.user })
        {
            // Who is invited no longer has a cancelled copy: the meeting goes on with the others (CAL-3).
            return leave(event.user, at: index, read)
        }
        let hadCopy = rows[index].copies.updateValue(event.event.item, forKey: event.user) == event.event.item
        moveMailbox(at: index, read)
        guard rows[index].mailbox == event.user else { return takeView(event, at: index, read, isNew || !hadCopy) }
        rows[index].meeting.event = event.event
        let snapshot: MeetingSnapshot =
            event.isCancelled ? .gone(.cancelled) : .present(event.content, event.etag)
        let verdict = observe(
            MeetingObservation(.exchange, read.sequence, snapshot, facts: .event(event.facts)), at: index, read)
        guard isTaken else { return verdict }
        rows[index].distrust()
        makeDue(at: index, read)
        return .merged
    }

    /// What an attendee's own copy says: his answer. An answer never goes back to None (CAL-16).
    private mutating func takeView(
        _ event: EventChanged, at index: Int, _ read: MeetingRead, _ isNew: Bool
    ) -> MergeVerdict {
        rows[index].views[event.user] = read.sequence
        changed.insert(rows[index].id)
        let address = EmailAddress(event.address.folded)
        guard event.response != .none, rows[index].meeting.answers[address] != event.response else {
            return isNew ? .merged : .equal
        }
        rows[index].meeting.answers[address] = event.response
        if rows[index].meeting.activity != nil { makeDue(at: index, read) }
        return .merged
    }

    private mutating func take(_ event: EventDeleted, _ read: MeetingRead) -> MergeVerdict {
        let found = rows.firstIndex { $0.meeting.event?.uid == event.event.uid && $0.occurrence == event.occurrence }
        guard let index = found else {
            var meeting = Meeting(owner: .nobody, birth: .exchange)
            meeting.event = event.event
            append(meeting, .event(event.event.uid, occurrence: event.occurrence), read)
            rows[rows.count - 1].occurrence = event.occurrence
            rows[rows.count - 1].mailbox = event.user
            rows[rows.count - 1].meeting.sequence.exchange = read.sequence
            rows[rows.count - 1].status.state = .tombstone
            return .merged
        }
        guard read.sequence > rows[index].lastView(of: event.user) else { return .older }
        let copy = rows[index].copies[event.user]
        let isOther = copy != nil && copy != event.event.item
        let isAuthority = rows[index].mailbox == event.user
        if !isAuthority || isOther {
            // An attendee removes his own copy alone; and what was moved or made again has another id.
            rows[index].views[event.user] = read.sequence
            if isAuthority { rows[index].meeting.sequence.exchange = read.sequence }
            if !isOther { rows[index].copies[event.user] = nil }
            changed.insert(rows[index].id)
            return .equal
        }
        rows[index].copies[event.user] = nil
        if rows[index].meeting.owner == .external, !rows[index].copies.isEmpty {
            // One attendee's 404 ends nothing (CAL-3).
            return leave(event.user, at: index, read)
        }
        return observe(MeetingObservation(.exchange, read.sequence, .gone(.absent)), at: index, read)
    }

    /// One mailbox has a customer's meeting no more, others have: theirs is looked at. What was read here is kept with the mailbox.
    private mutating func leave(_ user: SyncUserID, at index: Int, _ read: MeetingRead) -> MergeVerdict {
        rows[index].copies[user] = nil
        changed.insert(rows[index].id)
        guard rows[index].mailbox == user else {
            rows[index].views[user] = read.sequence
            return .equal
        }
        rows[index].meeting.sequence.exchange = read.sequence
        moveMailbox(at: index, read)
        rows[index].distrust()
        makeDue(at: index, read)
        return .merged
    }

    // MARK: Rows

    private mutating func append(_ meeting: Meeting, _ subject: MeetingSubject, _ read: MeetingRead) {
        let status = RowStatus(partition: read.partition, sequence: read.sequence, priority: read.priority)
        let id = Identity.meeting(subject, first: read.sequence)
        rows.append(MeetingRow(id: id, status: status, meeting: meeting, mailbox: read.key))
        changed.insert(id)
    }

    private mutating func observe(
        _ observation: MeetingObservation, at index: Int, _ read: MeetingRead
    ) -> MergeVerdict {
        let before = rows[index]
        switch MeetingIntake(observation, into: before.meeting) {
        case .older:
            rows[index] = before
            return .older
        case .echo(let meeting):
            rows[index].meeting = meeting
            rows[index].status.sequence = read.sequence
            changed.insert(before.id)
            guard isBack(observation, before) else { return .equal }
            makeDue(at: index, read)
            return .merged
        case .merged(var meeting):
            changed.insert(before.id)
            if read.isNamed { meeting.isNamed = true }
            if !isBack(observation, before), changesNothing(meeting, before) {
                meeting.isDue = before.meeting.isDue
                rows[index].meeting = meeting
                rows[index].status.sequence = read.sequence
                return .equal
            }
            rows[index].meeting = meeting
            if meeting.event == nil, case .activity(let facts)? = observation.facts {
                rows[index].meeting.owner = facts.organizer.map { .user($0) } ?? .nobody
            }
            moveMailbox(at: index, read)
            makeDue(at: index, read)
            return .merged
        }
    }

    /// Its event was in another calendar, and its reader sees it in the default one again (CAL-4).
    private func isBack(_ observation: MeetingObservation, _ before: MeetingRow) -> Bool {
        before.status.state == .refused && observation.side == .exchange && !observation.snapshot.isGone
            && before.status.reason?.hasPrefix("CAL-4:") == true
    }

    /// What is held, refused or at rest stays so while nothing but the reads' numbers has changed; what rests goes on when push names it
    /// (CAL-4), and what was refused is tried again where nothing of it is trusted: a baseline has begun since.
    private func changesNothing(_ meeting: Meeting, _ before: MeetingRow) -> Bool {
        if before.status.state == .refused, before.meeting.check { return false }
        if before.status.state == .resting, meeting.isNamed { return false }
        return [.held, .refused, .resting].contains(before.status.state) && before.differsInOrderAlone(from: meeting)
    }

    private mutating func makeDue(at index: Int, _ read: MeetingRead) {
        var status = rows[index].status
        status.priority = status.state == .due ? min(status.priority, read.priority) : read.priority
        status.sequence = read.sequence
        status.attempts = 0
        status.reason = nil
        status.state = .due
        status.due = max(read.now, rows[index].meeting.intent?.deadline ?? read.now)
        rows[index].status = status
        rows[index].meeting.isDue = true
        changed.insert(rows[index].id)
    }

    /// Where the row is settled: in its owner's mailbox; a customer's meeting in that of the lowest-coded sync user who has it (CAL-3);
    /// else in that of the lowest-coded one invited, so that he can be told why it is nowhere (CAL-2).
    private mutating func moveMailbox(at index: Int, _ read: MeetingRead) {
        let row = rows[index]
        let mailbox: SyncUserID
        switch row.meeting.owner {
        case .user(let owner): mailbox = owner
        case .external: mailbox = lowest(of: row.copies.keys) ?? row.mailbox
        case .nobody:
            let invited = row.meeting.activityFacts.rows.filter(\.isInvited).compactMap(\.address)
            mailbox = lowest(of: invited.compactMap { directory[$0]?.id }) ?? read.key
        }
        rows[index].move(to: mailbox)
        let isUsers = users[mailbox] != nil && row.meeting.owner == .user(mailbox)
        rows[index].status.partition = isUsers ? partition(mailbox) : read.partition
        // Where its former mailbox's user was switched off, the other's being woken would not wake it (SET-3).
        if mailbox != row.mailbox, row.status.state == .resting, row.status.reason == nil { makeDue(at: index, read) }
    }

    private func lowest(of ids: some Sequence<SyncUserID>) -> SyncUserID? {
        let known = ids.compactMap { users[$0] }.sorted { $0.code < $1.code }
        return (known.first(where: \.isActive) ?? known.first)?.id ?? ids.min()
    }
}

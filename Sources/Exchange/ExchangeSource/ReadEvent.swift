import ExchangeClient
import Foundation
import SyncEvents
import SyncModel
import SyncPlanner

/// An event as one read of a mailbox showed it, or proved it to be gone: ready to be published.
struct ReadEvent: Sendable, Hashable {
    enum Data: Sendable, Hashable {
        case changed(EventChanged)
        case deleted(EventDeleted)
    }

    var data: Data
    /// Of the read that showed it.
    var sequence: ReadSequence
    var key: MeetingRecordKey
    /// Where the key does not tell it: the row's.
    var partition: Int32?

    var event: EventKey {
        switch data {
        case .changed(let changed): changed.event
        case .deleted(let deleted): deleted.event
        }
    }

    var occurrence: String {
        switch data {
        case .changed(let changed): changed.occurrence
        case .deleted(let deleted): deleted.occurrence
        }
    }

    var isDeletion: Bool { if case .deleted = data { true } else { false } }
}

/// Makes what is published of a mailbox's events: by its owner, and without what a private one hides.
struct EventReduction: Sendable {
    let user: SyncUser
    let directory: UserDirectory
    let choices: CalendarChoices

    /// - Parameters:
    ///   - event: its facts name the activity, where that is known.
    ///   - uid: the series' own, of an occurrence.
    ///   - row: of that event, where there is one.
    func changed(
        _ event: ExchangeEvent, uid: ICalUID, occurrence: String, row: MeetingRow?, activityRow: MeetingRow? = nil,
        _ sequence: ReadSequence
    ) -> ReadEvent {
        let isHidden = hides(event, row)
        var facts = event.facts
        facts.isRecurring = event.kind != .single
        // Nobody in this process knows LN's contacts.
        facts.hasKnownContact = row?.meeting.eventFacts.hasKnownContact ?? false
        if isHidden {
            facts = BusyBlock.reduced(
                facts, keeping: choices.inbound == .category ? choices.inboundCategory : nil)
        }
        let owner = owner(of: event)
        let changed = EventChanged(
            user: user.id, event: EventKey(item: event.key.item, uid: uid), occurrence: occurrence, etag: event.etag,
            content: isHidden ? BusyBlock.reduced(event.content) : event.content, facts: facts, owner: owner,
            isCancelled: event.isCancelled, response: event.response, address: EmailAddress(user.email.folded))
        let place = place(row ?? activityRow, owner: owner, organizer: event.organizer)
        return ReadEvent(data: .changed(changed), sequence: sequence, key: place.key, partition: place.partition)
    }

    /// An occurrence that is as its series says: only when it is is known of it. It rests (CAL-17).
    func occurrence(
        _ occurrence: CalendarOccurrence, uid: ICalUID, row: MeetingRow?, owner: MeetingOwner?,
        organizer: EmailAddress?, _ sequence: ReadSequence
    ) -> ReadEvent {
        var content = MeetingContent()
        content.time = .timed(start: occurrence.start, end: occurrence.end, zone: nil)
        let owner = owner ?? row?.meeting.owner ?? .user(user.id)
        let changed = EventChanged(
            user: user.id, event: EventKey(item: occurrence.item, uid: uid),
            occurrence: Self.name(ofOccurrence: occurrence.start), etag: occurrence.etag, content: content,
            facts: EventFacts(isRecurring: true), owner: owner, isCancelled: false, response: .none,
            address: EmailAddress(user.email.folded))
        let place = place(row, owner: owner, organizer: organizer)
        return ReadEvent(data: .changed(changed), sequence: sequence, key: place.key, partition: place.partition)
    }

    /// A GET answered 404 for a row's item; `nil` where the row has no event.
    func deleted(_ item: ItemID, of row: MeetingRow, _ sequence: ReadSequence) -> ReadEvent? {
        guard let uid = row.meeting.event?.uid else { return nil }
        let place = place(row, owner: row.meeting.owner, organizer: nil)
        return ReadEvent(
            data: .deleted(
                EventDeleted(user: user.id, event: EventKey(item: item, uid: uid), occurrence: row.occurrence)),
            sequence: sequence, key: place.key, partition: place.partition)
    }

    /// Of an occurrence: its original start.
    static func name(ofOccurrence start: Date) -> String { start.formatted(.iso8601) }

    /// By Exchange's organizer: one without an address is the mailbox's own (CAL-2, CAL-3).
    func owner(of event: ExchangeEvent) -> MeetingOwner {
        guard !event.isOrganizer, let organizer = event.organizer else { return .user(user.id) }
        guard let known = directory[organizer], known.isActive else { return .external }
        return .user(known.id)
    }

    /// CAL-19. What LN has made is no secret to LN; of all else only when it is and how it shows leaves the mailbox. A copy of an event of
    /// LN's is its owner's own.
    func hides(_ event: ExchangeEvent, _ row: MeetingRow?) -> Bool {
        guard event.content.sensitivity?.isPrivate == true, choices.privateEvents != .asNormal else { return false }
        guard let row, row.meeting.birth == .ln else { return true }
        return row.meeting.event?.item != event.key.item
    }

    /// The owner in a row wins (architecture, *Keys*).
    private func place(
        _ row: MeetingRow?, owner: MeetingOwner, organizer: EmailAddress?
    ) -> (key: MeetingRecordKey, partition: Int32?) {
        switch (row?.meeting.owner ?? owner, row?.meeting.activity) {
        case (.user(let id), _): (MeetingRecordKey(owner: id), nil)
        case (.nobody, let activity?): (MeetingRecordKey(activity), nil)
        case (.external, _), (.nobody, nil):
            if let organizer {
                (MeetingRecordKey(organizer: organizer), nil)
            } else {
                // Who organized it was never kept.
                (MeetingRecordKey(owner: user.id), row?.status.partition)
            }
        }
    }
}

extension MeetingRow {
    /// The event's item in a user's mailbox, as far as it is known.
    func item(in user: SyncUserID) -> ItemID? {
        copies[user] ?? (meeting.owner == .user(user) || mailbox == user ? meeting.event?.item : nil)
    }

    func isLinked(to item: ItemID, in user: SyncUserID) -> Bool {
        copies[user] == item || meeting.event?.item == item
    }

    /// Whether that version is what was observed last, with nothing else to be settled of it: an echo of our own write, or of a read. In
    /// doubt it is none (CAL-13).
    func isEcho(_ item: ItemID, _ etag: ETag) -> Bool {
        guard status.state != .tombstone, meeting.event?.item == item, meeting.intent == nil, meeting.hold == nil,
            !meeting.check, !status.check, case .present(_, let known) = meeting.observed.exchange
        else { return false }
        return known == etag
    }
}

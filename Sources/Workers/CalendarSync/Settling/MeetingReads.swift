import ExchangeClient
import Foundation
import LNClient
import MailboxSettling
import Settling
import SyncModel
import SyncPlanner
import SyncStore

/// Reads a meeting by key, each side as it is now (CAL-11). What its owner hides does not leave this place (CAL-19).
struct MeetingReads: Sendable {
    let store: any SyncStore
    let companies: Companies
    let exchange: any ExchangeCalendar
    let identity: IdentityCheck

    func read(
        _ side: Side, _ row: inout MeetingRow, _ work: inout MeetingWork, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) {
        switch side {
        case .ln: try await readActivity(&row, &work)
        case .exchange: try await readEvent(&row, &work, policy)
        }
        work.note(side)
    }

    // MARK: LN

    private func readActivity(_ row: inout MeetingRow, _ work: inout MeetingWork) async throws(SettlingFailure) {
        work.activity = nil
        var found: LNActivity?
        if let key = row.meeting.activity {
            guard let ln = companies[key.company] else {
                throw .refused(
                    rule: "CAL-7",
                    "company \(key.company) is not among those that calendar-worker reads: the setting ln.company names it"
                )
            }
            do throws(LNError) {
                found = try await ln.activity(key.activity)
            } catch {
                throw SettlingFailure(error, rule: "CAL-11")
            }
        }
        // Made anew, it is another than the one that the row has, which is gone.
        if let write = row.meeting.intent?.write, write.side == .ln, !write.isRevival,
            case .create(let content) = write.change
        {
            found = try await madeActivity(content, found, row, work)
        }
        guard let found else {
            row.meeting.observed.ln = .gone(.absent)
            return
        }
        take(found, &row, &work)
    }

    /// What a create of unknown outcome has made: it names the event. LN makes an activity in several steps: what is missing of its organizer
    /// and attendees nobody has removed, and it is completed.
    /// - Parameter known: the activity that the row has already: its reader may have been faster.
    private func madeActivity(
        _ content: MeetingContent, _ known: LNActivity?, _ row: MeetingRow, _ work: MeetingWork
    ) async throws(SettlingFailure) -> LNActivity? {
        guard let uid = row.meeting.event?.uid, let ln = companies.home else { return known }
        let others = try await otherActivities(naming: uid, row)
        do throws(LNError) {
            var found = known
            if found == nil {
                found = try await ln.activities(naming: uid).filter { !others.contains($0.key) }
                    .min { $0.key.activity < $1.key.activity }
            }
            guard let found, !found.isNotHeld, found.facts.meetingKey == uid,
                let host = work.address(of: row.mailbox), !found.isWhole(host)
            else { return found }
            return try await ln.createActivity(
                content, kind: .appointment, meetingKey: uid, organizer: host,
                attendees: MeetingWrites.attendees(content, row), besides: others)
        } catch {
            throw SettlingFailure(error, rule: "CAL-7")
        }
    }

    /// Activities that name the row's event and are other rows': an event that was deleted and made again for its activity may come back
    /// from Deleted Items, and is a meeting of its own then (CAL-5).
    func otherActivities(
        naming uid: ICalUID, _ row: MeetingRow
    ) async throws(SettlingFailure) -> Set<ActivityKey> {
        Set(try await otherRows(naming: uid, row).compactMap(\.meeting.activity))
    }

    private func otherRows(naming uid: ICalUID, _ row: MeetingRow) async throws(SettlingFailure) -> [MeetingRow] {
        do throws(StoreError) {
            return try await store.meetings(activities: [], events: [uid]).filter { $0.id != row.id }
        } catch {
            throw .later(error.message)
        }
    }

    /// The activity as it was just read.
    func take(_ activity: LNActivity, _ row: inout MeetingRow, _ work: inout MeetingWork) {
        work.activity = activity
        row.meeting.activity = activity.key
        row.meeting.activityFacts = facts(activity, work)
        row.meeting.observed.ln = Self.snapshot(activity)
    }

    func facts(_ activity: LNActivity, _ work: MeetingWork) -> ActivityFacts {
        var facts = activity.facts
        facts.organizer = work.user(activity.organizer)
        return facts
    }

    static func snapshot(_ activity: LNActivity) -> MeetingSnapshot {
        activity.isNotHeld ? .gone(.notHeld(activity.etag)) : .present(activity.content, activity.etag)
    }

    // MARK: Exchange

    private func readEvent(
        _ row: inout MeetingRow, _ work: inout MeetingWork, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) {
        work.event = nil
        guard let mailbox = work.address(of: row.mailbox) else {
            // Whoever can't be asked has not said that it is gone.
            guard row.item == nil else { throw .refused(rule: "CAL-2", "its owner is no sync user any more") }
            row.meeting.observed.exchange = .gone(.absent)
            return
        }
        if let made = try await madeEvent(row, mailbox) {
            take(made, &row, &work, policy)
            return
        }
        var items = [row.item].compactMap(\.self)
        if items.isEmpty {
            row.meeting.observed.exchange = .gone(.absent)
            return
        }
        // One attendee's 404 ends nothing (CAL-3): the others' copies are looked at.
        var mailboxes = [(row.mailbox, mailbox)]
        if row.meeting.owner == .external {
            let others = row.copies.keys.filter { $0 != row.mailbox }.compactMap { work.snapshot.users[$0] }
                .filter(\.isActive).sorted { $0.code < $1.code }
            mailboxes += others.map { ($0.id, $0.email) }
            items += others.compactMap { row.copies[$0.id] }
        }
        let uid = row.meeting.event?.uid
        var elsewhere: ExchangeError?
        var cancelled: (SyncUserID, ExchangeEvent)?
        for ((user, address), item) in zip(mailboxes, items) {
            switch await attempt({ try await exchange.event(item, uid: uid, of: address) }) {
            case .success(let event) where event.isCancelled && row.meeting.owner == .external:
                // Who is invited no longer has a cancelled copy: it is the meeting's end where nobody has another (CAL-3).
                cancelled = cancelled ?? (user, event)
                row.copies[user] = nil
            case .success(let event):
                row.move(to: user)
                take(event, &row, &work, policy)
                return
            case .failure(let error) where error.kind == .inAnotherCalendar: elsewhere = error
            case .failure(let error) where error.kind == .notFound:
                // What is not in a mailbox is gone only where it is the mailbox that it was in.
                try await identity.require(
                    user, address, work, "that the event is not in it proves nothing")
                if row.meeting.owner == .external { row.copies[user] = nil }
            case .failure(let error):
                throw SettlingFailure(error, rule: "CAL-18")
            }
        }
        // It goes on where nothing is kept in step: no end, and nothing is written (CAL-4).
        if let elsewhere { throw SettlingFailure(elsewhere, rule: "CAL-4") }
        if let (user, event) = cancelled {
            row.move(to: user)
            take(event, &row, &work, policy)
            return
        }
        row.meeting.observed.exchange = .gone(.absent)
    }

    /// What a create of unknown outcome has made: it carries our property.
    private func madeEvent(_ row: MeetingRow, _ mailbox: EmailAddress) async throws(SettlingFailure) -> ExchangeEvent? {
        guard let write = row.meeting.intent?.write, write.side == .exchange, case .create = write.change,
            let activity = row.meeting.activity
        else { return nil }
        switch await attempt({ try await exchange.events(named: activity.description, in: mailbox) }) {
        case .success(let events):
            for event in events where !event.isCancelled {
                if try await !isAnothers(event, row) { return event }
            }
            return nil
        case .failure(let error): throw SettlingFailure(error, rule: "CAL-6")
        }
    }

    /// Whether another row has the event. What a store that was restored does not know to have made may have come to a row of its own by now.
    func isAnothers(_ event: ExchangeEvent, _ row: MeetingRow) async throws(SettlingFailure) -> Bool {
        try await otherRows(naming: event.key.uid, row)
            .contains { $0.occurrence.isEmpty && $0.meeting.event?.uid == event.key.uid }
    }

    /// The event as it was just read.
    func take(
        _ event: ExchangeEvent, _ row: inout MeetingRow, _ work: inout MeetingWork, _ policy: CalendarPolicy
    ) {
        work.event = event
        row.meeting.event = event.key
        row.copies[row.mailbox] = event.key.item
        row.meeting.eventFacts = facts(event, row, policy)
        row.meeting.observed.exchange = snapshot(event, row, work, policy)
    }

    func facts(_ event: ExchangeEvent, _ row: MeetingRow, _ policy: CalendarPolicy) -> EventFacts {
        var facts = event.facts
        if Self.hides(event, row, policy) { facts = BusyBlock.reduced(facts, keeping: policy.inbound.category) }
        facts.isRecurring = event.kind != .single
        // Who knows LN's contacts has told it.
        facts.hasKnownContact = facts.hasKnownContact || row.meeting.eventFacts.hasKnownContact
        return facts
    }

    func snapshot(
        _ event: ExchangeEvent, _ row: MeetingRow, _ work: MeetingWork, _ policy: CalendarPolicy
    ) -> MeetingSnapshot {
        if event.isCancelled { return .gone(.cancelled) }
        var content = event.content
        if row.meeting.owner == .external { content = Self.customers(content, event.organizer, row, work) }
        if Self.hides(event, row, policy) { content = BusyBlock.reduced(content) }
        return .present(content, event.etag)
    }

    /// Whether its owner hides it (CAL-19).
    private static func hides(_ event: ExchangeEvent, _ row: MeetingRow, _ policy: CalendarPolicy) -> Bool {
        row.meeting.birth == .exchange && event.content.sensitivity?.isPrivate == true
            && policy.privateEvents != .asNormal
    }

    /// A customer's meeting as LN has it: the customer is an attendee, and who organizes it in LN is none (CAL-3).
    private static func customers(
        _ content: MeetingContent, _ organizer: EmailAddress?, _ row: MeetingRow, _ work: MeetingWork
    ) -> MeetingContent {
        var content = content
        guard content.attendees != nil else { return content }
        // One of ours or not; before there is an activity, who will be it.
        let facts = row.meeting.activityFacts
        let host =
            work.activity?.organizer ?? facts.rows.first(where: \.isOrganizer)?.address
            ?? work.address(of: facts.organizer ?? row.mailbox)
        if let organizer = organizer?.usable { content.attendees?[organizer] = MeetingAttendee(.required) }
        if let host { content.attendees?[EmailAddress(host.folded)] = nil }
        return content
    }
}

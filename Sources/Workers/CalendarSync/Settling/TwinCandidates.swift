import ExchangeClient
import Foundation
import LNClient
import MailboxSettling
import Settling
import SyncModel
import SyncPlanner
import SyncStore

/// An item of the other side that may be the same meeting, as its row has it, or as a meeting of its own.
struct TwinCandidate: Sendable {
    var meeting: Meeting
    /// `nil`: no reader has sent it yet.
    var row: MeetingRow?
    var copies: [SyncUserID: ItemID] = [:]
}

/// Finds what `TwinSearch` chooses from: by our property or the meeting key, by what this one names, by organizer and time (CAL-5). Where one
/// would be linked by its looks alone, also what of the row's own side looks like it.
struct TwinCandidates: Sendable {
    let store: any SyncStore
    let companies: Companies
    let exchange: any ExchangeCalendar

    func candidates(
        for row: MeetingRow, _ work: MeetingWork, _ reads: MeetingReads, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        let isEvent = row.meeting.observed.ln.isGone
        let found =
            isEvent ? try await activities(row, work, reads) : try await events(row, work, reads, policy)
        guard let twin = TwinSearch.lookalike(of: row.meeting, among: found.map(\.meeting), policy.limits) else {
            return found
        }
        // By the search that the other side's item would make.
        return found
            + (isEvent
                ? try await rivals(row, forActivity: twin, work, reads, policy)
                : try await rivals(row, forEvent: twin, work, reads))
    }

    // MARK: Events of an activity

    private func events(
        _ row: MeetingRow, _ work: MeetingWork, _ reads: MeetingReads, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        let meeting = row.meeting
        guard let activity = meeting.activity, let owner = meeting.activityFacts.organizer,
            let mailbox = work.address(of: owner)
        else { return [] }
        var found = try await ask { try await exchange.events(named: activity.description, in: mailbox) }
        if let uid = meeting.activityFacts.meetingKey {
            found += try await ask { try await exchange.events(uid: uid, in: mailbox) }
        }
        if let start = meeting.observed.ln.content?.time?.searchedStart {
            found += try await ask { try await exchange.events(startingAt: start, in: mailbox) }
        }
        return try await candidates(found, row, owner, [activity], work, reads, policy)
    }

    /// Other events of the same calendar that could be a twin's.
    private func rivals(
        _ row: MeetingRow, forActivity twin: Meeting, _ work: MeetingWork, _ reads: MeetingReads,
        _ policy: CalendarPolicy
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        guard let start = twin.observed.ln.content?.time?.searchedStart, let mailbox = work.address(of: row.mailbox)
        else { return [] }
        let found = try await ask { try await exchange.events(startingAt: start, in: mailbox) }
        return try await candidates(found, row, row.mailbox, [], work, reads, policy)
    }

    /// Events that were found, but for the row's own, each as its row has it.
    /// - Parameter activities: what else names the rows that are looked at.
    private func candidates(
        _ found: [ExchangeEvent], _ row: MeetingRow, _ owner: SyncUserID, _ activities: [ActivityKey],
        _ work: MeetingWork, _ reads: MeetingReads, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        var items: Set<ItemID> = []
        let events = found.filter { $0.kind == .single && !$0.isCancelled && items.insert($0.key.item).inserted }
        let rows = try await rows(activities: activities, events: events.map(\.key.uid))
        var candidates: [TwinCandidate] = []
        for event in events {
            let known = rows.first { $0.meeting.event?.uid == event.key.uid && $0.occurrence.isEmpty }
            if known?.id == row.id { continue }
            var place = known ?? stranger(.exchange, event.isOrganizer ? .user(owner) : .external, owner)
            var elsewhere = work
            // As it is now: its row may be older, or none that has an authority's view.
            if place.meeting.activity == nil, place.meeting.owner == .user(owner) || known == nil {
                reads.take(event, &place, &elsewhere, policy)
            }
            candidates.append(TwinCandidate(meeting: place.meeting, row: known, copies: place.copies))
        }
        return candidates
    }

    private func ask(
        _ request: () async throws -> [ExchangeEvent]
    ) async throws(SettlingFailure) -> [ExchangeEvent] {
        switch await attempt(request) {
        case .success(let events): return events
        case .failure(let error): throw SettlingFailure(error, rule: "CAL-5")
        }
    }

    // MARK: Activities of an event

    private func activities(
        _ row: MeetingRow, _ work: MeetingWork, _ reads: MeetingReads
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        let meeting = row.meeting
        guard let event = meeting.event else { return [] }
        var found: [LNActivity] = []
        do throws(LNError) {
            if let named = meeting.eventFacts.activity, let ln = companies[named.company],
                let activity = try await ln.activity(named.activity)
            {
                found.append(activity)
            }
            for ln in companies.all {
                found += try await ln.activities(naming: event.uid)
                if let start = meeting.observed.exchange.content?.time?.searchedStart {
                    found += try await ln.activities(startingAt: start)
                }
            }
        } catch {
            throw SettlingFailure(error, rule: "CAL-5")
        }
        var keys: Set<ActivityKey> = []
        let activities = found.filter { !$0.isNotHeld && keys.insert($0.key).inserted }
        let rows = try await rows(activities: activities.map(\.key), events: [event.uid])
        var candidates: [TwinCandidate] = []
        for activity in activities {
            let known = rows.first { $0.meeting.activity == activity.key }
            if known?.id == row.id { continue }
            var place = known ?? stranger(.ln, .nobody, row.mailbox)
            if place.meeting.event != nil {
                // It has its other half, but where that is gone and this event was made in its place.
                guard meeting.eventFacts.activity == activity.key, try await hasLostEvent(place, row, work, reads)
                else { continue }
                place.meeting.observed.exchange = .gone(.absent)
            }
            candidates.append(candidate(activity, &place, known, work, reads))
        }
        return candidates
    }

    /// Other activities that could be a twin's.
    private func rivals(
        _ row: MeetingRow, forEvent twin: Meeting, _ work: MeetingWork, _ reads: MeetingReads
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        guard let start = twin.observed.exchange.content?.time?.searchedStart else { return [] }
        var found: [LNActivity] = []
        do throws(LNError) {
            for ln in companies.all { found += try await ln.activities(startingAt: start) }
        } catch {
            throw SettlingFailure(error, rule: "CAL-5")
        }
        let activities = found.filter { !$0.isNotHeld && $0.key != row.meeting.activity }
        let rows = try await rows(activities: activities.map(\.key), events: [])
        var candidates: [TwinCandidate] = []
        for activity in activities {
            let known = rows.first { $0.meeting.activity == activity.key }
            if known?.meeting.event != nil { continue }
            var place = known ?? stranger(.ln, .nobody, row.mailbox)
            candidates.append(candidate(activity, &place, known, work, reads))
        }
        return candidates
    }

    /// The activity as it was just read, in its row or as a meeting of its own.
    private func candidate(
        _ activity: LNActivity, _ place: inout MeetingRow, _ known: MeetingRow?, _ work: MeetingWork,
        _ reads: MeetingReads
    ) -> TwinCandidate {
        var elsewhere = work
        reads.take(activity, &place, &elsewhere)
        if known == nil {
            place.meeting.birth = activity.isCreatedInLN ? .ln : .exchange
            place.meeting.owner = place.meeting.activityFacts.organizer.map { .user($0) } ?? .nobody
        }
        return TwinCandidate(meeting: place.meeting, row: known)
    }

    /// Whether the event of an activity that is named by another event in the same mailbox is gone, by a read of now: its row may not know it
    /// yet, or not know any more that it is back.
    private func hasLostEvent(
        _ known: MeetingRow, _ row: MeetingRow, _ work: MeetingWork, _ reads: MeetingReads
    ) async throws(SettlingFailure) -> Bool {
        guard known.mailbox == row.mailbox, known.occurrence.isEmpty, known.meeting.owner != .external,
            let address = work.address(of: known.mailbox)
        else { return false }
        guard let item = known.item else { return true }
        switch await attempt({ try await exchange.event(item, uid: known.meeting.event?.uid, of: address) }) {
        case .success(let event): return event.isCancelled
        case .failure(let error) where error.kind == .inAnotherCalendar: return false
        case .failure(let error) where error.kind == .notFound:
            try await reads.identity.require(
                known.mailbox, address, work, "that the event is not in it proves nothing")
            return true
        case .failure(let error): throw SettlingFailure(error, rule: "CAL-5")
        }
    }

    // MARK: Rows

    private func rows(activities: [ActivityKey], events: [ICalUID]) async throws(SettlingFailure) -> [MeetingRow] {
        do {
            return try await store.meetings(activities: activities, events: events)
        } catch {
            throw .later(error.message)
        }
    }

    private static let none = MeetingID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

    /// What no reader has sent yet, as if it had a row.
    private func stranger(_ side: Side, _ owner: MeetingOwner, _ mailbox: SyncUserID) -> MeetingRow {
        MeetingRow(
            id: Self.none, status: RowStatus(partition: 0, sequence: .none, priority: .live),
            meeting: Meeting(owner: owner, birth: side), mailbox: mailbox)
    }
}

extension MeetingTime {
    /// Where both systems have a meeting's beginning: an all-day one's at midnight UTC.
    fileprivate var searchedStart: Date {
        switch self {
        case .timed(let start, _, _): start
        case .allDay(let start, _): WallTime(start).instant(in: .gmt)
        }
    }
}

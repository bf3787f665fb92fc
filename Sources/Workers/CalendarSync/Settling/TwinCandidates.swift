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

/// Finds what `TwinSearch` chooses from: by our property or the meeting key, by what this one names, by organizer and time (CAL-5).
struct TwinCandidates: Sendable {
    let store: any SyncStore
    let companies: Companies
    let exchange: any ExchangeCalendar

    func candidates(
        for row: MeetingRow, _ work: MeetingWork, _ reads: MeetingReads, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) -> [TwinCandidate] {
        if row.meeting.observed.ln.isGone {
            try await activities(row, work, reads)
        } else {
            try await events(row, work, reads, policy)
        }
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
        var items: Set<ItemID> = []
        let events = found.filter { $0.kind == .single && !$0.isCancelled && items.insert($0.key.item).inserted }
        let rows = try await rows(activities: [activity], events: events.map(\.key.uid))
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
            throw SettlingFailure(error)
        }
        var keys: Set<ActivityKey> = []
        let activities = found.filter { !$0.isNotHeld && keys.insert($0.key).inserted }
        let rows = try await rows(activities: activities.map(\.key), events: [event.uid])
        var candidates: [TwinCandidate] = []
        for activity in activities {
            let known = rows.first { $0.meeting.activity == activity.key }
            if known?.id == row.id { continue }
            var place = known ?? stranger(.ln, .nobody, row.mailbox)
            var elsewhere = work
            if place.meeting.event == nil { reads.take(activity, &place, &elsewhere) }
            if known == nil {
                place.meeting.birth = activity.isCreatedInLN ? .ln : .exchange
                place.meeting.owner = place.meeting.activityFacts.organizer.map { .user($0) } ?? .nobody
            }
            candidates.append(TwinCandidate(meeting: place.meeting, row: known))
        }
        return candidates
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

import ExchangeClient
import Foundation
import LNClient
import MailboxSettling
import Settling
import SyncEvents
import SyncModel
import SyncPlanner

/// Carries a content write out, in LN or in an event that was read without attendees: nothing that mails can be written here.
struct MeetingWrites: Sendable {
    /// What the written side holds by the answer.
    enum Done: Sendable {
        case activity(LNActivity)
        case event(ExchangeEvent)
        case gone(MeetingEnd)
        /// It was made before, and is not found; nothing proves that it is gone.
        case missing
    }

    enum Answer: Sendable {
        case done(Done)
        /// It was changed since it was read (412), or is gone: nothing was written.
        case changed
    }

    typealias Request = @Sendable () async throws(SettlingFailure) -> Answer

    let reads: MeetingReads
    let companies: Companies
    let exchange: any ExchangeCalendar

    /// What is to be asked of the written side; all of it is known by what was read.
    /// - Parameter row: with the intent.
    func request(
        _ write: MeetingWrite, for row: MeetingRow, _ work: MeetingWork, _ policy: CalendarPolicy
    ) throws(SettlingFailure) -> Request {
        switch write.side {
        case .ln: try activityRequest(write, row, work, policy)
        case .exchange: try eventRequest(write, row, work, policy)
        }
    }

    // MARK: LN

    private func activityRequest(
        _ write: MeetingWrite, _ row: MeetingRow, _ work: MeetingWork, _ policy: CalendarPolicy
    ) throws(SettlingFailure) -> Request {
        if case .create(let content) = write.change, write.etag == nil { return try creation(content, row, work) }
        guard let activity = work.activity, let ln = companies[activity.key.company] else {
            throw .later("the activity was not read before it was to be written")
        }
        switch write.change {
        case .create(let content):
            return Self.activity("CAL-7") { () async throws(LNError) in
                try await ln.reviveActivity(activity, content)
            }
        case .update(let changes):
            let isHidden = write.source.map { BusyBlock.applies(to: $0, row.meeting, policy) } ?? false
            return Self.activity(isHidden ? "CAL-19" : "CAL-9") { () async throws(LNError) in
                try await ln.updateActivity(activity, changes, whoLeaves: isHidden ? .isDeleted : .losesInvite)
            }
        case .end(let ending):
            return { () async throws(SettlingFailure) in
                do throws(LNError) {
                    try await ln.endActivity(activity, ending)
                } catch {
                    if error.code == .changedMeanwhile { return .changed }
                    throw SettlingFailure(error, isWrite: true, rule: "CAL-14")
                }
                guard ending == .notHeld else { return .done(.gone(.absent)) }
                // Its version is what brings it back one day; whoever needs it reads it.
                return .done(.gone(.notHeld(activity.etag)))
            }
        }
    }

    private func creation(
        _ content: MeetingContent, _ row: MeetingRow, _ work: MeetingWork
    ) throws(SettlingFailure) -> Request {
        guard let ln = companies.home, let key = row.meeting.event?.uid else {
            throw .later("no company of LN's is set")
        }
        let host = work.address(of: row.mailbox)
        let attendees = Self.attendees(content, row)
        let reads = reads
        return { () async throws(SettlingFailure) in
            let others = try await reads.otherActivities(naming: key, row)
            return try await Self.activity("CAL-7") { () async throws(LNError) in
                try await ln.createActivity(
                    content, kind: .appointment, meetingKey: key, organizer: host, attendees: attendees,
                    besides: others)
            }()
        }
    }

    /// Who takes part in an activity that is made, with his answer.
    static func attendees(_ content: MeetingContent, _ row: MeetingRow) -> [NewAttendee] {
        (content.attendees ?? [:]).sorted { $0.key < $1.key }.map { address, attendee in
            NewAttendee(
                address, attendance: attendee.attendance,
                response: row.meeting.eventFacts.responses[address] ?? row.meeting.answers[address] ?? .none)
        }
    }

    private static func activity(
        _ rule: String, _ request: @escaping @Sendable () async throws(LNError) -> LNActivity
    ) -> Request {
        { () async throws(SettlingFailure) in
            do throws(LNError) {
                return .done(.activity(try await request()))
            } catch {
                if [.changedMeanwhile, .notFound].contains(error.code), !error.isOutcomeUnknown { return .changed }
                throw SettlingFailure(error, isWrite: true, rule: rule)
            }
        }
    }

    enum AttendeeAnswer {
        case written(LNActivity)
        case changed
    }

    /// Marks are the same however often they are made: they need no intent.
    func mark(_ plan: MeetingPlan, of activity: LNActivity) async throws(SettlingFailure) -> AttendeeAnswer {
        try await attendees(of: activity, "CAL-6") { ln throws(LNError) in
            try await ln.mark(plan.marks, naming: plan.namedEvent, of: activity)
        }
    }

    /// No more does it to make somebody Meeting Organizer.
    func appoint(
        _ organizer: EmailAddress, of activity: LNActivity, whoWasIsInvited isInvited: Bool
    ) async throws(SettlingFailure) -> AttendeeAnswer {
        try await attendees(of: activity, "CAL-3") { ln throws(LNError) in
            try await ln.appointOrganizer(organizer, of: activity, whoWasIsInvited: isInvited)
        }
    }

    private func attendees(
        of activity: LNActivity, _ rule: String, _ write: (LNClient) async throws(LNError) -> LNActivity
    ) async throws(SettlingFailure) -> AttendeeAnswer {
        guard let ln = companies[activity.key.company] else { return .written(activity) }
        do throws(LNError) {
            return .written(try await write(ln))
        } catch {
            if error.code == .changedMeanwhile { return .changed }
            throw SettlingFailure(error, rule: rule)
        }
    }

    // MARK: Exchange

    private func eventRequest(
        _ write: MeetingWrite, _ row: MeetingRow, _ work: MeetingWork, _ policy: CalendarPolicy
    ) throws(SettlingFailure) -> Request {
        guard let mailbox = work.address(of: row.mailbox) else {
            throw .refused(rule: "CAL-2", "its owner is no sync user any more")
        }
        let exchange = exchange, zone = policy.zone
        if case .create(let content) = write.change {
            guard let activity = row.meeting.activity else { throw .later("the activity is not known") }
            let transaction = Identity.transaction(row.id, generation: write.generation)
            let reads = reads
            let create = Self.event { () async throws in
                switch try await exchange.createEvent(
                    content, zone: zone, propertyValue: activity.description, transactionID: transaction, in: mailbox)
                {
                case .made(let event): .event(event)
                case .madeAndDeleted: .gone(.absent)
                case .madeAndMissing: .missing
                }
            }
            return { () async throws(SettlingFailure) in
                let answer = try await create()
                guard case .done(.event(let event)) = answer else { return answer }
                do throws(SettlingFailure) {
                    // "Duplicate", of an event that has a row of its own: the next generation is made.
                    return try await reads.isAnothers(event, row) ? .changed : answer
                } catch {
                    // The write was done, whether the store can be read or not.
                    return answer
                }
            }
        }
        // Only an event that was read without attendees in that version is written: nobody is told.
        if let read = work.event, read.content.attendees == nil {
            throw .refused(
                rule: "INV-1",
                "Exchange does not show who is invited to the event, and a change might mail them: change it in Outlook"
            )
        }
        guard let event = work.event?.silent, event.etag == write.etag else {
            throw .later("the event was not read before it was to be written")
        }
        switch write.change {
        case .create: throw .later("the event is to be made, not changed")
        case .update(let changes):
            return Self.event { () async throws in
                .event(try await exchange.updateEvent(event, changes, zone: zone, of: mailbox))
            }
        case .end:
            return { () async throws(SettlingFailure) in
                switch await attempt({ try await exchange.deleteEvent(event, of: mailbox) }) {
                case .success: return .done(.gone(.absent))
                case .failure(let error) where error.kind == .notFound: return .done(.gone(.absent))
                case .failure(let error) where error.kind == .conflict: return .changed
                case .failure(let error): throw SettlingFailure(error, isWrite: true, rule: "CAL-14")
                }
            }
        }
    }

    /// - Returns: `nil` where the event was changed since it was read, or has attendees by now.
    func name(
        _ activity: ActivityKey, _ event: ExchangeEvent, of mailbox: EmailAddress
    ) async throws(SettlingFailure) -> ExchangeEvent? {
        guard let silent = event.silent else { return nil }
        let exchange = exchange
        switch await attempt({ try await exchange.setProperty(activity.description, of: silent, of: mailbox) }) {
        case .success(let event): return event
        case .failure(let error) where [.conflict, .notFound].contains(error.kind): return nil
        case .failure(let error): throw SettlingFailure(error, rule: "CAL-5")
        }
    }

    private static func event(_ request: @escaping @Sendable () async throws -> Done) -> Request {
        { () async throws(SettlingFailure) in
            switch await attempt(request) {
            case .success(let done): return .done(done)
            case .failure(let error) where [.conflict, .notFound].contains(error.kind): return .changed
            case .failure(let error): throw SettlingFailure(error, isWrite: true, rule: "CAL-6")
            }
        }
    }
}

import Foundation
import Settling
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore

/// What a person is asked about meetings, in the store's table of holds. A hold's id follows from what is asked and what is shown: a
/// decision holds for exactly that, and is found again by it, however often the row is planned (CAL-14).
struct MeetingHolds: Sendable {
    let store: any SyncStore

    /// The plan's hold with its decision, where there is one that the row does not know of.
    func decided(_ plan: MeetingPlan, _ row: MeetingRow) async throws(SettlingFailure) -> MeetingHold? {
        guard let hold = plan.hold, hold.question != .activation,
            let decision = try await latest(hold, row).known?.decision(on: hold.question)
        else { return nil }
        var decided = hold
        decided.decision = decision
        return row.meeting.hold == decided ? nil : decided
    }

    /// What stores the plan's hold, and closes the one that the row had.
    func opened(_ hold: MeetingHold, _ row: MeetingRow) async throws(SettlingFailure) -> [Mutation] {
        var mutations: [Mutation] = []
        if let old = row.meeting.hold, old.question != hold.question || old.shown != hold.shown {
            mutations = try await closed(row)
        }
        // An activation is approved as a plan of the whole calendar (CAL-20): lnsync plan.
        guard hold.question != .activation else { return mutations }
        let (id, known) = try await latest(hold, row)
        guard known == nil else { return mutations }
        let opened: Date
        do {
            opened = try await store.now()
        } catch {
            throw .later(error.message)
        }
        mutations.append(
            .hold(
                Hold(
                    id: id, kind: Hold.kind(of: hold.question), subject: row.mailbox.description,
                    keys: [row.id.description], detail: Self.detail(hold, row), opened: opened)))
        return mutations
    }

    /// What closes the row's hold, where nobody has decided it: nothing is asked any more.
    /// - Parameter twin: a row that becomes one with it.
    func closed(_ row: MeetingRow, with twin: MeetingRow? = nil) async throws(SettlingFailure) -> [Mutation] {
        let ended = [row, twin].compactMap(\.self)
        var mutations: [Mutation] = []
        for row in ended { mutations += try await closing(row) }
        if ended.contains(where: { $0.meeting.hold?.question == .twins }) {
            mutations += try await resumed(in: row.mailbox, besides: ended.map(\.id))
        }
        return mutations
    }

    /// Makes the others due of which is asked which of several they are: with one fewer it may be known (CAL-5).
    private func resumed(
        in mailbox: SyncUserID, besides ended: [MeetingID]
    ) async throws(SettlingFailure) -> [Mutation] {
        do throws(StoreError) {
            let asked = try await store.holds(.open)
                .filter { $0.question == .twins && $0.subject == mailbox.description }
                .compactMap(\.meeting).filter { !ended.contains($0) }
            let (rows, now) = (try await store.meetings(asked), try await store.now())
            return rows.values.filter { $0.status.state == .held && $0.meeting.hold?.question == .twins }
                .sorted { $0.id < $1.id }.map { held in
                    var row = held
                    row.meeting.isDue = true
                    row.status.state = .due
                    row.status.due = now
                    return .meeting(row)
                }
        } catch {
            throw .later(error.message)
        }
    }

    private func closing(_ row: MeetingRow) async throws(SettlingFailure) -> [Mutation] {
        guard let hold = row.meeting.hold, hold.question != .activation,
            var known = try await latest(hold, row).known, known.state == .open
        else { return [] }
        known.state = .discarded
        known.decidedBy = Hold.nobody
        known.detail = "Nothing is asked any more: the meeting was changed meanwhile."
        do {
            known.decided = try await store.now()
        } catch {
            throw .later(error.message)
        }
        return [.hold(known)]
    }

    /// The last of the holds that ask exactly this; one that was closed because nothing was asked any more is no decision.
    private func latest(
        _ hold: MeetingHold, _ row: MeetingRow
    ) async throws(SettlingFailure) -> (id: UUID, known: Hold?) {
        do {
            let holds = try await store.holds(nil)
            var number = 0
            while true {
                let id = try Identity.hold(hold, of: row.id, number: number, ends: row.meeting.endsAsked)
                let known = holds.first { $0.id == id }
                if known?.decidedBy != Hold.nobody { return (id, known) }
                number += 1
            }
        } catch {
            throw .later((error as? StoreError)?.message ?? "a hold can't be named: \(error)")
        }
    }

    // MARK: Words

    static func reason(_ hold: MeetingHold) -> String {
        switch hold.question {
        case .endOrKeep: "it is gone on one side, and a person decides about the other: lnsync holds list"
        case .twins: "several could be one meeting with it: lnsync holds list"
        case .organizerChanged: "LN has another Meeting Organizer, which Exchange can't change: lnsync holds list"
        case .callMadeAllDay: "a Call became an all-day event in Outlook, which LN can't have: lnsync holds list"
        case .activation: "the user is new: lnsync plan shows what would be written"
        case .manyEnds: "too many meetings would end within an hour: lnsync holds list"
        }
    }

    /// What happened, and what approving and discarding do. Its time and codes tell which meeting it is; nothing of its content is shown.
    private static func detail(_ hold: MeetingHold, _ row: MeetingRow) -> String {
        let (ln, exchange) = (hold.shown.ln, hold.shown.exchange)
        let time = (ln.content?.time ?? exchange.content?.time).map { " of \(text($0))" } ?? ""
        let activity = row.meeting.activity.map { " (activity \($0))" } ?? ""
        let meeting = "The meeting\(time)\(activity)"
        let gone: Side = ln.isGone ? .ln : .exchange
        switch hold.question {
        case .endOrKeep:
            let state =
                switch row.meeting.isChanged(on: gone.other) {
                case true: "was changed in \(gone.other)"
                case false: "is in \(gone.other) as it was"
                case nil:
                    "is there in \(gone.other); whether anybody changed it, nobody can tell, for they were never in step"
                }
            let kept =
                if gone == .ln, ln.etag != nil {
                    "it is Planned again, as LN has it, and the two are merged."
                } else {
                    "it is made again in \(gone)."
                }
            return
                "\(meeting) is gone in \(gone), and \(state). Approved, it is ended in \(gone.other) too. Discarded, \(kept) "
                + onlyAsked
        case .twins:
            return
                "\(meeting) could be one of several in \(gone), or is one of several that could be the one there. Approved, it is a "
                + "meeting of its own, and is made there. Discarded, nothing is made until one side changes."
                + (gone == .exchange ? " \(onlyAsked)" : "")
        case .organizerChanged:
            return
                "\(meeting) has another Meeting Organizer in LN now, which Exchange can't change. Approved, the event is removed from "
                + "the former organizer's calendar and then made in the new one's, as soon as he is an active sync user. Discarded, "
                + "both sides stay as they are until one changes. \(onlyAsked)"
        case .callMadeAllDay:
            return
                "\(meeting) is a Call in LN, and was made an all-day event in Outlook, which LN can't have. Approved, LN's time is "
                + "put back. Discarded, both sides stay as they are until one changes. \(onlyAsked)"
        case .activation:
            return "\(meeting) would be written for a new user."
        case .manyEnds:
            return
                "\(meeting) is gone in \(gone), and too many meetings would end within an hour. Approved, it is ended in "
                + "\(gone.other) too. Discarded, it stays there."
                + (gone == .ln ? " \(onlyAsked)" : "")
        }
    }

    /// What of a decision is not written yet (INV-1).
    private static let onlyAsked =
        "What changes or ends an event with attendees, or gives it some, tells them: that is only asked for while invitations are not "
        + "sent, and the event stays as it is until then."

    private static func text(_ time: MeetingTime) -> String {
        switch time {
        case .timed(let start, _, _): start.formatted(.iso8601)
        case .allDay(let start, _): start.description
        }
    }
}

extension MeetingPlan {
    var hold: MeetingHold? {
        for action in actions {
            if case .hold(let hold) = action.step { return hold }
        }
        return nil
    }
}

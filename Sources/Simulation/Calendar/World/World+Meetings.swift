import Administration
import Foundation
import SyncEvents
import SyncModel
import SyncStore

/// What an administrator sees and does of calendars.
extension World {
    /// All rows that there are of the users' meetings.
    func meetingRows() throws -> [MeetingRow] {
        try Self.ask { [store] in
            var rows: [MeetingRow] = []
            for user in try await store.users() {
                var last: MeetingID?
                repeat {
                    let page = try await store.meetings(of: user.id, after: last, limit: 200)
                    rows += page
                    last = page.last?.id
                } while last != nil
            }
            return rows
        }
    }

    /// Marks every row as not to be trusted, as a replay does.
    func distrustMeetings() throws {
        let ids = try meetingRows().map(\.id)
        try Self.ask { [store] in _ = try await store.commit([.checkMeetings(ids)]) }
    }

    /// Lets meetings be made for all users (CAL-20).
    func activateAll() throws {
        try Self.ask { [store] in
            for user in try await store.users() where !user.calendar.isActivated {
                var user = user
                user.calendar.isActivated = true
                _ = try await store.commit([.user(user)])
            }
        }
    }

    /// What of calendars still waits, in words.
    static func unrest(_ store: any SyncStore, _ users: [SyncUser], without ignored: Set<SyncUserID>) async throws
        -> [String]
    {
        var reasons: [String] = []
        for user in users where user.isActive && !ignored.contains(user.id) {
            for side in Side.allCases {
                if case .done = user.calendar.baselines[side] { continue }
                reasons.append("the baseline of \(user.code)'s calendar from \(side)")
            }
        }
        for (user, rows) in try await store.meetingBacklog() where rows[.due] > 0 && !ignored.contains(user) {
            reasons.append("\(rows[.due]) meetings of \(user)")
        }
        let unsent = try await store.outbox(Set(0..<64), limit: 100)
        if !unsent.isEmpty { reasons.append("\(unsent.count) requests that are not sent") }
        return reasons
    }

    /// Somebody decides what meetings wait for (`lnsync holds approve`, `discard`).
    /// - Returns: how many.
    func decideMeetings(_ decision: Hold.State) throws -> Int {
        try activateAll()
        let asked = try Self.ask { [administration] in try await administration.holds(open: true).meetings }
        var count = 0
        for hold in asked {
            // Activations are approved as a plan, or one by one.
            let ids =
                hold.question == MeetingHold.Question.activation.rawValue
                ? hold.meetings.map(\.id.description) : [hold.id]
            for id in ids where try decide(id, of: hold, decision) { count += 1 }
            if hold.question == MeetingHold.Question.twins.rawValue, decision == .approved {
                let ids = Set(hold.meetings.map(\.id))
                let rows = try meetingRows().filter { ids.contains($0.id) }
                history.areParted(
                    fromTwins: rows.flatMap { row in
                        [row.meeting.activity?.description, row.meeting.event?.uid.rawValue].compactMap(\.self)
                    })
            }
        }
        if count > 0 { history.decided() }
        return count
    }

    /// - Returns: `false` where it has to be asked anew.
    private func decide(_ id: String, of hold: MeetingHoldListing, _ decision: Hold.State) throws -> Bool {
        do {
            _ = try Self.ask { [administration] in try await administration.decideAny(id, decision, zone: .gmt) }
            trace.note(
                "hold \(hold.question) of \(hold.meetings.map(\.id.description).joined(separator: ", ")): \(decision)")
            return true
        } catch let error as AdministrationError {
            trace.note("hold \(hold.question) \(id) can't be decided: \(error)")
            return false
        }
    }

    /// Questions that stand in the table, though no meeting waits for an answer. Whose owner is not active may rest with one.
    func orphanedHolds() throws -> [String] {
        let waiting = try Set(meetingRows().filter { $0.meeting.hold != nil }.map(\.id))
        return try Self.ask { [store] in try await store.holds(.open) }
            .filter { hold in hold.meeting.map { !waiting.contains($0) } ?? false }
            .map { "hold \($0.kind) of \($0.keys.joined(separator: ",")) is open, and the meeting does not wait" }
    }

    /// The item that a row has on each side.
    func items(of row: MeetingRow) -> (activity: SeenMeeting.Item?, event: SeenMeeting.Item?) {
        let activity = row.meeting.activity.map { SeenMeeting.Item.activity($0.activity.rawValue) }
        let event = row.meeting.event.flatMap { event in
            let item = row.copies[row.mailbox] ?? event.item
            return address(of: row.mailbox).map { SeenMeeting.Item.event(mailbox: $0, id: item.rawValue) }
        }
        return (activity, event)
    }

    /// The mailboxes that nobody may look into now, or can: of who is not active (SET-3) or is paused, and those that can't be used (USR-3).
    func closedMailboxes() throws -> Set<String> {
        let open = try Self.ask { [store] in
            let now = try await store.now()
            return try await store.users().filter { user in
                user.isActive && !user.isPaused && user.quarantine.map { $0.until <= now } ?? true
            }.map { $0.email.rawValue.lowercased() }
        }
        return Set(users.map { $0.lowercased() }).subtracting(open).union(exchange.brokenMailboxes)
    }

    func address(of user: SyncUserID) -> String? {
        (0..<size.users).first { SyncUserID(LNUserCode(LNSide.user($0))) == user }.map(LNSide.address)
    }

    /// What a commit says: which writes are known, which halves of meetings belong together, and what is on record.
    func committed(_ mutations: [Mutation]) {
        writes.committed(mutations)
        for mutation in mutations {
            switch mutation {
            case .meeting(let row):
                let (activity, event) = items(of: row)
                if let activity, let event { history.joined(activity, event) }
                history.committed(row.id, row.meeting.intent, activity: activity, event: event)
                // What is gone, and back before anything was planned on that, was there all the time.
                let isUnplanned = row.status.state == .due || row.status.state == .resting && row.status.reason == nil
                let isPlanned = !isUnplanned || row.meeting.intent != nil
                for (item, side) in [(activity, row.meeting.observed.ln), (event, row.meeting.observed.exchange)] {
                    guard let item, isPlanned || !side.isGone else { continue }
                    history.isKnown(item, isThere: !side.isGone)
                }
            case .journal(let draft): history.recorded(draft)
            default: break
            }
        }
    }
}

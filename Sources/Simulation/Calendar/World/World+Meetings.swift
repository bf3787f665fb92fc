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

    /// Somebody decides what meetings wait for.
    /// - Returns: how many.
    func decideMeetings(_ decision: Hold.State) throws -> Int {
        try activateAll()
        let held = try meetingRows().filter { $0.meeting.hold.map { $0.decision == nil } ?? false }
        for row in held {
            guard let hold = row.meeting.hold else { continue }
            let answer: MeetingHold.Decision =
                hold.question == .endOrKeep
                ? (decision == .approved ? .keep : .end) : (decision == .approved ? .approve : .refuse)
            trace.note("hold \(hold.question) of \(row.id): \(answer)")
            try Self.ask { [store] in
                var decided = row
                decided.meeting.hold?.decision = answer
                decided.meeting.isDue = true
                decided.status.state = .due
                decided.status.due = try await store.now()
                _ = try await store.commit([.meeting(decided)])
            }
        }
        if !held.isEmpty { history.decided() }
        return held.count
    }

    /// The item that a row has on each side.
    func items(of row: MeetingRow) -> (activity: SeenMeeting.Item?, event: SeenMeeting.Item?) {
        let activity = row.meeting.activity.map { SeenMeeting.Item.activity($0.activity.rawValue) }
        let event = row.meeting.event.flatMap { event in
            address(of: row.mailbox).map { SeenMeeting.Item.event(mailbox: $0, id: event.item.rawValue) }
        }
        return (activity, event)
    }

    func address(of user: SyncUserID) -> String? {
        (0..<size.users).first { SyncUserID(LNUserCode(LNSide.user($0))) == user }.map(LNSide.address)
    }

    /// What a commit says of meetings: which halves belong together, and what is on record.
    func committed(_ mutations: [Mutation]) {
        for mutation in mutations {
            switch mutation {
            case .meeting(let row):
                let (activity, event) = items(of: row)
                if let activity, let event { history.joined(activity, event) }
            case .journal(let draft): history.recorded(rule: draft.rule, draft.detail)
            default: break
            }
        }
    }
}

import Foundation
import SyncModel
import SyncPlanner
import SyncStore

/// A mailbox's meetings as the store has them, and which of them could be one.
struct MailboxMeetings: Sendable {
    let rows: [MeetingRow]
    private let byActivity: [ActivityKey: [Int]]
    private let byEvent: [ICalUID: [Int]]
    private let byStart: [String: [Int]]

    private static let pageSize = 500

    init(of mailbox: SyncUserID, _ store: any SyncStore) async throws {
        var rows: [MeetingRow] = []
        while true {
            let page = try await store.meetings(of: mailbox, after: rows.last?.id, limit: Self.pageSize)
            rows += page
            guard page.count == Self.pageSize else { break }
        }
        self.init(rows)
    }

    init(_ rows: [MeetingRow]) {
        self.rows = rows
        var (byActivity, byEvent, byStart): ([ActivityKey: [Int]], [ICalUID: [Int]], [String: [Int]]) = ([:], [:], [:])
        for (index, row) in rows.enumerated() where row.meeting.activity == nil || row.meeting.event == nil {
            let meeting = row.meeting
            for key in [meeting.activity, meeting.eventFacts.activity].compactMap(\.self) {
                byActivity[key, default: []].append(index)
            }
            for uid in [meeting.event?.uid, meeting.activityFacts.meetingKey].compactMap(\.self) {
                byEvent[uid, default: []].append(index)
            }
            if let start = meeting.contents.compactMap(\.time).first.map(Self.start) {
                byStart[start, default: []].append(index)
            }
        }
        (self.byActivity, self.byEvent, self.byStart) = (byActivity, byEvent, byStart)
    }

    /// The rows that a search of the other side would find for one (CAL-5), as far as they are known here.
    func candidates(for row: MeetingRow) -> [MeetingRow] {
        let meeting = row.meeting
        var found: Set<Int> = []
        for key in [meeting.activity, meeting.eventFacts.activity].compactMap(\.self) {
            found.formUnion(byActivity[key] ?? [])
        }
        for uid in [meeting.event?.uid, meeting.activityFacts.meetingKey].compactMap(\.self) {
            found.formUnion(byEvent[uid] ?? [])
        }
        if let start = meeting.contents.compactMap(\.time).first.map(Self.start) {
            found.formUnion(byStart[start] ?? [])
        }
        return found.sorted().map { rows[$0] }.filter {
            $0.id != row.id && ($0.meeting.activity == nil) != (meeting.activity == nil)
        }
    }

    /// Those of its own side that begin when it does: which of them a candidate is one with may not be known (CAL-5).
    func rivals(of row: MeetingRow) -> [MeetingRow] {
        guard let start = row.meeting.contents.compactMap(\.time).first.map(Self.start) else { return [] }
        return (byStart[start] ?? []).map { rows[$0] }.filter {
            $0.id != row.id && ($0.meeting.activity == nil) == (row.meeting.activity == nil)
        }
    }

    /// Alike for two times that LN can't tell from each other.
    private static func start(_ time: MeetingTime) -> String {
        switch time {
        case .timed(let start, _, _): String(Int((start.timeIntervalSince1970 / 60).rounded(.down)))
        case .allDay(let start, _): start.description
        }
    }
}

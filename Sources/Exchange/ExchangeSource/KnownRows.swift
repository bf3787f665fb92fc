import Foundation
import SyncModel
import SyncStore

/// The rows of some events, by event and by item.
struct KnownRows: Sendable {
    private struct Event: Hashable {
        let uid: ICalUID
        let occurrence: String
    }

    private var byEvent: [Event: MeetingRow] = [:]
    private var byActivity: [ActivityKey: MeetingRow] = [:]

    init(_ rows: [MeetingRow] = []) {
        for row in rows {
            if let uid = row.meeting.event?.uid { byEvent[Event(uid: uid, occurrence: row.occurrence)] = row }
            if let activity = row.meeting.activity { byActivity[activity] = row }
        }
    }

    subscript(uid: ICalUID, occurrence: String) -> MeetingRow? {
        byEvent[Event(uid: uid, occurrence: occurrence)]
    }

    subscript(activity: ActivityKey) -> MeetingRow? { byActivity[activity] }

    /// How many keys are asked for at once.
    private static let piece = 200

    static func of(events: [ICalUID], activities: [ActivityKey] = [], _ store: any SyncStore) async throws(StoreError)
        -> KnownRows
    {
        var rows: [MeetingRow] = []
        let events = Array(Set(events)).sorted()
        for start in stride(from: 0, to: events.count, by: piece) {
            rows += try await store.meetings(
                activities: [], events: Array(events[start..<min(start + piece, events.count)]))
        }
        for start in stride(from: 0, to: activities.count, by: piece) {
            rows += try await store.meetings(
                activities: Array(activities[start..<min(start + piece, activities.count)]), events: [])
        }
        return KnownRows(rows)
    }

    /// The rows that have these items in a user's mailbox.
    static func of(items: [ItemID], in user: SyncUserID, _ store: any SyncStore) async throws(StoreError) -> [ItemID:
        MeetingRow]
    {
        var known: [ItemID: MeetingRow] = [:]
        for start in stride(from: 0, to: items.count, by: piece) {
            let wanted = Array(items[start..<min(start + piece, items.count)])
            for row in try await store.meetings(items: wanted, in: user) {
                for item in wanted where row.isLinked(to: item, in: user) { known[item] = row }
            }
        }
        return known
    }
}

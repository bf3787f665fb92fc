import SyncModel
import Synchronization

/// What users bring back while we are about to end the other half. No system can be asked to write only while another shows nothing: between the
/// last look and the write lies a moment in which nobody can know.
extension MeetingHistory {
    /// A half that was looked for, and had been ended by a user.
    struct Look: Sendable, Hashable {
        let at: Duration
        let end: End
    }

    /// An end of ours that is under way.
    struct Ending: Sendable, Hashable {
        let intent: MeetingIntent
        /// What a user had done to the other half when it was looked for; `nil` where nobody has looked since the row was planned on.
        let cause: End?
    }

    /// A request that reads items by key, these among them, is answered.
    func looked(at isRead: (SeenMeeting.Item) -> Bool) {
        state.withLock { state in
            for item in state.endedByUsers where isRead(item) {
                let end = state.ends[item].flatMap { $0.actor == .user ? $0 : nil }
                state.looks[item] = end.map { Look(at: time.uptime, end: $0) }
            }
            for (place, entry) in state.entries where place.isAttendee && isRead(place.item) {
                state.shown[place] = entry
            }
        }
    }

    /// A row is committed. Whoever commits an intent has planned on the row as it was, so that the reads of that plan are later than its last commit.
    func committed(
        _ row: MeetingID, _ intent: MeetingIntent?, activity: SeenMeeting.Item?, event: SeenMeeting.Item?
    ) {
        state.withLock { state in
            let last = state.commits.updateValue(time.uptime, forKey: row) ?? .zero
            for (side, item, other) in [(Side.ln, activity, event), (.exchange, event, activity)] {
                guard let item else { continue }
                guard let intent, intent.write.side == side, case .end = intent.write.change else {
                    state.endings[item] = nil
                    continue
                }
                if state.endings[item]?.intent == intent { continue }
                let look = other.flatMap { state.looks[$0] }.flatMap { $0.at >= last ? $0 : nil }
                state.endings[item] = Ending(intent: intent, cause: look?.end)
            }
        }
    }
}

extension MeetingHistory.State {
    /// Whom a user has put on an activity since it was read for its end: no version of an activity's tells of its attendees.
    func isUnread(_ entry: MeetingHistory.Entry, _ place: MeetingHistory.Place) -> Bool {
        place.item.isActivity && place.isAttendee && shown[place] != entry
    }
}

extension MeetingHistory.Place {
    fileprivate var isAttendee: Bool { if case .attendee = group { true } else { false } }
}

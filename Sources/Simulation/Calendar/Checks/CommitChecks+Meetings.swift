import Foundation
import Kafka
import SyncEvents
import SyncModel
import SyncStore

/// I12 and I15 of meetings: what a row knows of each side, and of each mailbox that shows the event.
extension CommitChecks {
    /// An activity, or an event as one mailbox shows it.
    enum View: Hashable, CustomStringConvertible {
        case activity(ActivityKey)
        case event(ICalUID, occurrence: String, in: SyncUserID)

        var description: String {
            switch self {
            case .activity(let activity): "activity \(activity)"
            case .event(let uid, let occurrence, let mailbox): "event \(uid) \(occurrence) in \(mailbox)"
            }
        }

        /// `nil` where the record is of no meeting, or can't be read.
        init?(_ envelope: Envelope, _ record: ConsumerRecord) {
            struct Mailbox: Decodable { let user: SyncUserID }
            switch MeetingSubject(envelope) {
            case .activity(let activity): self = .activity(activity)
            case .event(let uid, let occurrence):
                guard let data = record.value?.data, let mailbox = try? JSONDecoder().decode(Mailbox.self, from: data)
                else { return nil }
                self = .event(uid, occurrence: occurrence, in: mailbox.user)
            case nil: return nil
            }
        }
    }

    /// Which reads a row has taken in.
    static func views(_ row: MeetingRow) -> [View: ReadSequence] {
        var views: [View: ReadSequence] = [:]
        if let activity = row.meeting.activity { views[.activity(activity)] = row.meeting.sequence.ln }
        guard let event = row.meeting.event else { return views }
        for (mailbox, sequence) in row.views {
            views[.event(event.uid, occurrence: row.occurrence, in: mailbox)] = sequence
        }
        views[.event(event.uid, occurrence: row.occurrence, in: row.mailbox)] = row.meeting.sequence.exchange
        return views
    }
}

import Foundation
import Kafka
import KafkaWorker
import StoreIntake
import SyncEvents
import SyncModel

/// The data of an event that is about one side of a meeting.
enum MeetingRecord: Sendable {
    case activityChanged(ActivityChanged)
    case activityDeleted(ActivityDeleted)
    case eventChanged(EventChanged)
    case eventDeleted(EventDeleted)

    /// - Throws: where the data can't be read, or are about another item than the subject names.
    init(_ event: IncomingEvent) throws(Rejection) {
        guard let data = event.record.value?.data else { throw Rejection(.undecodable, "the event has no data") }
        do throws(EventDataError) {
            switch event.envelope.type {
            case .activityChanged: self = .activityChanged(try EventData.decode(ActivityChanged.self, from: data))
            case .activityDeleted: self = .activityDeleted(try EventData.decode(ActivityDeleted.self, from: data))
            case .eventChanged: self = .eventChanged(try EventData.decode(EventChanged.self, from: data))
            default: self = .eventDeleted(try EventData.decode(EventDeleted.self, from: data))
            }
        } catch {
            throw Rejection(.undecodable, error.description)
        }
        guard MeetingSubject(event.envelope) == subject else {
            throw Rejection(.badKey, "the data are about \(subject), the subject about \(event.envelope.subject)")
        }
    }

    private var subject: MeetingSubject {
        switch self {
        case .activityChanged(let changed): .activity(changed.activity)
        case .activityDeleted(let deleted): .activity(deleted.activity)
        case .eventChanged(let changed): .event(changed.event.uid, occurrence: changed.occurrence)
        case .eventDeleted(let deleted): .event(deleted.event.uid, occurrence: deleted.occurrence)
        }
    }

    /// Whose rows it may be about: its own, and the one that an event names as its own.
    var activities: [ActivityKey] {
        switch self {
        case .activityChanged(let changed): [changed.activity]
        case .activityDeleted(let deleted): [deleted.activity]
        case .eventChanged(let changed): [changed.facts.activity].compactMap(\.self)
        case .eventDeleted: []
        }
    }

    /// Whose rows it may be about: its own, and the one that an activity names as its own.
    var uids: [ICalUID] {
        switch self {
        case .activityChanged(let changed): [changed.facts.meetingKey].compactMap(\.self)
        case .activityDeleted: []
        case .eventChanged(let changed): [changed.event.uid]
        case .eventDeleted(let deleted): [deleted.event.uid]
        }
    }
}

/// Where a record stands.
struct MeetingRead: Sendable {
    var sequence: ReadSequence
    var priority: RowStatus.Priority
    var partition: Int32
    /// The record's key: the owner, or what stands for him.
    var key: SyncUserID
    /// The store's clock.
    var now: Date
    /// Push named this very item (CAL-4).
    var isNamed: Bool
}

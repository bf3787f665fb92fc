public import SyncModel

/// What a meeting's event is about: its `ce_subject`, by which intake finds the row without reading the data.
public enum MeetingSubject: Sendable, Hashable, CustomStringConvertible {
    /// `1300/ACT000451`.
    case activity(ActivityKey)
    /// `<original start, or ->/<iCalUId>`.
    case event(ICalUID, occurrence: String)

    public var description: String {
        switch self {
        case .activity(let activity): activity.description
        case .event(let uid, let occurrence): "\(occurrence.isEmpty ? "-" : occurrence)/\(uid)"
        }
    }

    /// `nil` where the envelope is of no meeting's event or its subject names none.
    public init?(_ envelope: Envelope) {
        guard let separator = envelope.subject.firstIndex(of: "/") else { return nil }
        let before = envelope.subject[..<separator]
        let after = String(envelope.subject[envelope.subject.index(after: separator)...])
        guard !before.isEmpty, !after.isEmpty else { return nil }
        switch envelope.type {
        case .activityChanged, .activityDeleted:
            guard let company = Int(before) else { return nil }
            self = .activity(ActivityKey(company: Company(company), activity: ActivityCode(after)))
        case .eventChanged, .eventDeleted:
            self = .event(ICalUID(after), occurrence: before == "-" ? "" : String(before))
        default:
            return nil
        }
    }
}

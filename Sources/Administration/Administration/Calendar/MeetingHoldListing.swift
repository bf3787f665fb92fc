public import Foundation
public import SyncModel
import SyncStore

/// What is asked of a person about a meeting, or about many at once.
public struct MeetingHoldListing: Sendable, Hashable, Codable {
    /// One field group, as both sides have it.
    public struct Difference: Sendable, Hashable, Codable {
        public var field: String
        /// Absent where the side does not have it; `private` where its owner hides it.
        public var ln: String?
        public var outlook: String?
    }

    /// The hold's; of many at once a word, the user and, of ends, where they ended: `many-ends/anna/ln`, `many-ends/anna/outlook`.
    public var id: String
    /// `endOrKeep`, `twins`, `organizerChanged`, `callMadeAllDay`, `activation`, `manyEnds`.
    public var question: String
    /// Of too many ends where they ended: `LN` or `Outlook`.
    public var endedIn: String?
    /// In a few words.
    public var title: String
    public var user: LNUserCode
    public var email: EmailAddress
    /// What happened, and what each decision does.
    public var detail: String
    /// `open`; `approved` or `discarded` where it was just decided.
    public var state: String
    public var meetings: [ListedMeeting]
    public var opened: Date?
    /// Both sides' values, where it is one meeting: all that differ, and what tells it from others. Only `lnsync holds show` has them.
    public var differences: [Difference]?
    /// The meetings that it could be (CAL-5); only where several could.
    public var candidates: [ListedMeeting]?
}

extension MeetingHoldListing {
    /// - Parameter hold: the store's, which calendar-worker opened.
    init(
        _ row: MeetingRow, _ hold: Hold?, _ asked: MeetingQuestion, _ user: SyncUser, _ words: MeetingWords
    ) {
        self.init(
            id: hold?.id.uuidString.lowercased() ?? row.id.description, question: asked.question.rawValue,
            endedIn: asked.ended.map(MeetingWords.name), title: asked.title, user: user.code, email: user.email,
            detail: asked.detail(row.meeting), state: "open",
            meetings: [ListedMeeting(row, words)], opened: hold?.opened)
    }

    /// All of a user's meetings of which the same is asked: one line for people, one decision.
    init(all rows: [MeetingRow], _ asked: MeetingQuestion, _ user: SyncUser, _ words: MeetingWords) {
        self.init(
            id: Self.id(of: asked, user), question: asked.question.rawValue,
            endedIn: asked.ended.map(MeetingWords.name),
            title: asked.title, user: user.code, email: user.email,
            detail: rows.first.map { asked.detail($0.meeting) } ?? "", state: "open",
            meetings: rows.map { ListedMeeting($0, words) })
    }

    /// Of a question about many of a user's meetings.
    static func id(of asked: MeetingQuestion, _ user: SyncUser) -> String {
        switch asked.ended {
        case nil: "activation/\(user.code)"
        case .ln: "many-ends/\(user.code)/ln"
        case .exchange: "many-ends/\(user.code)/outlook"
        }
    }

    mutating func show(_ row: MeetingRow, _ words: MeetingWords) {
        let meeting = row.meeting
        let (ln, exchange) = (meeting.observed.ln.content, meeting.observed.exchange.content)
        var groups = Set(FieldGroup.fields)
        for content in [ln, exchange] { groups.formUnion((content?.attendees ?? [:]).keys.map(FieldGroup.attendee)) }
        differences = MeetingQuestion.order(groups).compactMap { group in
            if meeting.isPrivate, case .attendee = group { return nil }
            let values = [ln, exchange].map { words.value(group, of: $0, isPrivate: meeting.isPrivate) }
            let isTold = values[0] != values[1] || group == .time || group == .subject
            return isTold ? Difference(field: MeetingWords.name(group), ln: values[0], outlook: values[1]) : nil
        }
    }
}

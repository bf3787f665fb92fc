public import Foundation
public import SyncModel

/// What would become of a user's meetings, for a person to read before anything is written (CAL-20, INV-7). By what was read of both
/// sides last; nothing was written for it.
public struct CalendarPlan: Sendable, Hashable, Codable {
    /// What is done about a meeting.
    public enum Step: String, Sendable, Hashable, Codable, CaseIterable {
        /// An activity and an event that are one meeting become one; what differs is settled then.
        case link
        case createInOutlook, createInLN
        case updateInOutlook, updateInLN
        /// Cancelled or removed in Outlook; *Not Held*, or deleted, in LN.
        case endInOutlook, endInLN
        /// A person has to decide something else than the activation.
        case hold
        /// Both sides stay as they are and are no longer kept in step.
        case unlink
        /// Nothing is written, and why.
        case rest
    }

    public struct Item: Sendable, Hashable, Codable {
        public var meeting: ListedMeeting
        public var step: Step
        public var rule: String
        /// What exactly, in words: the fields, the question, the reason.
        public var detail: String
        /// It is made only when somebody approves the plan (CAL-20).
        public var waitsForApproval: Bool
        /// Who would get a mail: asked for only, until invitations are sent.
        public var invited: [Person]
    }

    /// Somebody as he is known here: a sync user by name.
    public struct Person: Sendable, Hashable, Codable {
        public var email: EmailAddress
        public var name: String?
    }

    /// What is told a person apart from others by: the values shown are exactly these.
    public var id: String
    public var user: LNUserCode
    public var name: String
    public var email: EmailAddress
    /// Nobody has approved yet that meetings are made for him.
    public var isLinkOnly: Bool
    public var made: Date
    /// What keeps it from being whole; nothing can be approved before.
    public var incomplete: [String]
    public var inStep: Int
    public var items: [Item]

    public func count(_ step: Step) -> Int { items.count { $0.step == step } }

    /// Everybody who would get a mail.
    public var invited: [Person] {
        Set(items.flatMap(\.invited)).sorted { $0.email < $1.email }
    }

    public var waiting: Int { items.count(where: \.waitsForApproval) }
}

/// A meeting as people tell it from others.
public struct ListedMeeting: Sendable, Hashable, Codable {
    public var id: MeetingID
    /// `private` where its owner hides it.
    public var subject: String
    /// When it is, in words.
    public var time: String
    /// `1300/ACT000451`.
    public var activity: String?
    public var event: ICalUID?
}

/// What became of an approval.
public struct CalendarApproval: Sendable, Hashable, Codable {
    public var plan: String
    public var user: LNUserCode
    /// Who was shown the plan, and when.
    public var shownTo: String
    public var shown: Date
    /// How many meetings are made now.
    public var applied: Int
    /// What has changed since the plan was shown, or was not in it: it is shown by the next plan.
    public var notApplied: [ListedMeeting]
    /// He was link-only until now.
    public var isActivatedNow: Bool
}

extension ListedMeeting {
    init(_ row: MeetingRow, _ words: MeetingWords) {
        self.init(
            id: row.id, subject: words.title(row.meeting), time: words.when(row.meeting),
            activity: row.meeting.activity?.description, event: row.meeting.event?.uid)
    }
}

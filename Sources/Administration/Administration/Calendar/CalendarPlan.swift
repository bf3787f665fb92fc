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
        /// LN, Exchange or a rule refuses it, and why: nothing is written until somebody mends that and it is tried again.
        case refused
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
        /// It is written only when somebody approves the plan (CAL-20).
        public var waitsForApproval: Bool
        /// Who would get a mail: asked for only, until invitations are sent. Of a private meeting nobody is named (CAL-19).
        public var invited: [Person]
        /// It is private, and somebody would get a mail.
        public var hidesInvited: Bool
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
    /// Nobody has approved a plan of his yet.
    public var isLinkOnly: Bool
    public var made: Date
    /// What keeps it from being whole; nothing can be approved before.
    public var incomplete: [String]
    public var inStep: Int
    public var items: [Item]

    public func count(_ step: Step) -> Int { items.count { $0.step == step } }

    /// Everybody who would get a mail, but for attendees of private meetings.
    public var invited: [Person] {
        Set(items.flatMap(\.invited)).sorted { $0.email < $1.email }
    }

    /// Private meetings of which somebody would get a mail.
    public var hiddenInvitations: Int { items.count(where: \.hidesInvited) }

    public var waiting: Int { items.count(where: \.waitsForApproval) }
}

/// A meeting as people tell it from others.
public struct ListedMeeting: Sendable, Hashable, Codable {
    public var id: MeetingID
    /// `private` where its owner hides it; empty where nothing of it is kept, for it ended.
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
    /// What is written now: each is read anew first, and written if it is still what was shown.
    public var approved: [ListedMeeting]
    /// Which of them end, or are parted.
    public var ends: [MeetingID]
    /// What is otherwise than in the plan that was shown.
    public var differences: [Difference]
    /// He was link-only until now.
    public var isActivatedNow: Bool
}

extension CalendarApproval {
    /// A meeting that is otherwise than the plan showed it.
    public struct Difference: Sendable, Hashable, Codable {
        public enum Kind: String, Sendable, Hashable, Codable {
            /// It has other values: the next plan shows them.
            case changed
            /// It was not in the plan: the next one has it.
            case new
            /// It was in the plan, and is not written any more.
            case gone
        }

        public var meeting: ListedMeeting
        public var kind: Kind
        /// In words.
        public var detail: String

        /// It stands in the next plan, and waits for its approval.
        public var waits: Bool { kind != .gone }
    }

    /// A plan that was not approved.
    public struct Obstacle: Error, Sendable, Hashable, Codable {
        public var user: LNUserCode
        /// Why, and what to do, in words.
        public var error: String
    }

    /// What of an approval calendar-worker has carried out by now.
    public struct Outcome: Sendable, Hashable, Codable {
        public var written: Int
        /// Not tried yet, or to be tried again.
        public var open: Int
        /// What was found otherwise when it was read anew.
        public var differences: [Difference]
    }
}

/// What became of the approval of several users' plans.
public struct CalendarApprovals: Sendable, Hashable {
    public var approved: [CalendarApproval]
    /// Of these users nothing was approved, or not all; the others' approvals stand all the same.
    public var obstacles: [CalendarApproval.Obstacle]
}

extension CalendarPlan.Step {
    /// What is done, in a few words.
    public var word: String {
        switch self {
        case .link: "link"
        case .createInOutlook: "make in Outlook"
        case .createInLN: "make in LN"
        case .updateInOutlook: "change in Outlook"
        case .updateInLN: "change in LN"
        case .endInOutlook: "end in Outlook"
        case .endInLN: "end in LN"
        case .hold: "ask a person"
        case .refused: "refused"
        case .unlink: "part"
        case .rest: "leave"
        }
    }
}

extension ListedMeeting {
    init(_ row: MeetingRow, _ words: MeetingWords) {
        self.init(
            id: row.id, subject: words.title(row.meeting), time: words.when(row.meeting),
            activity: row.meeting.activity?.description, event: row.meeting.event?.uid)
    }
}

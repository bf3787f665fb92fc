/// CAL-1: which of Outlook's events come to LN.
public enum InboundPolicy: String, Policy {
    case all, category

    public static let name = "eventsFromOutlook"
    public static let title = "Which of a user's events in Outlook become activities in LN"
    public var meaning: String {
        switch self {
        case .all: "all events of his own calendar"
        case .category: "only those with the category that the setting inboundCategory names"
        }
    }
}

/// CAL-19: what becomes of events whose owner has marked them private or confidential.
public enum PrivatePolicy: String, Policy, Codable {
    case busyBlock
    /// They do not come to LN. One that turns private later becomes a busy block there: what LN had is overwritten.
    case skip
    /// Like any other, both ways.
    case asNormal

    public static let name = "privateEvents"
    public static let title = "An event that its owner has marked private or confidential in Outlook"
    public var meaning: String {
        switch self {
        case .busyBlock: "LN gets when it is and how it shows, and nothing else; edits made in LN are put back"
        case .skip: "does not come to LN; one that turns private later becomes a busy block there"
        case .asNormal: "comes to LN like any other, with all its contents"
        }
    }
}

/// CAL-14: what becomes of the activity of an event that its organizer deletes in Outlook.
public enum ActivityEndingPolicy: String, Policy {
    case notHeld
    case removed

    public static let name = "activityEnding"
    public static let title = "The activity of an event that its organizer deletes in Outlook"
    public var meaning: String {
        switch self {
        case .notHeld: "stays in LN, with the status Not Held"
        case .removed: "is deleted in LN"
        }
    }
}

/// CAL-9: whose time and place hold, where both sides have changed them.
public enum TimeConflictPolicy: String, Policy {
    case exchange
    case ln

    public static let name = "timeConflict"
    public static let title = "Time or place that was changed on both sides"
    public var meaning: String {
        switch self {
        case .exchange: "Outlook's holds; LN's is in the journal"
        case .ln: "LN's holds; Outlook's is in the journal"
        }
    }
}

/// CAL-9: whose subject and text hold, where both sides have changed them.
public enum TextConflictPolicy: String, Policy {
    case birth
    case ln
    case exchange

    public static let name = "textConflict"
    public static let title = "Subject or text that was changed on both sides"
    public var meaning: String {
        switch self {
        case .birth: "that of the side where the meeting was made holds; the other is in the journal"
        case .ln: "LN's holds; Outlook's is in the journal"
        case .exchange: "Outlook's holds; LN's is in the journal"
        }
    }
}

extension OwnSetting {
    /// CAL-1: the category of Outlook's, as its users call it.
    public static let inboundCategory = OwnSetting(
        text: "inboundCategory", "The category in Outlook that eventsFromOutlook = category means", standard: "Infor LN"
    )
    /// CAL-19: what LN shows for a private event, in the installation's language.
    public static let privateSubject = OwnSetting(
        text: "privateSubject", "The subject in LN of a private event of Outlook's", standard: "Private")
}

/// What an administrator has chosen for calendars (SET-1).
public struct CalendarChoices: Sendable, Hashable {
    public var inbound: InboundPolicy
    public var inboundCategory: String
    public var privateEvents: PrivatePolicy
    public var privateSubject: String
    public var activityEnding: ActivityEndingPolicy
    public var timeConflict: TimeConflictPolicy
    public var textConflict: TextConflictPolicy

    /// What holds until he says otherwise.
    public init() {
        inbound = .standard
        inboundCategory = OwnSetting.inboundCategory.standard
        privateEvents = .standard
        privateSubject = OwnSetting.privateSubject.standard
        activityEnding = .standard
        timeConflict = .standard
        textConflict = .standard
    }
}

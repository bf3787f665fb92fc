public import SyncModel

/// The data of `ln.hint.v1`: somebody asks the reader to look.
public struct Hint: Sendable, Hashable, Codable {
    public enum Action: String, Sendable, Hashable, Codable {
        /// A pull now, as at a tick.
        case pull
        /// A pull, and all keys compared, so that what was deleted in LN is found.
        case fullPull
        /// These contacts, read by key, by back-fill to these users.
        case contacts
        /// These activities, read by key. LN's push names them: they are live.
        case activities
    }

    /// Which of LN's two readers is asked.
    public enum Kind: String, Sendable, Hashable, Codable {
        case contact, activity
    }

    public var company: Company
    public var kind: Kind
    public var action: Action
    /// The contacts of `.contacts`.
    public var contacts: [ContactCode]?
    /// The activities of `.activities`.
    public var activities: [ActivityCode]?
    /// The sync users of `.contacts`; absent: all.
    public var users: [SyncUserID]?
    /// Of `.activities`: they are asked for by a baseline, a replay or a check, so that live changes go before them.
    public var isBackfill: Bool
    /// Who asks.
    public var by: String

    /// Asks the reader of contacts.
    public init(
        company: Company, action: Action, contacts: [ContactCode]? = nil, users: [SyncUserID]? = nil, by: String
    ) {
        self.init(company, .contact, action, by: by)
        self.contacts = contacts
        self.users = users
    }

    /// Asks the reader of activities.
    public init(
        activitiesOf company: Company, action: Action, _ activities: [ActivityCode]? = nil, isBackfill: Bool = false,
        by: String
    ) {
        self.init(company, .activity, action, by: by)
        self.activities = activities
        self.isBackfill = isBackfill
    }

    private init(_ company: Company, _ kind: Kind, _ action: Action, by: String) {
        self.company = company
        self.kind = kind
        self.action = action
        contacts = nil
        activities = nil
        users = nil
        isBackfill = false
        self.by = by
    }

    /// The key of its record: `1300/contact`.
    public var key: String { "\(company)/\(kind.rawValue)" }
}

extension Hint {
    private enum Member: String, CodingKey {
        case company, kind, action, contacts, activities, users, isBackfill, by
    }

    /// Without a kind it is about contacts, as all hints were once.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        self.init(
            try members.decode(Company.self, forKey: .company),
            try members.decodeIfPresent(Kind.self, forKey: .kind) ?? .contact,
            try members.decode(Action.self, forKey: .action), by: try members.decode(String.self, forKey: .by))
        contacts = try members.decodeIfPresent([ContactCode].self, forKey: .contacts)
        activities = try members.decodeIfPresent([ActivityCode].self, forKey: .activities)
        users = try members.decodeIfPresent([SyncUserID].self, forKey: .users)
        isBackfill = try members.decodeIfPresent(Bool.self, forKey: .isBackfill) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(company, forKey: .company)
        if kind != .contact { try members.encode(kind, forKey: .kind) }
        try members.encode(action, forKey: .action)
        try members.encodeIfPresent(contacts, forKey: .contacts)
        try members.encodeIfPresent(activities, forKey: .activities)
        try members.encodeIfPresent(users, forKey: .users)
        if isBackfill { try members.encode(isBackfill, forKey: .isBackfill) }
        try members.encode(by, forKey: .by)
    }
}

/// A setting of our own that is one of a few words (SET-1): a policy of the installation. LN has no such box.
///
/// Its first case is the standard, which holds until an administrator says otherwise. The table `setting` keeps the word as a JSON
/// text under `name`.
public protocol Policy: RawRepresentable, CaseIterable, Sendable, Hashable where RawValue == String {
    /// Under which name the store keeps it, and an administrator sets it: `contactFolder`.
    static var name: String { get }
    /// What it decides, in words for an administrator.
    static var title: String { get }
    /// What this value leads to, in words for an administrator.
    var meaning: String { get }
}

extension Policy {
    /// What holds until an administrator says otherwise.
    public static var standard: Self {
        guard let first = allCases.first else { preconditionFailure("\(name) has no value") }
        return first
    }
}

/// CON-2: where contacts are written.
public enum ContactFolderPolicy: String, Policy {
    case own
    case mailboxDefault = "default"

    public static let name = "contactFolder"
    public static let title = "The folder of a mailbox that LN's contacts go to"
    public var meaning: String {
        switch self {
        case .own: "a contacts folder of their own, below the mailbox's Contacts"
        case .mailboxDefault:
            "the mailbox's Contacts, beside the user's own ones, which are never touched. A mailbox that got its folder "
                + "already keeps it"
        }
    }
}

/// CON-4: what becomes of an edit that a user made in Outlook in one of our contacts. It never goes to LN.
public enum OutlookEditPolicy: String, Policy {
    case nextChange
    case atOnce
    case report

    public static let name = "editedInOutlook"
    public static let title = "A contact that was edited in Outlook"
    public var meaning: String {
        switch self {
        case .nextChange: "is overwritten when the contact changes in LN the next time"
        case .atOnce: "is put back to what LN has, within an hour"
        case .report: "keeps the edit until the contact changes in LN; the journal reports it within an hour"
        }
    }
}

/// CON-5: what becomes of a contact that a user deleted in Outlook or moved out of the folder.
public enum OutlookDeletionPolicy: String, Policy {
    case leave
    case restore

    public static let name = "deletedInOutlook"
    public static let title = "A contact that was deleted in Outlook, or moved to another folder"
    public var meaning: String {
        switch self {
        case .leave: "is not made again until Synchronize was off and on in LN"
        case .restore: "is made again when the contact changes in LN the next time"
        }
    }
}

/// SET-4: what becomes of LN's hints that name a contact. Contacts are pulled.
public enum ContactHintPolicy: String, Policy {
    case ignore
    case take

    public static let name = "contactHints"
    public static let title = "A hint of LN's that a contact was changed"
    public var meaning: String {
        switch self {
        case .ignore: "is answered and counted only: the next pull takes the contact"
        case .take: "leads to a pull at once"
        }
    }
}

/// USR-1: when two e-mail addresses are the same.
public enum EmailMatchPolicy: String, Policy {
    case ignoreCase
    case exact

    public static let name = "emailMatch"
    public static let title = "E-mail addresses of users that differ in upper and lower case only"
    public var meaning: String {
        switch self {
        case .ignoreCase: "are the same address, and the difference is reported"
        case .exact: "are two addresses"
        }
    }
}

/// A setting of our own as something to list and to set: a policy, or a text.
public struct OwnSetting: Sendable, Hashable {
    public struct Choice: Sendable, Hashable {
        public let value: String
        public let meaning: String
    }

    public let name: String
    public let title: String
    /// Empty: any text.
    public let choices: [Choice]
    /// What holds until an administrator says otherwise.
    public let standard: String

    /// All of them, in the order in which they are shown. `lnsync settings set` takes no other.
    public static let all = [
        OwnSetting(ContactFolderPolicy.self), OwnSetting(OutlookEditPolicy.self),
        OwnSetting(OutlookDeletionPolicy.self),
        OwnSetting(EmailMatchPolicy.self), OwnSetting(InboundPolicy.self), inboundCategory,
        OwnSetting(PrivatePolicy.self), privateSubject, OwnSetting(ActivityEndingPolicy.self),
        OwnSetting(TimeConflictPolicy.self), OwnSetting(TextConflictPolicy.self),
        OwnSetting(ContactHintPolicy.self),
    ]

    init<Choices: Policy>(_ policy: Choices.Type) {
        name = policy.name
        standard = policy.standard.rawValue
        title = policy.title
        choices = policy.allCases.map { Choice(value: $0.rawValue, meaning: $0.meaning) }
    }

    init(text name: String, _ title: String, standard: String) {
        self.name = name
        self.title = title
        self.standard = standard
        choices = []
    }
}

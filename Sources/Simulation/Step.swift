/// What happens to the world between two stretches of time. A run is a list of them, drawn from the seed by a `Mix`; what else is random in
/// the run (latencies, faults, the order of jobs) is drawn beside it, so that a failing list can be shortened.
enum Step: Sendable, Hashable {
    // MARK: LN

    /// A user of LN edits a contact.
    case edit(contact: Int)
    case switchSynchronize(contact: Int)
    case switchActive(contact: Int)
    case delete(contact: Int)
    case create
    /// An administrator of LN switches a sync user's *Active*.
    case switchUser(Int)
    /// An administrator of LN switches *Synchronize Contacts* in COM Parameters.
    case switchContacts
    /// *Synchronize* of all contacts is off for a while, by mistake, say; meanwhile an administrator of LN switches a user's *Active*.
    case withdrawAll(user: Int, seconds: Int)

    // MARK: Exchange

    /// Every item of a mailbox gets another etag.
    case touch(user: Int)
    case expireTokens
    /// A user changes one of our items in Outlook, copies it, deletes it, or moves it to another folder.
    case editInOutlook(user: Int)
    case deleteInOutlook(user: Int, forGood: Bool)
    case copyInOutlook(user: Int)
    case moveInOutlook(user: Int)
    /// A user deletes our folder.
    case deleteFolderInOutlook(user: Int, forGood: Bool)
    /// The next requests to a mailbox are refused.
    case refuse(user: Int, Refusal, count: Int)
    /// A mailbox can't be used as a whole, for a while or (`nil`) until the end.
    case breakMailbox(user: Int, isUnlicensed: Bool, seconds: Int?)

    enum Refusal: Sendable, Hashable, CaseIterable {
        /// 401 though the token is good.
        case token
        /// 403 for the mailbox.
        case mailbox
        /// 404 for the folder, to creates.
        case folder
        /// 404 that names nothing: a gateway's.
        case gateway
    }

    // MARK: What an administrator does

    /// A mailbox is paused and goes on after that time; meanwhile its user is switched off in LN and on again.
    case pause(user: Int, seconds: Int)
    /// `lnsync sync now`, with all keys compared or not.
    case pull(full: Bool)
    /// All holds that are open are decided.
    case decideHolds(approve: Bool)
    /// The store is put back to how it was some steps ago, while no program runs; the topics are not.
    case restoreStore(stepsAgo: Int)

    // MARK: Calendars

    case calendar(CalendarStep)

    // MARK: Processes and the broker

    /// A process ends between two of its steps, and is started again.
    case crash(process: Int, downFor: Int)
    /// A process stands still, longer than its lease or its session may last, and goes on as if nothing had happened.
    case stall(process: Int, seconds: Int)
    case loseAssignment(process: Int)
    case brokerDown(seconds: Int)
    /// The broker comes back with a new log: empty, or grown past the old offsets; another cluster's, or this one's with its topics
    /// made anew.
    case newLog(isGrown: Bool, isSameCluster: Bool)
    /// Somebody else writes a record that nobody can read.
    case unreadableRecord(user: Int)
    case wait(seconds: Int)
}

extension Step: CustomStringConvertible {
    var description: String {
        switch self {
        case .edit(let contact): "edit contact \(contact)"
        case .switchSynchronize(let contact): "switch Synchronize of contact \(contact)"
        case .switchActive(let contact): "switch Active of contact \(contact)"
        case .delete(let contact): "delete contact \(contact)"
        case .create: "create a contact"
        case .switchUser(let user): "switch Active of user \(user)"
        case .switchContacts: "switch Synchronize Contacts"
        case .withdrawAll(let user, let seconds):
            "Synchronize of all contacts is off for \(seconds) s, and Active of user \(user) switched meanwhile"
        case .touch(let user): "other etags for user \(user)'s items"
        case .expireTokens: "all tokens expire"
        case .editInOutlook(let user): "user \(user) edits a contact in Outlook"
        case .deleteInOutlook(let user, let forGood):
            "user \(user) deletes a contact in Outlook\(forGood ? " for good" : "")"
        case .copyInOutlook(let user): "user \(user) copies a contact in Outlook"
        case .deleteFolderInOutlook(let user, let forGood):
            "user \(user) deletes the folder in Outlook\(forGood ? " for good" : "")"
        case .moveInOutlook(let user): "user \(user) moves a contact in Outlook"
        case .refuse(let user, let refusal, let count): "\(count) requests to user \(user) are refused: \(refusal)"
        case .breakMailbox(let user, let isUnlicensed, let seconds):
            "user \(user)'s mailbox is \(isUnlicensed ? "unlicensed" : "out of scope")\(seconds.map { " for \($0) s" } ?? "")"
        case .pause(let user, let seconds):
            "user \(user)'s mailbox is paused for \(seconds) s, and the user switched off and on meanwhile"
        case .pull(let full): full ? "full pull" : "pull"
        case .calendar(let step): step.description
        case .decideHolds(let approve): "all holds are \(approve ? "approved" : "discarded")"
        case .restoreStore(let steps): "the store is put back to \(steps) steps ago"
        case .crash(let process, let seconds): "crash process \(process), started again after \(seconds) s"
        case .stall(let process, let seconds): "process \(process) stands still for \(seconds) s"
        case .loseAssignment(let process): "process \(process) loses its assignment"
        case .brokerDown(let seconds): "the broker is down for \(seconds) s"
        case .newLog(let isGrown, let isSameCluster):
            "a new log, \(isGrown ? "grown" : "empty"), \(isSameCluster ? "of the same cluster" : "of another cluster")"
        case .unreadableRecord(let user): "a record for user \(user) that nobody can read"
        case .wait(let seconds): "wait \(seconds) s"
        }
    }
}

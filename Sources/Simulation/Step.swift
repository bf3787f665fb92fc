import Runtime

/// What happens to the world between two stretches of time. A run is a list of them, drawn from the seed; what else is random in
/// the run (latencies, faults, the order of jobs) is drawn beside it, so that a failing list can be shortened.
enum Step: Sendable, Hashable, CustomStringConvertible {
    /// A user of LN edits a contact.
    case edit(contact: Int)
    case switchSynchronize(contact: Int)
    case switchActive(contact: Int)
    case delete(contact: Int)
    case create
    /// An administrator of LN switches a sync user's *Active*.
    case switchUser(Int)
    /// `lnsync sync now`, with all keys compared or not.
    case pull(full: Bool)
    /// An administrator of LN switches *Synchronize Contacts* in COM Parameters.
    case switchContacts
    /// Every item of a mailbox gets another etag.
    case touch(user: Int)
    case expireTokens
    /// A process ends between two of its steps, and is started again.
    case crash(process: Int, downFor: Int)
    /// A process stands still, longer than its lease or its session may last, and goes on as if nothing had happened.
    case stall(process: Int, seconds: Int)
    case loseAssignment(process: Int)
    case brokerDown(seconds: Int)
    /// The broker comes back with a new, empty log.
    case newLog
    case wait(seconds: Int)

    /// - Parameters:
    ///   - contacts, users, processes: how many there are to choose from.
    static func draw(
        _ count: Int, contacts: Int, users: Int, processes: Int, _ randomness: SeededRandomness
    ) -> [Step] {
        (0..<count).map { _ in
            func any(_ count: Int) -> Int { randomness.next(in: 0...(count - 1)) }
            return switch randomness.next(in: 1...100) {
            case 1...30: .edit(contact: any(contacts))
            case 31...42: .switchSynchronize(contact: any(contacts))
            case 43...46: .switchActive(contact: any(contacts))
            case 47...49: .delete(contact: any(contacts))
            case 50...52: .create
            case 53...55: .switchUser(any(users))
            case 56...59: .pull(full: randomness.next() & 3 == 0)
            case 60...66: .crash(process: any(processes), downFor: any(20))
            case 67...69: .stall(process: any(processes), seconds: randomness.next(in: 5...40))
            case 70...72: .loseAssignment(process: any(processes))
            case 73...74: .brokerDown(seconds: randomness.next(in: 1...20))
            case 75: .newLog
            case 76: .switchContacts
            case 77...78: .touch(user: any(users))
            case 79: .expireTokens
            default: .wait(seconds: randomness.next(in: 1...15))
            }
        }
    }

    var description: String {
        switch self {
        case .edit(let contact): "edit contact \(contact)"
        case .switchSynchronize(let contact): "switch Synchronize of contact \(contact)"
        case .switchActive(let contact): "switch Active of contact \(contact)"
        case .delete(let contact): "delete contact \(contact)"
        case .create: "create a contact"
        case .switchUser(let user): "switch Active of user \(user)"
        case .pull(let full): full ? "full pull" : "pull"
        case .switchContacts: "switch Synchronize Contacts"
        case .touch(let user): "other etags for user \(user)'s items"
        case .expireTokens: "all tokens expire"
        case .crash(let process, let seconds): "crash process \(process), started again after \(seconds) s"
        case .stall(let process, let seconds): "process \(process) stands still for \(seconds) s"
        case .loseAssignment(let process): "process \(process) loses its assignment"
        case .brokerDown(let seconds): "the broker is down for \(seconds) s"
        case .newLog: "a new, empty log"
        case .wait(let seconds): "wait \(seconds) s"
        }
    }
}

import Runtime

/// What runs are made of: how often each kind of step comes, how often something goes wrong by itself, and how many contacts there are.
struct Mix: Sendable, Hashable {
    /// A kind of step.
    enum Kind: Sendable, Hashable, CaseIterable {
        case edit, switchSynchronize, switchActive, delete, create, switchUser, switchContacts, withdrawAll
        case touch, expireTokens, refuse, breakMailbox
        case editInOutlook, deleteInOutlook, copyInOutlook, moveInOutlook, deleteFolderInOutlook
        case pause, pull, decideHolds, restoreStore
        case crash, stall, loseAssignment, brokerDown, newLog, unreadableRecord, wait
        // Of calendars.
        case createActivity, editActivity, endActivity, bringBackActivity, changeAttendees, changeOrganizer
        case switchActivity, switchActivities
        case createEvent, editEvent, endEvent, bringBackEvent, copyEvent, answer, outside, twin, endMany
        case touchEvents, forgetDeltas
        // Of runs towards a fault alone.
        case discardEvent
    }

    /// How often a kind of step comes, in relation to the others; one that is not named never does.
    var weights: [Kind: Int]
    /// Of 1,000 requests, commits and sends.
    var faults: [Faults.Place: Int] = [.produce: 15, .request: 30, .commit: 10]
    /// `nil`: as the seed says.
    var contacts: Int?
    /// What is edited of meetings; empty: texts and times more than all else.
    var edits: [CalendarStep.Edit] = []
    /// Calendars are kept in step, not contacts.
    var isCalendar = false

    /// All that may happen, the rarer the worse it is.
    static let everything = Mix(weights: [
        .edit: 260, .switchSynchronize: 110, .switchActive: 40, .delete: 25, .create: 25, .switchUser: 30,
        .switchContacts: 10, .withdrawAll: 8, .touch: 15, .expireTokens: 10, .refuse: 20, .breakMailbox: 3,
        .editInOutlook: 25,
        .deleteInOutlook: 10, .copyInOutlook: 5, .moveInOutlook: 5, .deleteFolderInOutlook: 2, .pause: 5, .pull: 32,
        .decideHolds: 10, .restoreStore: 3, .crash: 62, .stall: 30, .loseAssignment: 30, .brokerDown: 18, .newLog: 10,
        .unreadableRecord: 7, .wait: 200,
    ])

    /// How big the world of a seed is.
    func size(seed: UInt64) -> World.Size {
        var size = isCalendar ? World.Size(calendarSeed: seed) : World.Size(seed: seed)
        size.contacts = contacts ?? size.contacts
        return size
    }

    /// The steps of a seed.
    func steps(_ count: Int, seed: UInt64) -> [Step] {
        let size = size(seed: seed)
        let randomness = SeededRandomness(seed: seed ^ 0x57E9)
        let total = weights.values.reduce(0, +)
        return (0..<count).map { _ in
            var rest = randomness.next(in: 1...max(1, total))
            let kind = Kind.allCases.first { kind in
                rest -= weights[kind, default: 0]
                return rest <= 0
            }
            return Step(kind ?? .wait, in: size, edits: edits, randomness)
        }
    }
}

extension Step {
    /// A step of this kind; the rest is drawn.
    fileprivate init(
        _ kind: Mix.Kind, in size: World.Size, edits: [CalendarStep.Edit], _ randomness: SeededRandomness
    ) {
        func any(_ count: Int) -> Int { randomness.next(in: 0...(count - 1)) }
        func isHeads() -> Bool { randomness.next() & 1 == 0 }
        func contact() -> Int { any(size.contacts) }
        func user() -> Int { any(size.users) }
        func process() -> Int { any(size.programs.count * size.processes) }
        if let step = CalendarStep(kind, in: size, edits: edits, randomness) {
            self = .calendar(step)
            return
        }
        self =
            switch kind {
            case .edit: .edit(contact: contact())
            case .switchSynchronize: .switchSynchronize(contact: contact())
            case .switchActive: .switchActive(contact: contact())
            case .delete: .delete(contact: contact())
            case .create: .create
            case .switchUser: .switchUser(user())
            case .switchContacts: .switchContacts
            case .withdrawAll: .withdrawAll(user: user(), seconds: randomness.next(in: 30...120))
            case .touch: .touch(user: user())
            case .expireTokens: .expireTokens
            case .refuse:
                .refuse(
                    user: user(), Refusal.allCases[any(Refusal.allCases.count)], count: randomness.next(in: 1...3))
            case .breakMailbox:
                .breakMailbox(
                    user: user(), isUnlicensed: isHeads(), seconds: isHeads() ? randomness.next(in: 1...60) : nil)
            case .editInOutlook: .editInOutlook(user: user())
            case .deleteInOutlook: .deleteInOutlook(user: user(), forGood: isHeads())
            case .copyInOutlook: .copyInOutlook(user: user())
            case .moveInOutlook: .moveInOutlook(user: user())
            case .deleteFolderInOutlook: .deleteFolderInOutlook(user: user(), forGood: isHeads())
            case .pause: .pause(user: user(), seconds: randomness.next(in: 2...120))
            case .pull: .pull(full: randomness.next() & 3 == 0)
            case .decideHolds: .decideHolds(approve: isHeads())
            case .restoreStore: .restoreStore(stepsAgo: randomness.next(in: 1...30))
            case .crash: .crash(process: process(), downFor: any(20))
            case .stall: .stall(process: process(), seconds: randomness.next(in: 5...40))
            case .loseAssignment: .loseAssignment(process: process())
            case .brokerDown: .brokerDown(seconds: randomness.next(in: 1...(isHeads() ? 20 : 90)))
            case .newLog: .newLog(isGrown: isHeads(), isSameCluster: isHeads())
            case .unreadableRecord: .unreadableRecord(user: user())
            default: .wait(seconds: randomness.next(in: 1...15))
            }
    }
}

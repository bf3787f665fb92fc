import Foundation
import LNSandbox
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization

/// One run: a world, the processes in it, and a list of steps; then everything comes to rest, and the invariants are checked.
public struct Run {
    /// What became of a run.
    public struct Outcome: Sendable, Hashable {
        /// The invariants that do not hold, each with what was found.
        public var violations: [String] = []
        /// Of all that happened (I13).
        public var traceHash: UInt64 = 0
        /// What happened, where it was wanted.
        public var trace: [String] = []
        /// Virtual time.
        public var seconds = 0.0
        /// Requests that wrote to Exchange.
        public var writes = 0
        public var edits = 0

        public var isGood: Bool { violations.isEmpty }
    }

    public let seed: UInt64
    let steps: [Step]
    let size: World.Size
    let planted: PlantedFault?

    /// - Parameters:
    ///   - places: which of the steps are taken; `nil`: all.
    ///   - planted: a rule that is broken on purpose, to see whether the checks notice.
    public init(seed: UInt64, steps count: Int, places: [Int]? = nil, planted: PlantedFault? = nil) {
        let size = World.Size()
        let all = Step.draw(
            count, contacts: size.contacts, users: size.users, processes: ProcessKind.allCases.count * size.processes,
            SeededRandomness(seed: seed ^ 0x57E9))
        self.seed = seed
        self.steps = places.map { places in places.filter(all.indices.contains).map { all[$0] } } ?? all
        self.size = size
        self.planted = planted
    }

    /// How long the world may take to come to rest; longer is a fault of its own.
    private static let patience: Duration = .seconds(3 * 3600)

    public func outcome(keepsTrace: Bool = false) -> Outcome {
        var outcome = Outcome()
        do {
            let world = try World(seed: seed, size: size, keepsTrace: keepsTrace)
            let crew = Crew(world, planted: planted, randomness: SeededRandomness(seed: seed ^ 0xC4E3))
            try perform(world, crew, &outcome)
            outcome.violations += world.checks.violations + crew.violations
            crew.endAll()
            outcome.traceHash = world.trace.hash
            outcome.trace = world.trace.lines
            outcome.seconds = world.time.uptime / .seconds(1)
            outcome.writes = world.exchange.writes
        } catch {
            outcome.violations.append("the run itself failed: \(error)")
        }
        return outcome
    }

    private func perform(_ world: World, _ crew: Crew, _ outcome: inout Outcome) throws {
        try world.begin()
        crew.startAll()
        crew.pass(.seconds(5))
        for step in steps {
            world.trace.note("— \(step)")
            take(step, world, crew)
            crew.pass(.milliseconds(world.randomness.next(in: 50...3000)))
        }
        world.faults.stop()
        crew.startAll()
        if !world.ln.synchronizesContacts { take(.switchContacts, world, crew) }
        // Settings and users are read from LN every minute.
        crew.pass(.seconds(150))
        // Everything that was changed is read once more, as the next tick would.
        for isFull in [false, true] {
            world.hint(full: isFull)
            guard crew.comeToRest(within: Self.patience) else {
                outcome.violations.append("I1: no rest: \(try world.unrest())")
                return
            }
        }
        let checks = Invariants(world, crew)
        outcome.violations += try checks.agreement()
        let writes = world.exchange.writes
        world.trace.note("— at rest; nothing is trusted any more")
        try world.distrustEverything()
        world.hint(full: true)
        world.reapply()
        guard crew.comeToRest(within: Self.patience) else {
            outcome.violations.append("I2: no rest after a second run: \(try world.unrest())")
            return
        }
        let more = world.exchange.writes - writes
        if more != 0 { outcome.violations.append("I2: a second run wrote \(more) times") }
        outcome.violations += try checks.agreement()
    }

    private func take(_ step: Step, _ world: World, _ crew: Crew) {
        switch step {
        case .edit(let contact): world.ln.edit(contact: contact)
        case .switchSynchronize(let contact): world.ln.switchMember("Synchronize", .contacts, LNSide.code(contact))
        case .switchActive(let contact): world.ln.switchMember("Active", .contacts, LNSide.code(contact))
        case .delete(let contact): world.ln.delete(contact: contact)
        case .create: world.ln.create()
        case .switchUser(let user): world.ln.switchMember("Active", .syncUsers, LNSide.user(user))
        case .switchContacts: world.ln.switchMember("SynchronizeContacts", .comParameters, "")
        case .touch(let user): world.exchange.touchItems(of: LNSide.address(user))
        case .expireTokens:
            world.ln.expireTokens()
            world.exchange.expireTokens()
        case .pull(let full): world.hint(full: full)
        case .crash(let process, let seconds): crew.crash(process, downFor: .seconds(seconds))
        case .stall(let process, let seconds): crew.stall(process, for: .seconds(seconds))
        case .loseAssignment(let process): crew.loseAssignment(process)
        case .brokerDown(let seconds):
            world.cluster.setDown(true)
            world.time.schedule(after: .seconds(seconds)) { world.cluster.setDown(false) }
        case .newLog: world.cluster.replaceLog()
        case .wait(let seconds): crew.pass(.seconds(seconds))
        }
    }
}

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

        public var isGood: Bool { violations.isEmpty }
    }

    public let seed: UInt64
    let steps: [Step]
    let mix: Mix
    let planted: PlantedFault?

    /// - Parameters:
    ///   - places: which of the steps are taken; `nil`: all.
    ///   - fault: the run is of those that are made to bring this fault to light; `nil`: of all that may happen.
    ///   - isPlanted: whether that rule is broken on purpose, to see whether the checks notice.
    ///   - isCalendar: of calendars, where no fault says of what the run is.
    public init(
        seed: UInt64, steps count: Int, places: [Int]? = nil, towards fault: PlantedFault? = nil,
        isPlanted: Bool = true,
        isCalendar: Bool = false
    ) {
        mix = fault?.mix ?? (isCalendar ? .calendar : .everything)
        let all = mix.steps(count, seed: seed)
        self.seed = seed
        steps = places.map { places in places.filter(all.indices.contains).map { all[$0] } } ?? all
        planted = isPlanted ? fault : nil
    }

    public func outcome(keepsTrace: Bool = false) -> Outcome {
        var outcome = Outcome()
        do {
            let world = try World(seed: seed, mix.size(seed: seed), faults: mix.faults, keepsTrace: keepsTrace)
            let crew = Crew(world, planted: planted, randomness: SeededRandomness(seed: seed ^ 0xC4E3))
            try perform(world, crew, &outcome)
            outcome.violations += world.history.violations
            outcome.violations +=
                world.checks.violations + world.removals.violations
                + world.writes.violations(besides: world.faults.uncertain)
                + crew.violations
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
        if mix.isCalendar { world.exchange.setVices(true) }
        crew.startAll()
        crew.pass(.seconds(5))
        // Else somebody decides that later (CAL-20).
        if mix.isCalendar, seed % 3 != 0 { try world.activateAll() }
        for step in steps {
            world.trace.note("— \(step)")
            world.store.backUp()
            try take(step, world, crew)
            crew.pass(.milliseconds(world.randomness.next(in: 50...3000)))
        }
        let decision = seed % 2 == 0 ? Hold.State.approved : .discarded
        outcome.violations =
            mix.isCalendar
            ? try CalendarEnding(world: world, crew: crew, decision: decision).violations()
            : try Ending(world: world, crew: crew, decision: decision).violations()
    }
}

import ExchangeSandbox
import LNSandbox
import SyncModel
import SyncStore

/// The end of a run of calendars: nothing goes wrong any more, everything comes to rest, and what the invariants say of that state is checked.
struct CalendarEnding {
    let world: World
    let crew: Crew
    /// What a person decides of what is held.
    let decision: Hold.State

    /// How long the world may take to come to rest; longer is a fault of its own.
    private static let patience: Duration = .seconds(3 * 3600)
    /// Both sides are pulled every minute.
    private static let tick: Duration = .seconds(130)
    /// Each decision can bring one more question.
    private static let mostDecisions = 6

    /// The invariants that do not hold. The first that fails ends it.
    func violations() throws -> [String] {
        world.faults.stop()
        world.exchange.endRefusals()
        world.exchange.setVices(false)
        crew.startAll()
        if !world.ln.synchronizesActivities { world.ln.switchMember("SynchronizeActivities", .comParameters, "") }
        // Settings and users are read from LN every minute; a broker or a process that is away comes back.
        crew.pass(.seconds(150))
        // A restored store may have one that nobody ends.
        try world.endPauses()
        try world.activateAll()
        for part in [isolation, agreement, secondRun, atRest] {
            let violations = try part()
            if !violations.isEmpty { return violations }
        }
        return []
    }

    // MARK: Parts

    /// Mailboxes that can't be used hold up no other (I11).
    private func isolation() throws -> [String] {
        let broken = world.exchange.brokenMailboxes
        guard !broken.isEmpty else { return [] }
        world.trace.note("— \(broken.sorted().joined(separator: ", ")) can't be used; the others have to come to rest")
        // Those that can be used again too, or they would be left alone for as long as their quarantine takes.
        try world.resumeUsers()
        let violations = try rest(.isolation, without: broken)
        for user in broken.sorted() { world.exchange.setKind(.usable, of: user) }
        return violations
    }

    /// What has changed is read once more, as the next tick would; what is held is decided (I1).
    private func agreement() throws -> [String] {
        try world.resumeUsers()
        return try rest(.agreement)
    }

    /// Nothing is trusted any more: all is read again, compared, and found to be as it should be (I2), though all programs crash before (I8).
    private func secondRun() throws -> [String] {
        world.trace.note("— at rest; nothing is trusted any more")
        let (writes, changes) = (world.history.writes, world.exchange.writes)
        crew.crashAll(downFor: .seconds(1))
        crew.pass(.seconds(20))
        try world.distrustMeetings()
        let violations = try rest(.crashes)
        let more = max(world.history.writes - writes, world.exchange.writes - changes)
        return (more == 0 ? [] : [Invariant.secondRun.violated("a second run wrote \(more) times")]) + violations
    }

    /// What can be said at rest of all that happened.
    private func atRest() throws -> [String] {
        try Secrecy(world: world).violations() + MeetingEndCheck(history: world.history).violations()
            + world.history.writeViolations(world.writes.disturbances + world.faults.uncertain)
    }

    // MARK: Steps of them

    private func rest(_ invariant: Invariant, without left: Set<String> = []) throws -> [String] {
        for isFull in [false, true] {
            world.hint(full: isFull)
            crew.pass(Self.tick)
            guard crew.comeToRest(within: Self.patience, without: left) else { return [try noRest(invariant, left)] }
        }
        for _ in 0..<Self.mostDecisions {
            guard try world.decideHolds(decision) > 0 else { break }
            crew.pass(Self.tick)
            guard crew.comeToRest(within: Self.patience, without: left) else { return [try noRest(invariant, left)] }
        }
        return try MeetingAgreement(world, without: left).violations(invariant)
            + world.orphanedHolds().map(invariant.violated)
    }

    private func noRest(_ invariant: Invariant, _ left: Set<String>) throws -> String {
        invariant.violated("no rest: \(try world.unrest(without: left))")
    }
}

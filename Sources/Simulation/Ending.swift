import ExchangeSandbox
import Kafka
import LNSandbox
import SyncEvents
import SyncModel
import SyncStore

/// The end of a run: nothing goes wrong any more, everything comes to rest, and what the invariants say of that state is checked.
struct Ending {
    let world: World
    let crew: Crew
    /// What a person decides of the removals that are withheld.
    let decision: Hold.State

    /// How long the world may take to come to rest; longer is a fault of its own.
    private static let patience: Duration = .seconds(3 * 3600)

    /// The invariants that do not hold. The first that fails ends it.
    func violations() throws -> [String] {
        world.faults.stop()
        world.exchange.endRefusals()
        crew.startAll()
        if !world.ln.synchronizesContacts { world.ln.switchMember("SynchronizeContacts", .comParameters, "") }
        // Settings and users are read from LN every minute; a broker or a process that is away comes back.
        crew.pass(.seconds(150))
        // A restored store may have one that nobody ends.
        try world.endPauses()
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
        let violations = try rest(.isolation, without: broken) {
            let left = broken.union(world.vanishedFolders.keys)
            return try Agreement(world: world, exempt: Exemptions(world, isCompared: false)).differences(without: left)
        }
        for user in broken.sorted() { world.exchange.setKind(.usable, of: user) }
        return violations
    }

    /// Everything that was changed is read once more, as the next tick would; holds are decided (I1).
    private func agreement() throws -> [String] {
        try world.resumeUsers()
        if !world.vanishedFolders.isEmpty {
            world.trace.note("— each folder is looked at: those that vanished are held")
            guard try hasCompared() else { return [try noRest(.agreement)] }
        }
        return try rest(.agreement) {
            try Agreement(world: world, exempt: Exemptions(world, isCompared: false)).differences()
        }
    }

    /// Nothing is trusted any more: all is read again, compared, and found to be as it should be (I2), though all programs crash before
    /// (I8).
    private func secondRun() throws -> [String] {
        // What was edited or copied in Outlook is put right by one comparison; of what a restored store has forgotten, the first makes a row.
        let comparisons =
            world.oblivion.forgotten.isEmpty ? (world.outlookActs.contains { $0.kind != .takenAway } ? 1 : 0) : 2
        // A listing of a folder is trusted for so long: what was copied since is not in it.
        if world.outlookActs.contains(where: { $0.kind == .copied }) { crew.pass(.seconds(600)) }
        for _ in 0..<comparisons {
            world.trace.note("— at rest; what differs by exemption is put right")
            let violations = try compareAll(.agreement)
            if !violations.isEmpty { return violations }
        }
        world.trace.note("— at rest; nothing is trusted any more")
        let writes = world.exchange.writes
        crew.crashAll(downFor: .seconds(1))
        let violations = try compareAll(.crashes)
        let more = world.exchange.writes - writes
        return (more == 0 ? [] : [Invariant.secondRun.violated("a second run wrote \(more) times")]) + violations
    }

    /// What can be said at rest of all that happened (I5, I11).
    private func atRest() throws -> [String] {
        try OrderCheck(world: world).violations() + unreadable()
    }

    // MARK: Steps of them

    private func compareAll(_ invariant: Invariant) throws -> [String] {
        guard try hasCompared() else { return [try noRest(invariant)] }
        return try Agreement(world: world, exempt: Exemptions(world, isCompared: true)).differences()
            .map(invariant.violated)
    }

    /// Reads and compares everything, as a replay does.
    /// - Returns: whether that came to rest.
    private func hasCompared() throws -> Bool {
        try world.distrustEverything()
        world.hint(full: true)
        world.reapply()
        return crew.comeToRest(within: Self.patience)
    }

    private func rest(
        _ invariant: Invariant, without left: Set<String> = [], _ differences: () throws -> [String]
    ) throws -> [String] {
        for isFull in [false, true] {
            world.hint(full: isFull)
            guard crew.comeToRest(within: Self.patience, without: left) else { return [try noRest(invariant, left)] }
        }
        if try world.decideHolds(decision) > 0 {
            guard crew.comeToRest(within: Self.patience, without: left) else { return [try noRest(invariant, left)] }
        }
        return try differences().map(invariant.violated)
    }

    private func noRest(_ invariant: Invariant, _ left: Set<String> = []) throws -> String {
        invariant.violated("no rest: \(try world.unrest(without: left))")
    }

    /// Each record that nobody could read and that is still in the log stands among the dead letters.
    private func unreadable() throws -> [String] {
        let topic = Topic.contactChanges
        let count = world.cluster.records(of: World.names.name(of: topic)).filter {
            $0.1.value != nil && $0.1.header("ce_type") == nil
        }.count
        let letters = Set(
            world.cluster.records(
                of: World.names.deadLetters(of: topic, group: ConsumerGroup.contactWorker)
            ).compactMap { $0.1.header("ce_id")?.string })
        guard letters.count < count else { return [] }
        return [Invariant.isolation.violated("\(count) records can't be read, \(letters.count) are dead letters")]
    }
}

import Foundation
import HTTPTypes
import Kafka
import Runtime
import SyncEvents
import SyncModel
import Synchronization

@testable import Simulation

/// A directed run of the real code: one process of each program, one sync user, nothing that goes wrong by itself. What happens in
/// which order is said by the test.
struct Scenario {
    static let live = World.names.name(of: .contactChanges)
    static let backfill = World.names.name(of: .contactBackfill)

    let world: World
    let crew: Crew

    /// Synchronisation is started, and comes to rest at the beginning of a minute: the next pull by the clock is far.
    init(contacts: Int) throws {
        var size = World.Size()
        size.contacts = contacts
        // The last one is not active.
        size.users = 2
        size.partitions = 1
        size.processes = 1
        size.skew = 0
        world = try World(seed: 1, size, faults: [:], keepsTrace: true)
        crew = Crew(world, planted: nil, randomness: SeededRandomness(seed: 1))
        try world.begin()
        crew.startAll()
        crew.pass(.seconds(125))
        guard crew.comeToRest(within: .seconds(20)) else { throw NoRest(why: try world.unrest()) }
    }

    struct NoRest: Error {
        let why: String
    }

    // MARK: What happens

    /// LN's users are busy right after the next answer about contacts has left LN.
    func afterNextRead(_ act: @escaping @Sendable () -> Void) {
        world.ln.onRead.withLock { [world] onRead in
            onRead = { request in
                guard request.method == .get, request.path.hasSuffix("/Contacts") else { return }
                world.ln.onRead.withLock { $0 = nil }
                act()
            }
        }
    }

    /// The reader crashes once its next live record is in the log, and comes back.
    func crashReaderAfterNextLiveSend() {
        world.cluster.state.withLock { [world, crew] state in
            state.onAppend = { record in
                guard record.topic == Self.live else { return }
                world.cluster.state.withLock { $0.onAppend = nil }
                crew.crash(0, downFor: .seconds(1))
            }
        }
    }

    /// Intake of neither topic goes on from here.
    func holdIntake() {
        for topic in [Self.live, Self.backfill] {
            world.cluster.hold(topic, from: Int64(world.cluster.records(of: topic).count))
        }
    }

    func intakeOf(_ topic: String, upTo offset: Int64? = nil) {
        world.cluster.hold(topic, from: offset)
    }

    // MARK: What is there

    /// The job titles of the contact's records, in order; `nil` for a removal.
    func titles(in topic: String, of contact: Int = 0) throws -> [String?] {
        try world.cluster.records(of: topic).map(\.1).filter {
            $0.header("ce_subject")?.string == "1300/\(LNSide.code(contact))"
        }
        .map { record in
            guard record.header("ce_type")?.string == EventType.contactChanged.description,
                let data = record.value?.data
            else { return nil }
            return try EventData.decode(ContactChanged.self, from: data).content.jobTitle ?? ""
        }
    }

    /// Everything comes to rest; then what differs between LN and the mailboxes.
    func differences() throws -> [String] {
        guard crew.comeToRest(within: .seconds(600)) else { throw NoRest(why: try world.unrest()) }
        defer { crew.endAll() }
        return try Agreement(world: world, exempt: Exemptions(world, isCompared: true)).differences()
            + world.checks.violations + crew.violations
    }
}

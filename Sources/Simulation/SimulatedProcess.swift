import ContactSync
import ExchangeGraph
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import LNClient
import LNSandbox
import LNSource
import MailboxWorker
import Runtime
import Settling
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// One program with simulated ports: the same code that the real one runs.
struct SimulatedProcess: Sendable {
    let name: String
    /// Its membership of a consumer group; `nil` where it has none.
    let groupConsumer: SimulatedConsumer?
    let run: @Sendable () async throws -> Void

    init(
        _ kind: ProcessKind, name: String, world: World, fate: ProcessFate, planted: PlantedFault?,
        _ randomness: SeededRandomness
    ) throws {
        self.name = name
        // Clocks are wrong (I9).
        let clock = SimulatedClock(
            time: world.time, fate: fate, skew: .seconds(randomness.next(in: -world.size.skew...world.size.skew)))
        let shared: any SyncStore = SimulatedStore(
            base: world.store, time: world.time, randomness: world.randomness, fate: fate, faults: world.faults,
            trace: world.trace, checks: world.checks, onCommit: world.committed)
        let store = planted?.broken(shared, world.returns) ?? shared
        let honest = SimulatedProducer(cluster: world.cluster, fate: fate, faults: world.faults)
        let producer: any RecordProducer = planted?.broken(honest, clock, world.returns) ?? honest
        let log = Logger(label: name, sink: world.trace)
        let ports = Ports(
            store: store, producer: producer, clock: clock, randomness: SeededRandomness(seed: randomness.next()),
            log: log)
        func network(
            _ service: @escaping @Sendable (HTTPRequest) -> SimulatedNetwork.Arrival, gate: SimulatedNetwork.Gate? = nil
        ) -> SimulatedNetwork {
            SimulatedNetwork(
                service: service, time: world.time, randomness: world.randomness, fate: fate, faults: world.faults,
                trace: world.trace, gate: gate, restorations: { world.restorations })
        }
        switch kind {
        case .worker:
            var configuration = ContactWorker.Configuration(
                owner: name, names: World.names, partitionCount: world.size.partitions)
            // The simulator's time is cheap, jobs are not: looks come less often than in life.
            configuration.worker.settling.pollInterval = .seconds(5)
            configuration.worker.watchInterval = .seconds(2)
            let consumer = SimulatedConsumer(
                world.cluster, fate,
                group: (configuration.worker.group, Set(configuration.worker.intake.topics.keys)))
            groupConsumer = consumer
            let exchange = try world.exchange.contacts(
                network({ world.exchange.arrive($0, world.writes) }, gate: world.exchange.gate), ports)
            let worker = ContactWorker(
                configuration, store: store, consumer: consumer, producer: producer, exchange: exchange, time: clock,
                randomness: ports.randomness, log: log, metrics: Metrics())
            run = { try await worker.run() }
        case .reader:
            groupConsumer = nil
            let consumer = SimulatedConsumer(world.cluster, fate, group: nil)
            var configuration = LNReader.Configuration(
                owner: name, names: World.names, partitionCount: world.size.partitions)
            configuration.deadlines.pollInterval = .seconds(2)
            configuration.watchInterval = .seconds(2)
            let ln = try world.ln.client
            let reader = LNReader(
                configuration, ln: ln, transport: planted?.broken(network(world.ln.arrive)) ?? network(world.ln.arrive),
                store: store, producer: producer, consumer: consumer,
                activityConsumer: SimulatedConsumer(world.cluster, fate, group: nil), time: clock,
                randomness: ports.randomness,
                log: log, metrics: Metrics())
            run = { try await reader.run() }
        case .eventReader, .calendarWorker:
            (groupConsumer, run) = try Self.calendar(
                kind, name, world, fate, planted, ports, ln: network(world.arriveAtLN),
                exchange: network(world.arriveAtExchange, gate: world.exchange.gate))
        }
    }

    /// What every program has.
    struct Ports: Sendable {
        let store: any SyncStore
        let producer: any RecordProducer
        let clock: SimulatedClock
        let randomness: SeededRandomness
        let log: Logger
    }
}

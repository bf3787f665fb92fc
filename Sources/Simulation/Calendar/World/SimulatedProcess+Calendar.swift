import CalendarSync
import ExchangeClient
import ExchangeSource
import HTTPTypes
import KafkaWorker
import LNClient
import MailboxWorker
import SyncEvents
import SyncModel
import Telemetry

extension SimulatedProcess {
    /// The programs of calendars beside ln-producer.
    /// - Returns: its membership of a consumer group, and what it runs.
    static func calendar(
        _ kind: ProcessKind, _ name: String, _ world: World, _ fate: ProcessFate, _ planted: PlantedFault?,
        _ ports: Ports, ln: SimulatedNetwork, exchange: SimulatedNetwork
    ) throws -> (SimulatedConsumer?, @Sendable () async throws -> Void) {
        let honest = try world.exchange.calendar(kind, planted?.broken(exchange) ?? exchange, ports)
        let calendar = planted?.broken(honest, world.rumours) ?? honest
        if kind == .calendarWorker {
            var configuration = CalendarWorker.Configuration(
                owner: name, names: World.names, partitionCount: world.size.partitions)
            configuration.worker.watchInterval = .seconds(2)
            let consumer = SimulatedConsumer(
                world.cluster, fate,
                group: (configuration.worker.group, Set(configuration.worker.intake.topics.keys)))
            let client = LNClient(
                try world.ln.client, transport: planted?.broken(ln) ?? ln, time: ports.clock, log: ports.log)
            let worker = CalendarWorker(
                configuration, store: ports.store, consumer: consumer, producer: ports.producer, ln: [client],
                exchange: calendar, time: ports.clock, randomness: ports.randomness, log: ports.log, metrics: Metrics())
            return (consumer, { try await worker.run() })
        }
        var configuration = ExchangeReader.Configuration(
            owner: name, names: World.names, partitionCount: world.size.partitions)
        configuration.watchInterval = .seconds(2)
        configuration.deadlines.pollInterval = .seconds(2)
        let consumer = SimulatedConsumer(
            world.cluster, fate,
            group: (World.names.name(ofGroup: ConsumerGroup.exchangeReader), Set(configuration.intake.topics.keys)))
        let reader = ExchangeReader(
            configuration, calendar: calendar, store: ports.store, producer: ports.producer, consumer: consumer,
            time: ports.clock, randomness: ports.randomness, log: ports.log, metrics: Metrics())
        return (consumer, { try await reader.run() })
    }
}

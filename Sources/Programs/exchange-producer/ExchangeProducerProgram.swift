import Assembly
import Configuration
import ExchangeGraph
import ExchangeSource
import Foundation
import Kafka
import KafkaWorker
import Lifecycle
import SyncEvents
import SyncStore

/// `exchange-producer`: follows the changes of the sync users' calendars and publishes their events' states. Several processes share the
/// mailboxes.
@main
enum ExchangeProducerProgram {
    struct Settings: Sendable {
        let graph: GraphSettings
        let zone: TimeZone
        let parallel: Int
        let http: HTTPSettings
        let isEmbedded: Bool
    }

    private static let roles: DaemonRoles = {
        let why =
            "Exchange's push notifications are not taken yet; calendars are read at their interval. Start it with --role reader"
        return DaemonRoles(
            ["webhook", "reader", "all"], standard: "reader",
            summary:
                "what the process does: reader reads the mailboxes, webhook takes Exchange's notifications, all does both",
            refused: ["webhook": why, "all": why])
    }()

    static func main() async {
        await Daemon.main(
            "exchange-producer", "Reads the calendars of the sync users, and publishes what changed.", roles: roles,
            settings: { configuration in
                Settings(
                    graph: GraphSettings(&configuration), zone: LNSettings.zone(&configuration),
                    parallel: configuration.integer(
                        "exchange.mailboxes", "mailboxes that the process reads at once", in: 1...256, standard: 16),
                    http: HTTPSettings(&configuration),
                    isEmbedded: configuration.boolean(
                        "kafka.embedded", "the broker is embedded-kafka, which soon drops what is not read",
                        standard: false))
            },
            assemble: assemble)
    }

    @Sendable
    private static func assemble(_ settings: Settings, _ context: Daemon.Context) async throws -> Daemon.Parts {
        let installation = context.installation
        context.warn(ofExposureOf: settings.graph.clientSecret)
        let connections = try await Connections(settings.http, context)
        let store = connections.store
        let count = try await Partitions.count(of: [.exchangeNotifications, .eventChanges], context)

        let calendar = try GraphCalendar(
            settings.graph.configuration(installation), transport: connections.http, metrics: context.metrics,
            time: context.time, randomness: context.randomness)
        var configuration = ExchangeReader.Configuration(
            owner: installation.instance, names: installation.names, partitionCount: count)
        installation.deadlines.apply(to: &configuration)
        configuration.zone = settings.zone
        configuration.parallel = settings.parallel
        configuration.pacesLive = settings.isEmbedded
        let consumer = try installation.makeConsumer(
            group: installation.names.name(ofGroup: ConsumerGroup.exchangeReader),
            topics: Set(configuration.intake.topics.keys), log: context.log)
        let reader = ExchangeReader(
            configuration, calendar: calendar, store: store, producer: connections.producer, consumer: consumer,
            time: context.time, randomness: context.randomness, log: context.log, metrics: context.metrics)
        return Daemon.Parts(
            services: connections.services(of: "exchange-producer", context) + [
                // Its leases are given back when its task ends.
                ServiceFunctions(
                    "reader", run: { try await reader.run() }, drain: { await reader.drain(within: $0 * 3 / 4) })
            ],
            sinceLastBeat: { consumer.sinceLastBeat }, notReady: { reader.notReady })
    }
}

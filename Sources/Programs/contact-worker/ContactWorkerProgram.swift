import Administration
import Assembly
import Configuration
import ContactSync
import ExchangeGraph
import Kafka
import KafkaWorker
import Lifecycle
import MailboxWorker
import Settling
import SyncEvents
import SyncStore

/// `contact-worker`: takes contact events from Kafka into the store, and the store's contacts into the users' mailboxes.
@main
enum ContactWorkerProgram {
    struct Settings: Sendable {
        let graph: GraphSettings
        let language: String
        let http: HTTPSettings
    }

    static func main() async {
        await Daemon.main(
            "contact-worker", "Takes LN's contacts from Kafka into the mailboxes of the sync users.",
            settings: { configuration in
                Settings(
                    graph: GraphSettings(&configuration),
                    language: configuration.text(
                        "language", "the language in which countries are named: en, ja", standard: "en"),
                    http: HTTPSettings(&configuration))
            },
            assemble: assemble)
    }

    @Sendable
    private static func assemble(_ settings: Settings, _ context: Daemon.Context) async throws -> Daemon.Parts {
        let installation = context.installation
        context.warn(ofExposureOf: settings.graph.clientSecret)
        let connections = try await Connections(settings.http, context)
        let store = connections.store
        let count = try await Partitions.count(
            of: Topic.all.filter { $0.groups.contains(ConsumerGroup.contactWorker) }, context)

        let exchange = try GraphContacts(
            settings.graph.configuration(installation), transport: connections.http, metrics: context.metrics,
            time: context.time, randomness: context.randomness)

        var configuration = ContactWorker.Configuration(
            owner: installation.instance, names: installation.names, partitionCount: count)
        installation.deadlines.apply(to: &configuration)
        configuration.language = settings.language
        configuration.contacts.folderName = settings.graph.folder
        configuration.worker.settling.slots = settings.graph.slots
        let consumer = try installation.makeConsumer(
            group: configuration.worker.group, topics: Set(configuration.worker.intake.topics.keys), log: context.log)
        let worker = ContactWorker(
            configuration, store: store, consumer: consumer, producer: connections.producer, exchange: exchange,
            time: context.time, randomness: context.randomness, log: context.log, metrics: context.metrics)
        let gauges = StatusGauges(
            Administration(store: store, names: installation.names, by: installation.instance, time: context.time),
            metrics: context.metrics, time: context.time, log: context.log
        ) { try installation.makeConsumer(log: context.log) }
        return Daemon.Parts(
            services: connections.services(of: "contact-worker", context) + [
                ServiceFunctions(
                    "contact-worker", run: { try await worker.run() },
                    drain: { await worker.drain(within: $0 * 3 / 4) }),
                ServiceFunctions("gauges", run: { try await gauges.run() }),
            ],
            sinceLastBeat: { consumer.sinceLastBeat }, notReady: { worker.notReady })
    }
}

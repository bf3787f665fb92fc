import Assembly
import Configuration
import HTTPClient
import Kafka
import LNClient
import LNSource
import Lifecycle
import SyncEvents
import SyncStore

/// `ln-producer`: reads settings, users and contacts from LN and publishes the contacts' states. Of several processes one reads; the
/// others stand by.
@main
enum LNProducerProgram {
    struct Settings: Sendable {
        let ln: LNSettings
        let caFile: String?
        let isEmbedded: Bool
    }

    static func main() async {
        await Daemon.main(
            "ln-producer", "Reads LN's contacts, users and settings, and publishes what changed.",
            settings: { configuration in
                Settings(
                    ln: LNSettings(&configuration),
                    caFile: configuration.optionalText(
                        "http.ca-file", "a PEM file of the authorities to trust in place of the system's"),
                    isEmbedded: configuration.boolean(
                        "kafka.embedded", "the broker is embedded-kafka, which soon drops what is not read",
                        standard: false))
            },
            assemble: assemble)
    }

    @Sendable
    private static func assemble(_ settings: Settings, _ context: Daemon.Context) async throws -> Daemon.Parts {
        let installation = context.installation
        let ln = try settings.ln.configuration(installation)
        context.warn(ofExposureOf: settings.ln.credentials)
        let store = try await installation.openStore()
        let producer = try installation.makeProducer(log: context.log, time: context.time)
        let consumer = try installation.makeConsumer(log: context.log)
        // The journal's topic holds up nothing: it may have been added since.
        let count = try await Partitions.count(of: Topic.all.filter { $0 != .journal }, context)

        var http = HTTPClientConfiguration()
        http.caFile = settings.caFile
        let client = try HTTPClient(http, log: context.log, time: context.time)
        var configuration = LNReader.Configuration(
            owner: installation.instance, names: installation.names, partitionCount: count)
        installation.deadlines.apply(to: &configuration)
        configuration.zone = settings.ln.zone
        configuration.pacesLive = settings.isEmbedded
        let reader = LNReader(
            configuration, ln: ln, transport: client, store: store, producer: producer, consumer: consumer,
            time: context.time, randomness: context.randomness, log: context.log, metrics: context.metrics)
        return Daemon.Parts(
            services: [
                ServiceFunctions("store", drain: { _ in await store.close() }),
                ServiceFunctions("http-client", drain: { _ in await client.close() }),
                ServiceFunctions("producer", drain: { await producer.close(within: min($0, .seconds(3))) }),
                context.journalRelay(store, producer),
                ServiceFunctions("consumer", drain: { await consumer.close(within: min($0, .seconds(3))) }),
                // Its leases are given back when its task is cancelled.
                ServiceFunctions("reader", run: { try await reader.run() }),
            ],
            sinceLastBeat: { consumer.sinceLastBeat }, notReady: { reader.notReady })
    }
}

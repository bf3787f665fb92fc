import Assembly
import Configuration
import Foundation
import HTTPClient
import HTTPServer
import Kafka
import LNClient
import LNSource
import Lifecycle
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// `ln-producer`: reads settings, users, contacts and activities from LN and publishes their states, and takes LN's hints. Of several
/// processes one reads; the others stand by. Hints are taken by all.
@main
enum LNProducerProgram {
    struct Settings: Sendable {
        /// `nil`: the process does not read LN, and holds no credentials of it.
        let ln: LNSettings?
        let company: Company
        let hints: HintSettings?
        let http: HTTPSettings
        let isEmbedded: Bool
    }

    private static let roles = DaemonRoles(
        ["hints", "reader", "all"], standard: "all",
        summary: "what the process does: hints takes LN's pushes, reader reads LN, all does both")

    static func main() async {
        await Daemon.main(
            "ln-producer", "Reads LN's contacts, activities, users and settings, and publishes what changed.",
            roles: roles,
            settings: { configuration, role in
                let ln = role == "hints" ? nil : LNSettings(&configuration)
                return Settings(
                    ln: ln, company: ln?.company ?? LNSettings.company(&configuration),
                    hints: role == "reader" ? nil : HintSettings(&configuration, isRequired: role == "hints"),
                    http: HTTPSettings(&configuration),
                    isEmbedded: configuration.boolean(
                        "kafka.embedded", "the broker is embedded-kafka, which soon drops what is not read",
                        standard: false))
            },
            assemble: assemble)
    }

    @Sendable
    private static func assemble(_ settings: Settings, _ context: Daemon.Context) async throws -> Daemon.Parts {
        let ln = try settings.ln?.client(context.installation)
        for secret in [settings.ln?.credentials, settings.hints?.token] {
            if let secret { context.warn(ofExposureOf: secret) }
        }
        let store = try await context.installation.openStore()
        let producer = try context.installation.makeProducer(log: context.log, time: context.time)
        var parts = Daemon.Parts(
            services: [
                ServiceFunctions("store", drain: { _ in await store.close() }),
                ServiceFunctions("producer", drain: { await producer.close(within: min($0, .seconds(3))) }),
            ], sinceLastBeat: { .zero }, notReady: { nil })
        if let listen = settings.hints?.listen, let token = settings.hints?.token {
            let watch = StoreWatch(store, time: context.time, log: context.log)
            let receiver = HintReceiver(
                HintReceiver.Configuration(names: context.installation.names, company: settings.company) {
                    try token.read()
                }, producer: producer, watch: watch, time: context.time, randomness: context.randomness,
                log: context.log, metrics: context.metrics)
            parts.services += [
                ServiceFunctions("settings", run: { await watch.run() }), server(receiver, listen, context),
            ]
            parts.notReady = { watch.failure?.description }
        }
        if let ln, let reading = settings.ln {
            try await addReader(to: &parts, ln, zone: reading.zone, settings, store, producer, context)
        }
        return parts
    }

    private static func server(
        _ receiver: HintReceiver, _ listen: HTTPServer.Configuration, _ context: Daemon.Context
    ) -> any Service {
        let server = HTTPServer(listen, log: context.log) { request in await receiver.answer(request) }
        return ServiceFunctions("hints") {
            let port = try server.start()
            context.log.info("LN's hints are taken", ["address": "\(listen.host):\(port)"])
        } drain: { time in
            await server.drain(within: min(time, .seconds(5)))
        }
    }

    private static func addReader(
        to parts: inout Daemon.Parts, _ ln: LNClient.Configuration, zone: TimeZone, _ settings: Settings,
        _ store: any SyncStore, _ producer: any RecordProducer, _ context: Daemon.Context
    ) async throws {
        let installation = context.installation
        let consumer = try installation.makeConsumer(log: context.log)
        let activityConsumer = try installation.makeConsumer(log: context.log)
        // What this program reads and writes; the journal's topic holds up nothing.
        let count = try await Partitions.count(
            of: [.lnNotifications, .contactChanges, .contactBackfill, .activityChanges], context)
        let client = try settings.http.makeClient(log: context.log, time: context.time)
        var configuration = LNReader.Configuration(
            owner: installation.instance, names: installation.names, partitionCount: count)
        installation.deadlines.apply(to: &configuration)
        configuration.zone = zone
        configuration.pacesLive = settings.isEmbedded
        let reader = LNReader(
            configuration, ln: ln, transport: client, store: store, producer: producer, consumer: consumer,
            activityConsumer: activityConsumer, time: context.time, randomness: context.randomness, log: context.log,
            metrics: context.metrics)
        parts.services += [
            ServiceFunctions("http-client", drain: { _ in await client.close() }),
            context.journalRelay(store, producer),
            ServiceFunctions("consumer", drain: { await consumer.close(within: min($0, .seconds(3))) }),
            ServiceFunctions(
                "activity-consumer", drain: { await activityConsumer.close(within: min($0, .seconds(3))) }),
            // Its leases are given back when its task is cancelled.
            ServiceFunctions("reader", run: { try await reader.run() }),
        ]
        parts.sinceLastBeat = { max(consumer.sinceLastBeat, activityConsumer.sinceLastBeat) }
        let others = parts.notReady
        parts.notReady = { reader.notReady ?? others() }
    }
}

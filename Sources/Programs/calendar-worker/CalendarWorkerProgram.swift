import Administration
import Assembly
import CalendarSync
import Configuration
import ExchangeGraph
import Foundation
import Kafka
import KafkaWorker
import LNClient
import Lifecycle
import MailboxWorker
import Settling
import SyncEvents
import SyncModel
import SyncStore

/// `calendar-worker`: takes what readers saw of activities and events from Kafka into the store, and keeps LN and the owners' calendars in
/// step. It mails nobody: what would is asked of invitation-worker.
@main
enum CalendarWorkerProgram {
    struct Settings: Sendable {
        let ln: LNSettings
        let graph: GraphSettings
        let http: HTTPSettings
    }

    static func main() async {
        await Daemon.main(
            "calendar-worker", "Keeps LN's activities and the sync users' calendars in step.",
            settings: { configuration in
                Settings(
                    ln: LNSettings(&configuration), graph: GraphSettings(&configuration),
                    http: HTTPSettings(&configuration))
            },
            assemble: assemble)
    }

    @Sendable
    private static func assemble(_ settings: Settings, _ context: Daemon.Context) async throws -> Daemon.Parts {
        let installation = context.installation
        let lnConfiguration = try settings.ln.client(installation)
        context.warn(ofExposureOf: settings.ln.credentials)
        context.warn(ofExposureOf: settings.graph.clientSecret)
        let connections = try await Connections(settings.http, context)
        let store = connections.store
        let count = try await Partitions.count(of: [.activityChanges, .eventChanges, .invitationRequests], context)

        let exchange = try GraphCalendar(
            settings.graph.configuration(installation), transport: connections.http, metrics: context.metrics,
            time: context.time, randomness: context.randomness)
        let ln = LNClient(lnConfiguration, transport: connections.http, time: context.time, log: context.log)

        var configuration = CalendarWorker.Configuration(
            owner: installation.instance, names: installation.names, partitionCount: count)
        installation.deadlines.apply(to: &configuration)
        configuration.calendar.zone = ZoneName(settings.ln.zone.identifier)
        configuration.worker.settling.slots = settings.graph.slots
        let consumer = try installation.makeConsumer(
            group: configuration.worker.group, topics: Set(configuration.worker.intake.topics.keys), log: context.log)
        let worker = CalendarWorker(
            configuration, store: store, consumer: consumer, producer: connections.producer, ln: [ln],
            exchange: exchange, time: context.time, randomness: context.randomness, log: context.log,
            metrics: context.metrics)
        let gauges = StatusGauges(
            Administration(store: store, names: installation.names, by: installation.instance, time: context.time),
            metrics: context.metrics, time: context.time, log: context.log
        ) { try installation.makeConsumer(log: context.log) }
        return Daemon.Parts(
            services: connections.services(of: "calendar-worker", context) + [
                ServiceFunctions(
                    "calendar-worker", run: { try await worker.run() },
                    drain: { await worker.drain(within: $0 * 3 / 4) }),
                ServiceFunctions("gauges", run: { try await gauges.run() }),
            ],
            sinceLastBeat: { consumer.sinceLastBeat }, notReady: { worker.notReady })
    }
}

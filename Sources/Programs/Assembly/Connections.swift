public import HTTPClient
public import Kafka
public import Lifecycle
public import SyncStore

/// What a daemon that asks LN or Exchange works on.
public struct Connections: Sendable {
    public let store: SQLiteStore
    public let http: HTTPClient
    public let producer: KafkaProducer

    public init(_ settings: HTTPSettings, _ context: Daemon.Context) async throws {
        store = try await context.installation.openStore()
        http = try settings.makeClient(log: context.log, time: context.time)
        producer = try context.installation.makeProducer(log: context.log, time: context.time)
    }

    /// They end last, after the relay of the journal and the program's sign.
    /// - Parameter program: its name, as `StatusReport` names it.
    public func services(of program: String, _ context: Daemon.Context) -> [any Service] {
        [
            ServiceFunctions("store", drain: { [store] _ in await store.close() }),
            ServiceFunctions("http-client", drain: { [http] _ in await http.close() }),
            ServiceFunctions("producer", drain: { [producer] in await producer.close(within: min($0, .seconds(3))) }),
            context.journalRelay(store, producer),
            context.sign(of: program, store),
        ]
    }
}

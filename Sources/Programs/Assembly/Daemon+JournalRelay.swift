import JournalRelay
public import Kafka
public import Lifecycle
public import SyncStore

extension Daemon.Context {
    /// The relay of the journal, which every daemon runs: one of them relays, the others stand by.
    public func journalRelay(_ store: any SyncStore, _ producer: any RecordProducer) -> any Service {
        let deadlines = installation.deadlines
        let relay = JournalRelay(
            store, producer,
            LeaseKeeper(
                store, owner: installation.instance, time: time, duration: deadlines.scaled(.seconds(13)),
                interval: deadlines.scaled(.seconds(1))),
            names: installation.names, time: time, interval: deadlines.scaled(.seconds(1)), log: log)
        return ServiceFunctions("journal-relay", run: { await relay.run() })
    }
}

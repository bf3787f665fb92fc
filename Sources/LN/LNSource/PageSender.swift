import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Commits and sends for who holds a reader's lease: every commit is conditional on it, and a piece of records is begun only where it is
/// over before the lease can be another's.
struct PageSender: Sendable {
    let store: any SyncStore
    let producer: any RecordProducer
    let names: TopicNames
    let company: Company
    let pacing: BackfillPacing
    let deadlines: ReaderDeadlines
    let time: any TimeSource
    let randomness: any Randomness
    let log: Logger

    func commit(_ mutations: [Mutation], _ lease: HeldLease) async throws {
        for piece in mutations.pieces(of: deadlines.commitSize) {
            guard try await store.commit(piece, holding: [lease.lease]) == .committed else {
                throw ReaderError.leaseLost
            }
        }
    }

    func record(_ envelope: Envelope, key: String, _ value: [UInt8], _ topic: Topic) -> ProducerRecord {
        ProducerRecord(
            topic: names.name(of: topic), key: Array(key.utf8), value: value,
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) }, timestamp: envelope.time)
    }

    /// Sends records and waits for all acknowledgements.
    /// - Parameter isLive: they do not wait for the room that back-fill waits for; where the broker keeps little, they wait for that too.
    func send(_ records: [ProducerRecord], isLive: Bool, _ lease: HeldLease) async throws {
        for piece in records.pieces(of: deadlines.pieceSize) {
            if isLive { try await pacing.waitForLiveRoom() }
            while lease.remaining <= deadlines.leaseLeft {
                // The lease is renewed beside us; where it is not, this ends with it.
                try await time.sleep(for: deadlines.leaseLeft / 20)
            }
            for result in await producer.send(piece) { _ = try result.get() }
        }
    }
}

import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Synchronization

/// Contacts that are about to come back from a removal hold, and the hashes that they had in it: what is sent of them with an equal hash is
/// taken for sent.
final class UnsentReturns: Sendable {
    private let hashes = Mutex<[String: ContentHash]>([:])

    /// The store of a reader that commits what comes back.
    struct Store: DecoratedStore {
        let base: any SyncStore
        let returns: UnsentReturns

        func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
            let holds = mutations.compactMap { if case .hold(let hold) = $0 { hold } else { nil } }
            let ids = Set(holds.map(\.id))
            let named = ids.isEmpty ? [] : try await base.holds(nil).filter { ids.contains($0.id) }.flatMap(\.keys)
            let returned = Set(named).subtracting(holds.flatMap(\.keys))
            for case .published(let company, let set, let key, let published) in mutations {
                if published.hash != nil {
                    returns.hashes.withLock { $0[key] = nil }
                } else if returned.contains(key), let hash = try await base.published(company, set, [key])[key]?.hash {
                    returns.hashes.withLock { $0[key] = hash }
                }
            }
            return try await base.commit(mutations, holding: leases)
        }
    }

    /// The producer of a reader that sends what comes back.
    struct Producer: RecordProducer {
        let base: any RecordProducer
        let returns: UnsentReturns

        func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
            let isSent = records.map { !returns.contain($0) }
            let sent = zip(records, isSent).filter(\.1).map(\.0)
            var results = (sent.isEmpty ? [] : await base.send(sent)).makeIterator()
            return zip(records, isSent).compactMap { record, isSent in
                guard !isSent else { return results.next() }
                return .success(RecordPosition(TopicPartition(record.topic, record.partition ?? 0), offset: nil))
            }
        }
    }

    private func contain(_ record: ProducerRecord) -> Bool {
        func header(_ name: String) -> String? {
            record.headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
        }
        guard record.topic == World.names.name(of: .contactChanges), let envelope = try? Envelope(header: header),
            let hash = envelope.contentHash, let code = envelope.subject.split(separator: "/").last
        else { return false }
        return hashes.withLock { $0[String(code)] } == hash
    }
}

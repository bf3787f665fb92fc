import Kafka
import KafkaWorker
import SyncStore
import Synchronization

/// Keeps why a partition's records can't be merged, for status, until the next are: whichever process reads it then.
final class IntakeStops: Sendable {
    private let store: any SyncStore
    private let group: String
    /// What the store has of a partition; empty: nothing. Of partitions that this process has read.
    private let kept = Mutex<[TopicPartition: String]>([:])

    init(_ store: any SyncStore, group: String) {
        self.store = store
        self.group = group
    }

    func failed(_ partition: TopicPartition, _ error: IntakeError) async {
        guard kept.withLock({ $0[partition] }) != error.message else { return }
        do {
            let (name, now) = (name(partition), try await store.now())
            let since = ReadingTrouble.kept(in: try await store.cursors([ReadingTrouble.cursor(of: name)]))[name]?.since
            let trouble = ReadingTrouble(
                since: since ?? now, text: "\(group) reads \(partition) no further: \(error.message)",
                needsPerson: false)
            guard try await store.commit([try ReadingTrouble.keep(trouble, of: name)]) == .committed else { return }
        } catch {
            // That the store can't be written, status finds out by itself.
            return
        }
        kept.withLock { $0[partition] = error.message }
    }

    /// What a commit that merges records of the partition says beside.
    func goesOn(_ partition: TopicPartition) async throws -> [Mutation] {
        let known: String
        if let kept = kept.withLock({ $0[partition] }) {
            known = kept
        } else {
            known = try await store.cursor(ReadingTrouble.cursor(of: name(partition))) ?? ""
        }
        return known.isEmpty ? [] : [try ReadingTrouble.keep(nil, of: name(partition))]
    }

    func wentOn(_ partition: TopicPartition) { kept.withLock { $0[partition] = "" } }

    private func name(_ partition: TopicPartition) -> LeaseName { .intake(of: group, IntakePartition(partition)) }
}

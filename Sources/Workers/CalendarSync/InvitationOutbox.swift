import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Relays what invitation-worker is asked for: in order, by the process that holds the row's partition; deleted after the acknowledgement
/// (architecture, *Store*). A request may be sent twice: its revision tells.
struct InvitationOutbox: Sendable {
    let store: any SyncStore
    let producer: any RecordProducer
    /// With the installation's prefix.
    let topic: String
    let held: @Sendable () -> Set<Int32>
    let time: any TimeSource
    let interval: Duration
    let log: Logger

    /// Sent at once.
    private static let pieceSize = 100

    /// Relays until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                while try await relay() {}
            } catch {
                log.warning("requests to invitation-worker wait: they can't be sent", ["error": "\(error)"])
            }
            do throws(CancellationError) {
                try await time.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    /// Sends the oldest.
    /// - Returns: whether there may be more.
    func relay() async throws -> Bool {
        let held = held()
        guard !held.isEmpty else { return false }
        let entries = try await store.outbox(held, limit: Self.pieceSize)
        guard !entries.isEmpty else { return false }
        // An entry's later ones wait for it: what was not acknowledged is sent again before them.
        var sent: [Int64] = []
        var failure: (any Error)?
        for (entry, result) in zip(entries, await producer.send(entries.map(record))) {
            switch result {
            case .success where failure == nil: sent.append(entry.number)
            case .success: break
            case .failure(let error): failure = failure ?? error
            }
        }
        if !sent.isEmpty { _ = try await store.commit([.sent(sent)]) }
        if let failure { throw failure }
        return entries.count == Self.pieceSize
    }

    private func record(_ entry: OutboxEntry) -> ProducerRecord {
        let draft = entry.draft
        let envelope = Envelope(
            id: Identity.invitationRequest(draft.meeting, revision: draft.revision), source: "calendar-worker",
            type: .invitationRequest, time: entry.time, subject: draft.meeting.description)
        return ProducerRecord(
            topic: topic, partition: draft.partition, key: Array(draft.key.utf8), value: Array(draft.data),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
    }
}

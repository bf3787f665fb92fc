import ContactSync
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPClient
import HTTPTypes
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// contact-worker, whole: from events in Kafka to contacts in the stand-in for Exchange, over HTTP, which answers after 100 ms.
enum SyncRow {
    static var all: [Row] {
        [
            Row(name: "first sync; requests per changed contact") { session in
                let rounds = try await session.repeated(3) { try await Round.measured(session) }
                let writes = Double(Round.mailboxes * Round.contacts)
                return [
                    Figure(
                        "first sync, 8 mailboxes × 500 contacts, of mailboxes × slots / latency",
                        rounds.map { writes / $0.firstSync }, .atLeast, Round.ceiling, unit: "contacts/s",
                        wall: rounds.map(\.firstSync), ratioAim: 0.9),
                    Figure(
                        "Exchange requests per changed contact, etag known", rounds.map(\.requestsPerChange), .atMost,
                        1.05, unit: "requests", wall: rounds.map(\.changes)),
                ]
            }
        ]
    }

    private struct Round {
        /// Seconds from the first write to the last.
        let firstSync: Double
        let requestsPerChange: Double
        /// Seconds.
        let changes: Double

        static let mailboxes = 8
        static let contacts = 500
        static let changed = 40
        /// As contact-worker has with an app registration of its own.
        static let slots = 4
        static let latency: Duration = .milliseconds(100)
        /// Contacts a second, if every slot of every mailbox were always in use.
        static var ceiling: Double { Double(mailboxes * slots) / (latency / .seconds(1)) }

        static func measured(_ session: Session) async throws -> Round {
            let pipeline = try await Pipeline(session, mailboxes: mailboxes, slots: slots, latency: latency)
            let outcome: Result<Round, any Error>
            do {
                let round = try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await pipeline.worker.run() }
                    let round = try await work(pipeline)
                    await pipeline.worker.drain(within: .seconds(5))
                    try await group.waitForAll()
                    return round
                }
                outcome = .success(round)
            } catch {
                outcome = .failure(error)
            }
            await pipeline.close()
            return try outcome.get()
        }

        private static func work(_ pipeline: Pipeline) async throws -> Round {
            let total = mailboxes * contacts
            try await pipeline.send(.contactBackfill, 0..<contacts, revision: 0)
            try await pipeline.waitForWrites(1)
            let start = ContinuousClock.now
            // With one folder each.
            try await pipeline.waitForWrites(total + mailboxes)
            let firstSync = start.duration(to: .now)
            try await pipeline.waitUntilSettled(total)

            let before = try await pipeline.requests()
            let changesStart = ContinuousClock.now
            try await pipeline.send(.contactChanges, 0..<changed, revision: 1)
            try await pipeline.waitForWrites(total + mailboxes + mailboxes * changed)
            let changes = changesStart.duration(to: .now)
            try await pipeline.waitUntilSettled(total)
            let requests = try await pipeline.requests() - before
            return Round(
                firstSync: firstSync / .seconds(1), requestsPerChange: Double(requests) / Double(mailboxes * changed),
                changes: changes / .seconds(1))
        }
    }
}

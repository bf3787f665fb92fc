import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("Every store's intake records")
struct IntakeContractTests {
    private let partition = IntakePartition(topic: "ln.contact-changes", partition: 3)

    @Test("A position moves only from where it is", arguments: StoreKind.allCases)
    func conditional(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            func move(_ from: IntakePosition?, _ to: IntakePosition) async throws -> CommitOutcome {
                try await store.commit([
                    .intakePosition(group: "g", partition, from: from, to: to), .cursor("moved", "\(to.next)"),
                ])
            }
            let start = IntakePosition(next: 0, clusterID: "k1", lastEventID: nil)
            let next = IntakePosition(next: 10, clusterID: "k1", lastEventID: "e9")
            #expect(try await move(start, next) == .lost(.intakePosition(partition)))
            #expect(try await move(nil, start) == .committed)
            #expect(try await move(nil, next) == .lost(.intakePosition(partition)))
            #expect(try await move(start, next) == .committed)
            #expect(try await store.intakePositions(group: "g") == [partition: next])
            for other in [
                start, IntakePosition(next: 11, clusterID: "k1", lastEventID: "e9"),
                IntakePosition(next: 10, clusterID: "k2", lastEventID: "e9"),
                IntakePosition(next: 10, clusterID: "k1", lastEventID: "e8"),
                IntakePosition(next: 10, clusterID: "k1", lastEventID: nil),
            ] {
                #expect(try await move(other, start) == .lost(.intakePosition(partition)))
            }
            // A reset goes back, and to no known event.
            let reset = IntakePosition(next: 4, clusterID: "k2", lastEventID: nil)
            #expect(try await move(next, reset) == .committed)
            #expect(try await move(reset, next) == .committed)
            #expect(try await store.intakePositions(group: "g") == [partition: next])
            #expect(try await store.cursors() == ["moved": "10"])
        }
    }

    @Test("Each group has its own positions", arguments: StoreKind.allCases)
    func groups(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let other = IntakePartition(topic: "ln.contact-changes", partition: 4)
            let position = IntakePosition(next: 1, clusterID: "k", lastEventID: nil)
            try await store.put(
                .intakePosition(group: "g", partition, from: nil, to: position),
                .intakePosition(group: "g", other, from: nil, to: position),
                .intakePosition(group: "h", partition, from: nil, to: position))
            #expect(try await store.intakePositions(group: "g") == [partition: position, other: position])
            #expect(try await store.intakePositions(group: "h") == [partition: position])
            #expect(try await store.intakePositions(group: "i").isEmpty)
        }
    }

    @Test("A batch and its position are one commit", arguments: StoreKind.allCases)
    func batch(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { _, store async throws in
            let start = IntakePosition(next: 0, clusterID: "k", lastEventID: nil)
            let end = IntakePosition(next: 1, clusterID: "k", lastEventID: "e0")
            try await store.put(.intakePosition(group: "g", partition, from: nil, to: start))
            let batch: [Mutation] = [
                .intakePosition(group: "g", partition, from: start, to: end), .contactLink(link("C1")),
            ]
            #expect(try await store.commit(batch) == .committed)
            // The same batch once more, by a process that lost the partition without knowing.
            #expect(try await store.commit(batch) == .lost(.intakePosition(partition)))
            #expect(try await store.contactLink(linkID("C1"))?.status.version == 1)
        }
    }

    @Test("What was decided of dead letters is kept by origin; the last decision counts", arguments: StoreKind.allCases)
    func deadLetters(_ kind: StoreKind) async throws {
        try await StoreBed.run(kind) { bed, store async throws in
            func origin(_ group: String, _ offset: Int64) -> DeadLetterOrigin {
                DeadLetterOrigin(group: group, partition: partition, offset: offset)
            }
            let redriven = DeadLetterDecision(verdict: .redriven, by: "ann", at: bed.time.now)
            let discarded = DeadLetterDecision(verdict: .discarded, by: "bob", at: bed.time.now + 1)
            try await store.put(
                .deadLetterDecision(origin("g", 5), redriven), .deadLetterDecision(origin("g", 6), redriven),
                .deadLetterDecision(origin("h", 5), discarded))
            try await store.put(.deadLetterDecision(origin("g", 6), discarded))
            #expect(
                try await store.deadLetterDecisions(group: "g")
                    == [origin("g", 5): redriven, origin("g", 6): discarded])
        }
    }
}

import Kafka
import KafkaWorker

/// Intake of one partition, whose records were made before the clock starts, in batches of 200 as a commit takes them at most.
struct Lane: Sendable {
    static let batchSize = 200

    private let topicPartition: TopicPartition
    private let merger: any RecordMerger
    private let passes: [[IntakeBatch]]

    /// - Parameter passes: one after the other in the log, whose offsets are theirs.
    init(_ topicPartition: TopicPartition, _ merger: any RecordMerger, _ passes: [[ConsumerRecord]]) {
        self.topicPartition = topicPartition
        self.merger = merger
        self.passes = passes.map { records in
            stride(from: 0, to: records.count, by: Self.batchSize).map { first in
                let records = Array(records[first..<min(first + Self.batchSize, records.count)])
                return IntakeBatch(
                    topicPartition: topicPartition, records: records, from: Self.position(records[0].offset),
                    to: Self.position(records[records.count - 1].offset + 1))
            }
        }
    }

    private static func position(_ next: Int64) -> RecordedPosition {
        RecordedPosition(next: next, clusterID: "bench", lastEventID: nil)
    }

    func begin() async throws {
        let beginning = LogBeginning(
            topicPartition: topicPartition, reason: .firstTime, recorded: nil, position: Self.position(0))
        guard try await merger.begin(beginning) else { throw Failure("the position was not taken") }
    }

    func run(_ pass: Int, _ counted: (MergeCounts) -> Int) async throws {
        for batch in passes[pass] {
            guard case .merged(let counts) = try await merger.merge(batch, NoDeadLetters()),
                counted(counts) == batch.records.count
            else { throw Failure("a batch was not merged as expected") }
        }
    }

    /// What one pass of all of them takes, each in a task of its own.
    static func seconds(
        _ lanes: [Lane], _ pass: Int, _ counted: @escaping @Sendable (MergeCounts) -> Int
    ) async throws -> Double {
        let duration = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in lanes { group.addTask { try await lane.run(pass, counted) } }
                try await group.waitForAll()
            }
        }
        return duration / .seconds(1)
    }
}

private struct NoDeadLetters: DeadLetterSink {
    func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
        throw IntakeError(.deadLetters, letters.first?.message ?? "")
    }
}

import Kafka
import Runtime
public import SyncEvents
import Telemetry

/// How many partitions the topics have: all as many, or the rows of a mailbox would be settled by two processes at once.
public enum Partitions {
    /// Waits until Kafka answers and the topics are there.
    /// - Throws: `PartitionsError` where they have different counts.
    public static func count(of topics: [Topic], _ context: Daemon.Context) async throws -> Int32 {
        let consumer = try context.installation.makeConsumer(log: context.log)
        do {
            let count = try await count(of: topics, consumer, context)
            await consumer.close(within: .seconds(3))
            return count
        } catch {
            await consumer.close(within: .seconds(3))
            throw error
        }
    }

    private static func count(
        of topics: [Topic], _ consumer: KafkaConsumer, _ context: Daemon.Context
    ) async throws -> Int32 {
        var counts: [String: Int32] = [:]
        context.waits(for: "waiting for Kafka and its topics")
        for topic in topics {
            let name = context.installation.names.name(of: topic)
            while counts[name] == nil {
                do throws(KafkaError) {
                    counts[name] = Int32(try await consumer.partitions(of: name).count)
                } catch {
                    context.waits(for: "waiting for Kafka and its topics: \(name): \(error.message)")
                    context.log.warning(
                        "waiting for Kafka and its topics (lnsync topics apply makes them)",
                        ["topic": name, "error": error.message])
                    try await context.time.sleep(for: .seconds(1))
                }
            }
        }
        guard let count = counts.values.first, counts.values.allSatisfy({ $0 == count }) else {
            let all = counts.sorted { $0.key < $1.key }.map { "\($0.key) has \($0.value)" }.joined(separator: ", ")
            throw PartitionsError(description: "all topics must have the same number of partitions: \(all)")
        }
        return count
    }
}

/// Topics whose partitions don't go together.
public struct PartitionsError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
}

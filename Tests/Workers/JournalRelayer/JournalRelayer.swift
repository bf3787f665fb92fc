import Foundation
import JournalRelay
import Kafka
import Runtime
import SyncEvents
import SyncStore
import Telemetry

/// Relays a store's journal into a file, a line for each record: for the test that kills it.
@main
enum JournalRelayer {
    /// Acknowledges what stands in the file: the system keeps it when the process is killed.
    private struct LineFile: RecordProducer {
        let file: FileHandle

        func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
            records.map { record in
                do {
                    try file.write(contentsOf: Data((record.value ?? []) + [0x0A]))
                    return .success(RecordPosition(TopicPartition(record.topic, 0), offset: nil))
                } catch {
                    return .failure(KafkaError(.other, "\(error)"))
                }
            }
        }
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        let time = SystemTime()
        let store = try await SQLiteStore.open(arguments[1])
        let file = try FileHandle(forUpdating: URL(filePath: arguments[2]))
        try file.seekToEnd()
        let leases = LeaseKeeper(
            store, owner: arguments[3], time: time, duration: .milliseconds(1000), interval: .milliseconds(20))
        await JournalRelay(
            store, LineFile(file: file), leases, names: TopicNames(), time: time, interval: .milliseconds(2),
            log: .silent
        ).run()
    }
}

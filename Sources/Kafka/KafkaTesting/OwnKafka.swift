public import Foundation
public import Kafka

/// A real Kafka of one test's own, of one node or more. It ends with the process where it is not stopped.
public struct OwnKafka: Sendable {
    /// What can be done to a node.
    public enum Action: String, Sendable {
        /// SIGKILL.
        case kill
        /// Starts one that was killed, and returns when it serves.
        case start
        /// Freezes it: connections stay, nothing is answered.
        case pause
        case resume
    }

    let script: String
    /// Each node's log is there, `node-1.log`.
    public let folder: URL
    public let bootstrapServers: String

    /// - Parameter node: from 1.
    public func act(_ action: Action, onNode node: Int) async throws {
        try await run(["node", folder.path, "\(node)", action.rawValue])
    }

    /// Freezes the broker: connections stay, nothing is answered.
    public func pause() async throws { try await act(.pause, onNode: 1) }

    public func resume() async throws { try await act(.resume, onNode: 1) }

    /// Deletes the records of partitions before these offsets, as retention does, by Kafka's own tool.
    public func deleteRecords(before offsets: [TopicPartition: Int64]) async throws {
        try await RealKafka.deleteRecords(before: offsets, at: bootstrapServers, script)
    }

    public func stop() async throws {
        try await run(["stop", folder.path])
        try FileManager.default.removeItem(at: folder)
    }

    private func run(_ arguments: [String]) async throws {
        let (_, complaint) = try await onThread { try RealKafka.run(script, arguments) }
        if !complaint.isEmpty { throw TestBrokerError("\(script) \(arguments): \(complaint)") }
    }
}

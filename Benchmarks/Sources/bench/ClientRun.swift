import Foundation
import Processes

/// One run of `c-client` or `swift-client`: a process of its own, so that its CPU is the client's alone.
struct ClientRun: Codable {
    let records: Int
    /// Seconds of CPU while it worked.
    let cpu: Double
    let wall: Double
    /// Milliseconds.
    let p50: Double

    var cpuPerMillion: Double { cpu / Double(records) * 1e6 }

    private static let limit: Duration = .seconds(60)

    static func of(
        _ program: String, _ what: String, _ topic: Topics.Topic, count: Int, _ properties: [String: String],
        _ session: Session
    ) async throws -> ClientRun {
        let output = session.folder + "/\(program)-\(what)-\(UInt32.random(in: 0...UInt32.max))"
        let child = try await ChildProcess.start(
            Session.program(program),
            [what, topic.name, "\(topic.partitions)", "\(count)"]
                + properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            environment: ProcessInfo.processInfo.environment, output: output)
        let status = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                child.signal(SIGKILL)
            }
            defer { group.cancelAll() }
            return await child.wait()
        }
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard status == 0, let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
            throw Failure("\(program) \(what) ended with \(status): \(text.suffix(300))")
        }
        return try JSONDecoder().decode(ClientRun.self, from: Data(line.utf8))
    }
}

import Foundation
import Glibc
import Kafka
import Telemetry

/// Our client at the same work as `c-client`, with the same records and properties.
///
/// `swift-client produce|consume|await|intake TOPIC PARTITIONS COUNT property=value …`
@main
enum SwiftClient {
    static func main() async {
        do {
            let task = try ClientTask(Array(CommandLine.arguments.dropFirst()))
            switch task.what {
            case "produce": try await Producing.run(task)
            case "consume": try await Consuming.run(task)
            case "await": try await Awaiting.run(task)
            case "intake": try await Intake.run(task)
            default: throw Failure("\(task.what): expected produce, consume, await or intake")
            }
        } catch {
            FileHandle.standardError.write(Data("swift-client: \(error)\n".utf8))
            exit(1)
        }
    }
}

/// What the command line says.
struct ClientTask: Sendable {
    let what: String
    let topic: String
    let partitions: Int32
    let count: Int
    let configuration: KafkaConfiguration

    init(_ words: [String]) throws {
        guard words.count >= 4, let partitions = Int32(words[2]), let count = Int(words[3]) else {
            throw Failure("swift-client produce|consume|await|intake TOPIC PARTITIONS COUNT property=value …")
        }
        (what, topic, self.partitions, self.count) = (words[0], words[1], partitions, count)
        var properties: [String: String] = [:]
        for word in words.dropFirst(4) {
            guard let separator = word.firstIndex(of: "=") else { throw Failure("\(word): expected property=value") }
            properties[String(word[..<separator])] = String(word[word.index(after: separator)...])
        }
        let servers = properties.removeValue(forKey: "bootstrap.servers") ?? ""
        let client = properties.removeValue(forKey: "client.id") ?? "bench"
        configuration = KafkaConfiguration(bootstrapServers: servers, clientID: client, properties: properties)
    }
}

/// Why nothing could be measured.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

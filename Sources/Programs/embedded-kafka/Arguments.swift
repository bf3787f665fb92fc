import Foundation
import KafkaEmbedded

/// What the command line says.
struct Arguments {
    enum Problem: Error {
        case help
        case wrong(String)
    }

    static let usage = """
        embedded-kafka: a Kafka broker in memory, on 127.0.0.1, for the demo and for tests

          --port N            its port; any that is free where it is not given
          --topics LIST       topics made at start: name:partitions,… or a file with one name:partitions a line
          --address-file F    where its address is written once it answers; removed at the end
          --help              this text

        Commands on standard input, one a line, answered by 'ok' or 'error: …':
        \(EmbeddedKafka.commands.map { "  \($0)" }.joined(separator: "\n"))
        """

    var port: UInt16?
    var topics: [String: Int32] = [:]
    var addressFile: String?

    init(_ words: [String]) throws(Problem) {
        var rest = words[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" { throw .help }
            guard ["--port", "--topics", "--address-file"].contains(option) else {
                throw .wrong("'\(option)' is no option; --help names them")
            }
            guard let value = rest.popFirst() else { throw .wrong("\(option) needs a value") }
            switch option {
            case "--port":
                guard let number = UInt16(value), number > 0 else {
                    throw .wrong("--port \(value): expected a number from 1 to 65535")
                }
                port = number
            case "--topics": topics = try Self.topics(value)
            default: addressFile = value
            }
        }
    }

    private static func topics(_ value: String) throws(Problem) -> [String: Int32] {
        var text = value
        if FileManager.default.fileExists(atPath: value) {
            do {
                text = try String(contentsOfFile: value, encoding: .utf8)
            } catch {
                throw .wrong("--topics \(value): the file can't be read: \(error.localizedDescription)")
            }
        }
        var topics: [String: Int32] = [:]
        for entry in text.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let entry = entry.trimmingCharacters(in: .whitespaces)
            if entry.isEmpty || entry.hasPrefix("#") { continue }
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let count = Int32(parts[1]), count > 0 else {
                throw .wrong(
                    "--topics: '\(entry)': expected name:partitions, such as orders:24, or a file of such lines")
            }
            guard topics.updateValue(count, forKey: String(parts[0])) == nil else {
                throw .wrong("--topics: \(parts[0]) is named twice")
            }
        }
        return topics
    }
}

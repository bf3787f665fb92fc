import CommandLine
import Foundation

/// How a command says that it did nothing: to people on standard error, and where `--json` stands in the command line as the one
/// document on standard output too.
enum FailureText {
    private struct Document: Encodable {
        let error: String
    }

    /// - Parameter text: lines with their ends, each beginning with the program's name.
    static let print: @Sendable (String) -> Void = { text in
        Terminal.printError(text)
        guard CommandLine.arguments.dropFirst().contains("--json") else { return }
        let lines = text.split(separator: "\n").map { $0.hasPrefix("lnsync: ") ? $0.dropFirst("lnsync: ".count) : $0 }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        // A text is always encodable.
        guard let data = try? encoder.encode(Document(error: lines.joined(separator: "\n"))) else { return }
        Terminal.print(String(decoding: data, as: UTF8.self) + "\n")
    }
}

/// No broker answered. Only what needs none can be done.
struct KafkaUnreachable: Error, CustomStringConvertible {
    /// As Kafka's client says it.
    let trouble: String

    var description: String {
        "Kafka can't be reached, nothing was done: \(trouble). Check LNSYNC_KAFKA_BOOTSTRAP, and whether the broker runs"
    }
}

import CRuntime
import Foundation
import Kafka
import KafkaEmbedded

/// `embedded-kafka`: a broker in memory for this machine. Its first line of output is its address; then each line on standard
/// input is a command, answered by `ok` or `error: …`. SIGTERM or SIGINT ends it.
@main
enum EmbeddedKafkaProgram {
    static func main() {
        let arguments: Arguments
        do {
            arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
        } catch {
            switch error {
            case .help:
                say(Arguments.usage)
                exit(0)
            case .wrong(let message):
                complain(message)
                exit(EX_USAGE)
            }
        }

        // Before any thread is there, so that none but this one takes them.
        var ending = sigset_t()
        sigemptyset(&ending)
        sigaddset(&ending, SIGTERM)
        sigaddset(&ending, SIGINT)
        pthread_sigmask(SIG_BLOCK, &ending, nil)
        signal(SIGPIPE, SIG_IGN)

        let broker: EmbeddedKafka
        do {
            broker = try EmbeddedKafka(port: arguments.port, topics: arguments.topics)
        } catch {
            complain(error.message)
            exit(EX_UNAVAILABLE)
        }
        if let file = arguments.addressFile {
            do {
                try Data("\(broker.bootstrapServers)\n".utf8).write(to: URL(filePath: file), options: .atomic)
            } catch {
                complain("the address can't be written to \(file): \(error.localizedDescription)")
                exit(EX_CANTCREAT)
            }
        }
        say(broker.bootstrapServers)
        Thread.detachNewThread { serveCommands(of: broker) }

        var signal: Int32 = 0
        while sigwait(&ending, &signal) != 0 {}
        broker.close()
        if let file = arguments.addressFile { unlink(file) }
        exit(0)
    }

    /// Until standard input ends; the broker lives on without it.
    private static func serveCommands(of broker: EmbeddedKafka) {
        cruntime_name_thread("commands")
        while let line = readLine() {
            guard line.contains(where: { $0 != " " }) else { continue }
            do {
                try broker.perform(command: line)
                say("ok")
            } catch {
                say("error: \(error.message)")
            }
        }
    }

    private static func say(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    private static func complain(_ text: String) { write("embedded-kafka: \(text)\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        // Whoever has closed our output does not want to hear of it.
        _ = cruntime_write_all(descriptor, bytes, bytes.count)
    }
}

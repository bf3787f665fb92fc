import Foundation
import Testing

@testable import embedded_kafka

@Suite struct EmbeddedKafkaProgramTests {
    @Test("The program makes its topics, says and writes its address, obeys commands and ends with 0 on SIGTERM")
    func program() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "embedded-kafka-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let topics = folder.appending(path: "topics")
        try Data("# live\norders:24\n\nhints:2\n".utf8).write(to: topics)
        let file = folder.appending(path: "address")
        let commands = Pipe()
        let answers = Pipe()

        let program = Process()
        program.executableURL = builtPrograms.appending(path: "embedded-kafka")
        program.arguments = ["--topics", topics.path, "--address-file", file.path]
        program.standardInput = commands
        program.standardOutput = answers
        try program.run()
        defer { program.terminate() }

        let address = readLine(from: answers)
        #expect(try String(contentsOf: file, encoding: .utf8) == address + "\n")
        try commands.fileHandleForWriting.write(contentsOf: Data("topic more 3\n".utf8))
        #expect(readLine(from: answers) == "ok")
        try commands.fileHandleForWriting.write(contentsOf: Data("latency now\n".utf8))
        #expect(readLine(from: answers) == "error: 'now' is not milliseconds")
        try commands.fileHandleForWriting.close()
        #expect(BrokerFacts(of: address)?.topics == ["orders": 24, "hints": 2, "more": 3])

        program.terminate()
        program.waitUntilExit()
        #expect(program.terminationReason == .exit)
        #expect(program.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test("Arguments are read, and wrong ones named")
    func arguments() throws {
        let arguments = try Arguments(["--port", "9092", "--topics", "a:24, b:1", "--address-file", "f"])
        #expect(arguments.port == 9092)
        #expect(arguments.topics == ["a": 24, "b": 1])
        #expect(arguments.addressFile == "f")
        let wrong = [
            ["--port", "0"], ["--port", "70000"], ["--port"], ["--topics", "a"], ["--topics", "a:0"],
            ["--topics", "a:1,a:2"], ["--ports", "1"], ["9092"],
        ]
        for words in wrong {
            #expect(throws: Arguments.Problem.self, "\(words)") { try Arguments(words) }
        }
    }

    /// The folder of the built programs, where the tests' own binary lies too.
    private var builtPrograms: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    private func readLine(from pipe: Pipe) -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(pipe.fileHandleForReading.fileDescriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 || byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}

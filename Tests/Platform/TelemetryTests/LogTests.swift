import Foundation
import Runtime
import Synchronization
import Telemetry
import Testing

@Suite struct LogTests {
    private struct FixedTime: TimeSource {
        let now: Date
        var uptime: Duration { .zero }
        func sleep(for duration: Duration) async throws(CancellationError) {}
    }

    /// What a sink writes while `body` logs.
    private func written(levels: String = "info", _ body: (Logger) -> Void) throws -> String {
        let pipe = Pipe()
        let sink = JSONLogSink(
            levels: try #require(LogLevels(levels)),
            time: FixedTime(now: Date(timeIntervalSince1970: 1_795_514_400.25)),
            descriptor: pipe.fileHandleForWriting.fileDescriptor)
        body(Logger(label: "Kafka", sink: sink, metadata: ["group": "a"]))
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test("A line is one JSON object: time, level, label, message, then the metadata by name")
    func line() throws {
        let text = try written { $0.info("joined", ["topic": "t", "assigned": "3"]) }
        #expect(
            text == #"{"time":"2026-11-24T10:00:00.250Z","level":"info","label":"Kafka","message":"joined","#
                + #""assigned":"3","group":"a","topic":"t"}"# + "\n")
    }

    @Test("Whatever is in a message, a line stays one line of JSON and gives it back")
    func escapes() throws {
        let odd = "\"\\\n\r\t\u{0}\u{1F}\u{7F} 山田 é 🙂 \u{2028} {}"
        let text = try written { $0.error(odd, [odd: odd]) }
        #expect(text.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        #expect(object["message"] == odd)
        #expect(object[odd] == odd)
    }

    @Test("A level is written for a label where it is not below that label's, and nothing is computed for others")
    func levels() throws {
        let computed = Mutex(0)
        let text = try written(levels: "warning,Kafka=debug") { log in
            func message(_ text: String) -> String {
                computed.withLock { $0 += 1 }
                return text
            }
            log.trace(message("1"))
            log.debug(message("2"))
            log.labelled("Store").notice(message("3"))
            log.labelled("Store").warning(message("4"))
            log.labelled("Store").critical(message("5"))
        }
        #expect(
            text.split(separator: "\n").map { $0.components(separatedBy: #""message":""#)[1].first } == ["2", "4", "5"])
        #expect(computed.withLock { $0 } == 3)
    }

    @Test("Levels are read from their text, in any order and with blanks")
    func levelText() throws {
        let levels = try #require(LogLevels("Kafka=trace, error"))
        #expect(levels == LogLevels(general: .error, byLabel: ["Kafka": .trace]))
        #expect(levels.includes(.trace, from: "Kafka"))
        #expect(!levels.includes(.warning, from: "Store"))
        #expect(LogLevels("loud") == nil)
        #expect(LogLevels("info,Kafka=") == nil)
        #expect(LogLevels("info,Kafka=loud") == nil)
        #expect(LogLevels("") == LogLevels())
    }

    @Test("A line's own metadata wins over the logger's")
    func metadata() throws {
        let text = try written { $0.info("x", ["group": "b"]) }
        #expect(text.contains(#""group":"b""#))
        #expect(!text.contains(#""group":"a""#))
    }
}

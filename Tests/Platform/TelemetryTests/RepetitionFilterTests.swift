import RuntimeTesting
import Synchronization
import Telemetry
import Testing

@Suite("Lines that repeat themselves")
struct RepetitionFilterTests {
    private final class Lines: LogSink {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func wants(_ level: LogLevel, from label: String) -> Bool { true }
        func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
            let details = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            lines.withLock { $0.append("\(level) \(message)\(details)") }
        }
    }

    private let time = ManualTime()
    private let lines = Lines()
    private let log: Logger

    init() {
        log = Logger(label: "test", sink: RepetitionFilter(lines, time: time))
    }

    @Test("The same warning is passed on every 30 seconds, with the number of those between")
    func repetitions() {
        for _ in 0..<35 {
            log.warning("away", ["error": "e"])
            time.advance(by: .seconds(1))
        }
        #expect(lines.all == ["warning away error=e", "warning away error=e repeated=29"])
    }

    @Test("Other words, another level or other details are another line; what is no warning is passed on always")
    func others() {
        log.warning("away", ["user": "a"])
        log.warning("away", ["user": "b"])
        log.error("away", ["user": "a"])
        log.labelled("other").warning("away", ["user": "a"])
        for _ in 1...3 { log.info("here") }
        #expect(lines.all.count == 7)
    }

    @Test("However many different lines there are, each is passed on")
    func capacity() {
        for number in 0..<2000 { log.error("e\(number)") }
        #expect(lines.all.count == 2000)
    }
}

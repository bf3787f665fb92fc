public import Runtime
import Synchronization

/// Passes a warning or error that says word for word what was said within the last 30 seconds no further; the next that is passed on
/// has the number of those in `repeated`. A store or broker that is away is asked several times a second.
public final class RepetitionFilter: LogSink {
    private struct Line: Hashable {
        let level: LogLevel
        let label: String
        let message: String
        let metadata: [String: String]
    }

    private struct Said {
        var at: Duration
        var repetitions = 0
    }

    /// Between two that are the same.
    public static let interval: Duration = .seconds(30)
    /// So many different lines are remembered at most.
    private static let capacity = 512

    private let base: any LogSink
    private let time: any TimeSource
    private let said = Mutex<[Line: Said]>([:])

    public init(_ base: any LogSink, time: any TimeSource) {
        self.base = base
        self.time = time
    }

    public func wants(_ level: LogLevel, from label: String) -> Bool { base.wants(level, from: label) }

    public func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        guard level >= .warning else { return base.write(level, label, message, metadata) }
        let line = Line(level: level, label: label, message: message, metadata: metadata)
        guard let repetitions = repetitions(of: line) else { return }
        let count = repetitions == 0 ? [:] : ["repeated": String(repetitions)]
        base.write(level, label, message, metadata.merging(count) { _, new in new })
    }

    /// How often the line was passed over since it was last passed on; `nil`: it is passed over now.
    private func repetitions(of line: Line) -> Int? {
        let now = time.uptime
        return said.withLock { said in
            if let before = said[line], now - before.at < Self.interval {
                said[line]?.repetitions += 1
                return nil
            }
            let repetitions = said[line]?.repetitions ?? 0
            if said.count >= Self.capacity {
                said = said.filter { now - $0.value.at < Self.interval }
                // More at once than can be remembered: repetitions are better than lines that are missing.
                if said.count >= Self.capacity { said = [:] }
            }
            said[line] = Said(at: now)
            return repetitions
        }
    }
}

import Synchronization
import Telemetry

/// What happened in a run, line by line, with the virtual time. The same seed brings the same lines (I13).
final class Trace: LogSink {
    private struct State {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var lines: [String] = []
        var count = 0
    }

    private let time: VirtualTime
    private let isKept: Bool
    private let state = Mutex(State())

    /// - Parameter isKept: whether the lines themselves are wanted, and not their hash alone.
    init(_ time: VirtualTime, isKept: Bool) {
        self.time = time
        self.isKept = isKept
    }

    /// FNV-1a over all lines.
    var hash: UInt64 { state.withLock { $0.hash } }

    var lines: [String] { state.withLock { $0.lines } }

    func note(_ text: String) {
        let line = "\(time.uptime / .seconds(1)) \(text)"
        state.withLock { state in
            for byte in line.utf8 { state.hash = (state.hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            state.count += 1
            if isKept { state.lines.append(line) }
        }
    }

    func wants(_ level: LogLevel, from label: String) -> Bool { level >= .debug }

    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        note("\(label): \(message)\(pairs)")
    }
}

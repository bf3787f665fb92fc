import CRuntime
import Glibc
import Synchronization
import Telemetry

/// SIGTERM and SIGINT of this process: the first begins the shutdown, the second ends the process at once, and so does the end of
/// the shutdown's budget, all with 75 (`EX_TEMPFAIL`).
///
/// A handler writes the signal's number into a pipe, a thread of our own reads it. So no thread's mask matters, whoever made
/// the thread, and children inherit nothing.
enum ProcessSignals {
    /// Commands in the pipe beside the signals' numbers.
    private static let beginCommand: UInt8 = 0xFE
    private static let endCommand: UInt8 = 0xFF
    /// `EX_TEMPFAIL`.
    private static let tooLate: Int32 = 75

    private struct Watch {
        let log: Logger
        let budget: Duration
        let onFirst: @Sendable () -> Void
        let reader: Int32
        let writer: Int32
    }

    private static let watch = Mutex<Watch?>(nil)

    /// From here on the signals lead here, and SIGPIPE is ignored: a reader that has gone is an error of the write. A process has
    /// one watch; a second one replaces the first one's reaction.
    /// - Parameter budget: from the first signal, or `beginBudget()`, to the end of the process by force.
    static func watch(_ log: Logger, budget: Duration, onFirst: @escaping @Sendable () -> Void) {
        guard let (reader, writer) = pipe() else {
            return log.error("no pipe for signals: they end the process at once")
        }
        let isFirst = watch.withLock { watch in
            defer { watch = Watch(log: log, budget: budget, onFirst: onFirst, reader: reader, writer: writer) }
            return watch == nil
        }
        if isFirst {
            var thread = pthread_t()
            guard pthread_create(&thread, nil, signalsMain, nil) == 0 else {
                return log.error("no thread for signals: they end the process at once")
            }
            pthread_detach(thread)
        }
        cruntime_catch_end_signals(writer)
    }

    /// The program is ending for another reason than a signal: its budget begins.
    static func beginBudget() { send(beginCommand) }

    /// All has ended well: no force any more, and a signal has its usual effect again.
    static func end() {
        cruntime_release_end_signals()
        send(endCommand)
    }

    /// The pipe between handler and thread: the one there is, or a new one.
    private static func pipe() -> (reader: Int32, writer: Int32)? {
        if let now = watch.withLock({ $0 }) { return (now.reader, now.writer) }
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return socketpair(AF_UNIX, kind, 0, &pair) == 0 ? (pair[0], pair[1]) : nil
    }

    private static func send(_ command: UInt8) {
        guard let writer = watch.withLock({ $0?.writer }) else { return }
        var command = command
        _ = cruntime_write_all(writer, &command, 1)
    }

    // MARK: On the thread

    fileprivate static func run() {
        cruntime_name_thread("signals")
        var deadline: ContinuousClock.Instant?
        var signals = 0
        while let now = watch.withLock({ $0 }) {
            guard let byte = next(now.reader, until: deadline) else {
                now.log.critical("the shutdown took too long: ending the process")
                _exit(tooLate)
            }
            switch byte {
            case beginCommand:
                deadline = deadline ?? .now + now.budget
            case endCommand:
                deadline = nil
                signals = 0
            default:
                signals += 1
                if signals > 1 {
                    now.log.critical("a second signal: ending the process at once", ["signal": "\(byte)"])
                    _exit(tooLate)
                }
                deadline = deadline ?? .now + now.budget
                now.log.notice("a signal begins the shutdown", ["signal": "\(byte)"])
                now.onFirst()
            }
        }
    }

    /// The next byte; `nil` once the deadline is over.
    private static func next(_ reader: Int32, until deadline: ContinuousClock.Instant?) -> UInt8? {
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let (seconds, attoseconds) = max(.zero, ContinuousClock.now.duration(to: deadline)).components
                milliseconds = Int32(min(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 1 << 30))
            }
            var event = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            let count = poll(&event, 1, milliseconds)
            var byte: UInt8 = 0
            if count > 0, read(reader, &byte, 1) == 1 { return byte }
            if let deadline, ContinuousClock.now >= deadline { return nil }
        }
    }
}

private func signalsMain(_: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    ProcessSignals.run()
    return nil
}

import CRuntime
import Foundation

/// SIGTERM and SIGINT, taken by a thread of our own.
public enum ProcessSignals {
    /// The first thing a program does, before any other thread is there: they inherit that these signals are not for them. A
    /// reader that goes away is an error of its write, not the end of the program.
    public static func take() {
        var signals = set()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `body` for each SIGTERM and SIGINT, on a thread of its own, for as long as the process lives.
    static func listen(_ body: @escaping @Sendable (Int32) -> Void) {
        let thread = Thread {
            cruntime_name_thread("signals")
            var signals = set()
            while true {
                var number: Int32 = 0
                if sigwait(&signals, &number) == 0 { body(number) }
            }
        }
        thread.stackSize = 128 << 10
        thread.start()
    }

    private static func set() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }
}

import Glibc

/// Leaves other processes a turn at the write lock.
///
/// SQLite has no queue for its lock: who waits looks for it every now and then (`BusyHandler`), and a writer that takes it again
/// microseconds after each commit is hardly ever found without it. So whoever has had it again and again for a while leaves it
/// alone for longer than others pause between two looks.
struct WriteTurns {
    /// How long a writer goes on without a gap.
    static let longest: Duration = .milliseconds(5)
    static let gap: Duration = .microseconds(400)

    private var begin: ContinuousClock.Instant = .now
    private var end: ContinuousClock.Instant = .now

    /// Before the lock is taken. Blocks for a gap where it is the others' turn.
    mutating func begins() {
        let now = ContinuousClock.now
        if now - end >= Self.gap {
            begin = now
        } else if now - begin >= Self.longest {
            usleep(UInt32((Self.gap - (now - end)) / .microseconds(1)))
            begin = .now
        }
    }

    /// After the lock was given back.
    mutating func ends() {
        end = .now
    }
}

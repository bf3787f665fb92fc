import Glibc

/// Who is next at a database's write lock, of all processes of this machine.
///
/// SQLite has no queue for that lock: who waits looks for it every now and then, and a bulk writer that takes it again microseconds
/// after each commit is hardly ever found without it. So a writer first takes the turn, which is a lock on a file beside the
/// database, and leaves it once it has the write lock: whoever has just written waits for the turn like all others.
///
/// It is for fairness alone. Where a process hangs with it, the others go on without.
final class WriteTurn {
    /// How long the turn is waited for.
    private static let patience: Duration = .milliseconds(100)

    private let descriptor: Int32
    private var random = SystemRandomNumberGenerator()
    /// Whether this is next at the write lock.
    private(set) var isOurs = false

    /// - Parameter path: the database's. Where the file beside it can't be made, there are no turns.
    init?(_ path: String) {
        descriptor = open(path + "-turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Blocks until the turn has come.
    func take() {
        let deadline = ContinuousClock.now + Self.patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else { return }
            usleep(.random(in: 100...500, using: &random))
        }
        isOurs = true
    }

    func leave() {
        guard isOurs else { return }
        flock(descriptor, LOCK_UN)
        isOurs = false
    }
}

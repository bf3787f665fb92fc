import Runtime
import Synchronization

/// Runs all of a simulation's tasks on the thread that calls `run`, one job at a time, in an order drawn from a seed: every
/// interleaving of the real code can come, and the same seed brings the same one.
///
/// Tasks reach it by their executor preference, which structured children inherit. Code that starts a bare `Task` escapes it;
/// that is why the product's code does not.
final class DeterministicExecutor: TaskExecutor, SerialExecutor {
    private let ready = Mutex<[UnownedJob]>([])
    private let randomness: SeededRandomness

    init(randomness: SeededRandomness) {
        self.randomness = randomness
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        ready.withLock { $0.append(job) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    /// Whether a job waits to be run.
    var hasReady: Bool { ready.withLock { !$0.isEmpty } }

    /// Runs one job, chosen at random; `false` where none is ready.
    func runOne() -> Bool {
        let job: UnownedJob? = ready.withLock { ready in
            guard !ready.isEmpty else { return nil }
            return ready.remove(at: ready.count == 1 ? 0 : Int(randomness.next() % UInt64(ready.count)))
        }
        guard let job else { return false }
        job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        return true
    }
}

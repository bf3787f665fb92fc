import Dispatch
import Synchronization

/// What callers want done, for threads of ours to take: in the order of their coming.
final class JobQueue<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        /// Threads that still take jobs.
        var threads: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)
    private let threads: Int

    init(threads: Int) {
        self.threads = threads
        state = Mutex(State(threads: threads))
    }

    /// - Returns: `false` where the queue is closed.
    func append(_ job: Job) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isClosed { state.jobs.append(job) }
            return !state.isClosed
        }
        if isTaken { wake.signal() }
        return isTaken
    }

    /// Waits for a job, and takes the next ones: as many as `count` says of those waiting, at least one. Blocks the thread.
    /// - Returns: `nil` where the queue is closed and all is taken.
    func take(_ count: ([Job]) -> Int) -> [Job]? {
        while true {
            wake.wait()
            let (jobs, isOver) = state.withLock { state in
                let taken = Array(state.jobs.prefix(state.jobs.isEmpty ? 0 : max(1, count(state.jobs))))
                state.jobs.removeFirst(taken.count)
                return (taken, state.isClosed && taken.isEmpty)
            }
            // Jobs that were taken with an earlier one leave their signals behind.
            if !jobs.isEmpty { return jobs }
            if isOver { return nil }
        }
    }

    /// Takes no further jobs; those waiting are still done.
    func close() {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        for _ in 0..<threads { wake.signal() }
    }

    /// Returns once all threads have ended.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.threads > 0 { state.waiters.append(continuation) }
                return state.threads == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// A thread's last act.
    func threadEnded() {
        let waiters = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

import CRuntime
import Foundation
import Synchronization

/// Wakes tasks at their times, by one thread that sleeps until the next of them.
///
/// `Task.sleep` leaves its timer behind where the task is cancelled: it wakes the process in its time all the same, and keeps its memory
/// until then. A deadline about a request is such a sleep: of a hundred requests a second with a minute each, six thousand timers.
final class AlarmClock: Sendable {
    private typealias Sleeper = CheckedContinuation<Bool, Never>

    private struct Alarm {
        let time: ContinuousClock.Instant
        let number: UInt64
        let sleeper: Sleeper
    }

    private struct State {
        /// By time, and by number where they are for the same.
        var alarms: [Alarm] = []
        var lastNumber: UInt64 = 0
        var isRunning = false

        /// Where an alarm stands, or would.
        func place(_ time: ContinuousClock.Instant, _ number: UInt64) -> Int {
            var (low, high) = (0, alarms.count)
            while low < high {
                let middle = (low + high) / 2
                if (alarms[middle].time, alarms[middle].number) < (time, number) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// How many tasks sleep.
    var sleepers: Int { state.withLock { $0.alarms.count } }

    /// Returns at `time`, with `true`, or with `false` as soon as the task is cancelled.
    func sleep(until time: ContinuousClock.Instant) async -> Bool {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper in
                let isFirst: Bool? = state.withLock { state in
                    if Task.isCancelled { return nil }
                    startThread(&state)
                    let place = state.place(time, number)
                    state.alarms.insert(Alarm(time: time, number: number, sleeper: sleeper), at: place)
                    return place == 0
                }
                guard let isFirst else { return sleeper.resume(returning: false) }
                if isFirst { wake.signal() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                let place = state.place(time, number)
                guard place < state.alarms.count, state.alarms[place].number == number else { return nil }
                return state.alarms.remove(at: place).sleeper
            }
            sleeper?.resume(returning: false)
        }
    }

    private func startThread(_ state: inout State) {
        if state.isRunning { return }
        state.isRunning = true
        Thread.detachNewThread { self.run() }
    }

    private func run() {
        cruntime_name_thread("alarm-clock")
        while true {
            let now = ContinuousClock.now
            let (due, next) = state.withLock { state in
                let due = state.alarms.prefix { $0.time <= now }.map(\.sleeper)
                state.alarms.removeFirst(due.count)
                return (due, state.alarms.first?.time)
            }
            for sleeper in due { sleeper.resume(returning: true) }
            guard let next else {
                wake.wait()
                continue
            }
            // A year at most: what is longer is waited for anew.
            let seconds = min(max(0, (next - now) / .seconds(1)), 366 * 86400)
            _ = wake.wait(timeout: .now() + seconds)
        }
    }
}

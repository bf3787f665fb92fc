import Foundation
import Runtime
import Synchronization

/// The simulation's time: it stands still while anything can run, and jumps to the next timer when nothing can.
final class VirtualTime: Sendable {
    private struct Timer {
        let at: Duration
        let number: Int
        let fire: @Sendable () -> Void
    }

    private struct State {
        var now: Duration = .zero
        var nextNumber = 0
        /// The earliest last.
        var timers: [Timer] = []
    }

    /// When the simulation begins.
    static let start = Date(timeIntervalSince1970: 1_795_514_400)

    private let state = Mutex(State())

    /// Since the simulation began.
    var uptime: Duration { state.withLock { $0.now } }

    /// The true time, which no simulated clock need show.
    var now: Date { Self.start.addingTimeInterval(uptime / .seconds(1)) }

    /// Fires once `delay` is over; a timer can be taken back by its number.
    @discardableResult
    func schedule(after delay: Duration, _ fire: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.nextNumber += 1
            let timer = Timer(at: state.now + max(.zero, delay), number: state.nextNumber, fire: fire)
            let place = state.timers.partitioningIndex { ($0.at, $0.number) < (timer.at, timer.number) }
            state.timers.insert(timer, at: place)
            return timer.number
        }
    }

    func cancel(_ number: Int) {
        state.withLock { $0.timers.removeAll { $0.number == number } }
    }

    /// Jumps to the next timer and fires it; `false` where there is none before `limit`.
    func advance(upTo limit: Duration) -> Bool {
        let timer: Timer? = state.withLock { state in
            guard let next = state.timers.last, next.at <= limit else { return nil }
            state.timers.removeLast()
            state.now = next.at
            return next
        }
        timer?.fire()
        return timer != nil
    }

    /// Lets time pass up to `limit` where nothing is scheduled before.
    func jump(to limit: Duration) {
        state.withLock { $0.now = max($0.now, limit) }
    }
}

extension Array {
    /// The first index whose element fulfils the condition, which holds for all behind it.
    fileprivate func partitioningIndex(_ condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A process's clocks in virtual time: the wall clock may be wrong by a constant.
struct SimulatedClock: TimeSource {
    let time: VirtualTime
    let fate: ProcessFate
    /// How much the wall clock is ahead of the true time.
    let skew: Duration

    var now: Date { time.now.addingTimeInterval(skew / .seconds(1)) }

    var uptime: Duration { time.uptime }

    func sleep(for duration: Duration) async throws(CancellationError) {
        do {
            try await fate.wait { resume in
                time.schedule(after: duration) { resume(()) }
            } abandon: { number in
                time.cancel(number)
            }
        } catch {
            throw CancellationError()
        }
    }
}

/// The clock of what is no process: of LN, Exchange and the store. Nobody sleeps by it.
struct OutsideClock: TimeSource {
    let time: VirtualTime
    /// How much it is ahead.
    let skew: Duration

    var now: Date { time.now.addingTimeInterval(skew / .seconds(1)) }
    var uptime: Duration { time.uptime }

    func sleep(for duration: Duration) async throws(CancellationError) {
        preconditionFailure("the world does not sleep")
    }
}

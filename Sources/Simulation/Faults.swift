import Runtime
import Synchronization

/// What goes wrong, and how often: drawn from the seed, and nothing at all once the simulation comes to rest.
final class Faults: Sendable {
    enum Place: Sendable, Hashable, CaseIterable {
        case produce
        case request
        /// A request that is no read.
        case write
        /// A request that is no read, and is on its way for seconds.
        case delay
        case commit
    }

    enum Fault: Sendable, Hashable {
        /// It fails and does nothing.
        case before
        /// It happens, and the answer is lost.
        case after
    }

    private let randomness: SeededRandomness
    /// Of 1,000.
    private let rates: Mutex<[Place: Int]>
    private let counted = Mutex(0)

    init(randomness: SeededRandomness, rates: [Place: Int]) {
        self.randomness = randomness
        self.rates = Mutex(rates)
    }

    func stop() {
        rates.withLock { $0 = [:] }
    }

    /// How often it was not known whether something was done, or what was done was not committed.
    var uncertain: Int { counted.withLock { $0 } }

    func draw(_ place: Place) -> Fault? {
        guard let rate = rates.withLock({ $0[place] }), randomness.next(in: 1...1000) <= rate else { return nil }
        let fault: Fault = randomness.next() & 1 == 0 ? .before : .after
        if place == .commit || ([.request, .write].contains(place) && fault == .after) { counted.withLock { $0 += 1 } }
        return fault
    }
}

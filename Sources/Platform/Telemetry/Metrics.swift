import Synchronization

/// A process's metrics, in the shape of swift-metrics (`Counter`, `Gauge`, `Histogram` with dimensions), kept by value of
/// name and labels and written as Prometheus text.
///
/// Ask for a metric once and keep it: the look-up takes a lock, counting does not contend.
public final class Metrics: Sendable {
    struct Key: Hashable, Comparable {
        let name: String
        let labels: [String]

        static func < (one: Key, other: Key) -> Bool {
            one.name == other.name ? one.labels.lexicographicallyPrecedes(other.labels) : one.name < other.name
        }
    }

    enum Metric: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
    }

    struct State {
        var metrics: [Key: Metric] = [:]
        var help: [String: String] = [:]
    }

    let state = Mutex(State())

    public init() {}

    /// A number that only grows. `name` ends in `_total` by Prometheus' custom.
    public func counter(_ name: String, _ help: String, _ labels: [(String, String)] = []) -> Counter {
        metric(name, help, labels, make: { .counter(Counter()) }) { if case .counter(let it) = $0 { it } else { nil } }
    }

    /// A number that goes up and down, or is unknown: then it is absent from the text.
    public func gauge(_ name: String, _ help: String, _ labels: [(String, String)] = []) -> Gauge {
        metric(name, help, labels, make: { .gauge(Gauge()) }) { if case .gauge(let it) = $0 { it } else { nil } }
    }

    /// Counts of observations up to each bound. The bounds of the first call for a name and labels hold.
    public func histogram(
        _ name: String, _ help: String, _ labels: [(String, String)] = [],
        bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    ) -> Histogram {
        metric(name, help, labels, make: { .histogram(Histogram(bounds: bounds)) }) {
            if case .histogram(let it) = $0 { it } else { nil }
        }
    }

    private func metric<Kind>(
        _ name: String, _ help: String, _ labels: [(String, String)], make: () -> Metric, as kind: (Metric) -> Kind?
    ) -> Kind {
        let key = Key(name: name, labels: labels.map { "\($0.0)=\"\(PrometheusText.escaped($0.1))\"" }.sorted())
        let metric = state.withLock { state in
            state.help[name] = help
            if let metric = state.metrics[key] { return metric }
            let metric = make()
            state.metrics[key] = metric
            return metric
        }
        guard let metric = kind(metric) else { preconditionFailure("\(name) is a metric of another kind") }
        return metric
    }
}

public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    init() {}

    public func increment(by amount: Int = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    public var value: Int { count.load(ordering: .relaxed) }
}

public final class Gauge: Sendable {
    private let state = Mutex<Double?>(nil)

    init() {}

    /// `nil`: unknown.
    public func set(_ value: Double?) {
        state.withLock { $0 = value }
    }

    public var value: Double? { state.withLock { $0 } }
}

public final class Histogram: Sendable {
    struct State {
        var counts: [Int]
        var sum = 0.0
    }

    let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// `value` in the unit that the metric's name says (seconds, by custom).
    public func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func snapshot() -> State { state.withLock { $0 } }
}

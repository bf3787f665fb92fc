/// Something that lives as long as its program, in swift-service-lifecycle's sense.
public protocol Service: Sendable {
    /// Works until it is shut down.
    /// - Throws: where it can't go on; the program then ends.
    func run() async throws

    /// Ends the work in good order and lets `run()` return. Called once, while `run()` is under way; what is not over within
    /// `timeout` is left as it is.
    func shutDown(within timeout: Duration) async
}

/// The bounds of a program's end, which belong together.
public struct ShutdownBudgets: Sendable, Hashable {
    /// The longest request to another system.
    public var request: Duration
    /// How long what is under way may go on.
    public var drain: Duration
    /// From the first signal to the end.
    public var shutdown: Duration
    /// When the platform kills the process (Kubernetes: `terminationGracePeriodSeconds`).
    public var podGrace: Duration
    /// When Kafka takes a member that does not poll for dead (`max.poll.interval.ms`).
    public var maxPollInterval: Duration

    public init(
        request: Duration = .seconds(10), drain: Duration = .seconds(15), shutdown: Duration = .seconds(25),
        podGrace: Duration = .seconds(60), maxPollInterval: Duration = .seconds(300)
    ) {
        self.request = request
        self.drain = drain
        self.shutdown = shutdown
        self.podGrace = podGrace
        self.maxPollInterval = maxPollInterval
    }

    /// What is out of order, in words; `nil` where request < drain < shutdown < pod grace < max.poll.interval.
    public var problem: String? {
        let bounds = [
            ("the request timeout", request), ("the drain", drain), ("the shutdown", shutdown),
            ("the pod's grace", podGrace), ("max.poll.interval.ms", maxPollInterval),
        ]
        for (one, next) in zip(bounds, bounds.dropFirst()) where one.1 >= next.1 {
            return "\(one.0) (\(one.1)) has to be shorter than \(next.0) (\(next.1))"
        }
        return nil
    }
}

/// How long the steps of a program's end may take. Each step has room within the next one, or the last one would end them all
/// half-way: request < drain < shutdown < pod grace < `max.poll.interval.ms`.
public struct ShutdownBudgets: Sendable, Hashable {
    /// The longest that one request to LN or Exchange takes.
    public var request: Duration = .seconds(10)
    /// From the signal until all services have ended what was under way.
    public var drain: Duration = .seconds(20)
    /// From the signal until the process is gone, whatever still runs.
    public var shutdown: Duration = .seconds(25)
    /// Until whoever runs the process kills it (Kubernetes' `terminationGracePeriodSeconds`, Compose's `stop_grace_period`).
    public var podGrace: Duration = .seconds(30)
    /// Until Kafka gives up a member that doesn't poll; `nil` in a program that consumes nothing.
    public var maxPollInterval: Duration? = .seconds(300)

    public init() {}

    /// Each pair in the wrong order, in words; empty where all is well.
    public var problems: [String] {
        var steps = [
            ("the timeout of a request", request), ("the drain", drain), ("the shutdown", shutdown),
            ("the pod's grace", podGrace),
        ]
        if let maxPollInterval { steps.append(("max.poll.interval.ms", maxPollInterval)) }
        return zip(steps, steps.dropFirst()).compactMap { shorter, longer in
            shorter.1 < longer.1
                ? nil : "\(longer.0) (\(longer.1)) must be longer than \(shorter.0) (\(shorter.1))"
        }
    }
}

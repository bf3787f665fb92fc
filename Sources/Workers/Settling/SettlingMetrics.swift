import Telemetry

/// Settling's metrics.
struct SettlingMetrics: Sendable {
    private let metrics: Metrics

    init(_ metrics: Metrics) {
        self.metrics = metrics
    }

    func settled(_ result: SettlementResult, _ duration: Duration) {
        let outcome =
            switch result {
            case .settled: "settled"
            case .nothingDue: "nothing_due"
            case .lost: "lost"
            case .later: "later"
            case .mailboxRests: "throttled"
            case .refused: "refused"
            case .held: "held"
            case .resting: "resting"
            case .storeFailed: "store_failed"
            }
        metrics.counter("settlements_total", "Settlements by their outcome.", [("outcome", outcome)]).increment()
        metrics.histogram("settlement_seconds", "Time to settle a row.").record(duration / .seconds(1))
    }
}

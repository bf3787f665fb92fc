import ExchangeClient
import Telemetry

/// Requests to Exchange by what they were for and what came of them: `exchange_requests_total`.
struct GraphMetrics: Sendable {
    enum Purpose: String, CaseIterable {
        case read, write, token
    }

    private let counters: [String: Counter]

    init(_ metrics: Metrics) {
        var counters: [String: Counter] = [:]
        for purpose in Purpose.allCases {
            for outcome in Self.outcomes {
                counters["\(purpose)/\(outcome)"] = metrics.counter(
                    "exchange_requests_total", "Requests to Exchange",
                    [("kind", purpose.rawValue), ("outcome", outcome)])
            }
        }
        self.counters = counters
    }

    func count(_ purpose: Purpose, _ error: ExchangeError?) {
        counters["\(purpose)/\(error.map { Self.outcome($0.kind) } ?? "ok")"]?.increment()
    }

    private static let outcomes =
        ["ok"]
        + [
            ExchangeError.Kind.throttled(retryAfter: .zero), .transient, .authExpired, .authConfig, .forbiddenMailbox,
            .mailboxMissing, .notFound, .inAnotherCalendar, .conflict, .alreadyExists, .invalid, .quota,
            .syncStateLost,
        ].map(outcome)

    private static func outcome(_ kind: ExchangeError.Kind) -> String {
        switch kind {
        case .throttled: "throttled"
        case .transient: "transient"
        case .authExpired: "auth_expired"
        case .authConfig: "auth_config"
        case .forbiddenMailbox: "forbidden_mailbox"
        case .mailboxMissing: "mailbox_missing"
        case .notFound: "not_found"
        case .inAnotherCalendar: "in_another_calendar"
        case .conflict: "conflict"
        case .alreadyExists: "already_exists"
        case .invalid: "invalid"
        case .quota: "quota"
        case .syncStateLost: "sync_state_lost"
        }
    }
}

import Telemetry

/// The reader's metrics.
struct ReaderMetrics: Sendable {
    private let changed: Counter
    private let unchanged: Counter
    private let backfill: Counter
    private let failures: Counter

    init(_ metrics: Metrics) {
        changed = metrics.counter(
            "reader_contacts_total", "Contacts read by pull.", [("outcome", "published")])
        unchanged = metrics.counter(
            "reader_contacts_total", "Contacts read by pull.", [("outcome", "unchanged")])
        backfill = metrics.counter("reader_backfill_records_total", "Records sent by back-fill.")
        failures = metrics.counter("reader_failures_total", "Reads or sends that failed and are repeated.")
    }

    func published(_ count: Int, unchanged: Int) {
        changed.increment(by: count)
        self.unchanged.increment(by: unchanged)
    }

    func backfilled(_ count: Int) {
        backfill.increment(by: count)
    }

    func failed() {
        failures.increment()
    }
}

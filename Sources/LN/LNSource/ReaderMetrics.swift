import SyncEvents
import Telemetry

/// The reader's metrics.
struct ReaderMetrics: Sendable {
    private let changed: Counter
    private let unchanged: Counter
    private let withheld: Counter
    private let backfill: Counter
    private let failures: Counter
    private let hints: Counter
    private let droppedHints: Counter

    init(_ metrics: Metrics, _ kind: Hint.Kind = .contact) {
        let (name, help) =
            kind == .contact
            ? ("reader_contacts_total", "Contacts read by pull.")
            : ("reader_activities_total", "Activities read by pull and by hint.")
        changed = metrics.counter(name, help, [("outcome", "published")])
        unchanged = metrics.counter(name, help, [("outcome", "unchanged")])
        withheld = metrics.counter("reader_removals_withheld_total", "Removals withheld until a person decides.")
        backfill = metrics.counter("reader_backfill_records_total", "Records sent by back-fill.")
        failures = metrics.counter("reader_failures_total", "Reads or sends that failed and are repeated.")
        hints = metrics.counter("reader_hints_total", "Hints by what became of them.", [("outcome", "taken")])
        droppedHints = metrics.counter("reader_hints_total", "Hints by what became of them.", [("outcome", "dropped")])
    }

    func published(_ count: Int, unchanged: Int) {
        changed.increment(by: count)
        self.unchanged.increment(by: unchanged)
    }

    func withheld(_ count: Int) {
        withheld.increment(by: count)
    }

    func backfilled(_ count: Int) {
        backfill.increment(by: count)
    }

    func failed() {
        failures.increment()
    }

    func hinted() {
        hints.increment()
    }

    func droppedHint() {
        droppedHints.increment()
    }
}

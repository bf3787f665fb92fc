import Telemetry

/// The reader's metrics.
struct EventMetrics: Sendable {
    private let rounds: Counter
    private let baselines: Counter
    private let pages: Counter
    private let events: Counter
    private let published: Counter
    private let deleted: Counter
    private let echoes: Counter
    private let passedOver: Counter
    private let failures: Counter
    private let hints: Counter
    private let droppedHints: Counter
    private let waiting: Gauge
    private let reading: Gauge
    private let quarantined: Gauge

    init(_ metrics: Metrics) {
        let rounds = ("reader_rounds_total", "Rounds over a mailbox's changes that are over.")
        self.rounds = metrics.counter(rounds.0, rounds.1, [("kind", "changes")])
        baselines = metrics.counter(rounds.0, rounds.1, [("kind", "baseline")])
        let reads = ("reader_calendar_reads_total", "Requests to Exchange.")
        pages = metrics.counter(reads.0, reads.1, [("kind", "page")])
        events = metrics.counter(reads.0, reads.1, [("kind", "event")])
        let outcomes = ("reader_events_total", "Events that were read, by what became of them.")
        published = metrics.counter(outcomes.0, outcomes.1, [("outcome", "published")])
        deleted = metrics.counter(outcomes.0, outcomes.1, [("outcome", "deleted")])
        echoes = metrics.counter(outcomes.0, outcomes.1, [("outcome", "echo")])
        passedOver = metrics.counter(outcomes.0, outcomes.1, [("outcome", "unknown")])
        failures = metrics.counter("reader_failures_total", "Rounds that failed and are repeated.")
        let hinted = ("reader_hints_total", "Hints by what became of them.")
        hints = metrics.counter(hinted.0, hinted.1, [("outcome", "taken")])
        droppedHints = metrics.counter(hinted.0, hinted.1, [("outcome", "dropped")])
        let mailboxes = ("reader_mailboxes", "Mailboxes by what they do in this process.")
        waiting = metrics.gauge(mailboxes.0, mailboxes.1, [("state", "due")])
        reading = metrics.gauge(mailboxes.0, mailboxes.1, [("state", "read")])
        quarantined = metrics.gauge(mailboxes.0, mailboxes.1, [("state", "quarantined")])
    }

    func roundIsOver(isBaseline: Bool) { (isBaseline ? baselines : rounds).increment() }
    func readPage() { pages.increment() }
    func readEvent() { events.increment() }
    func published(_ count: Int, deleted: Int) {
        published.increment(by: count)
        self.deleted.increment(by: deleted)
    }
    func dropped(echoes: Int, unknown: Int) {
        self.echoes.increment(by: echoes)
        passedOver.increment(by: unknown)
    }
    func failed() { failures.increment() }
    func hinted() { hints.increment() }
    func droppedHint() { droppedHints.increment() }

    func mailboxes(due: Int, read: Int, quarantined: Int) {
        waiting.set(Double(due))
        reading.set(Double(read))
        self.quarantined.set(Double(quarantined))
    }
}

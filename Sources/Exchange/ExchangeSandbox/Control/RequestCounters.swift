/// What came in, by app and mailbox.
struct RequestCounters: Sendable, Hashable {
    struct Count: Sendable, Hashable {
        /// GET requests that Exchange saw.
        var reads = 0
        /// All other requests that Exchange saw, whether it did them or not.
        var writes = 0
        /// Writes that changed something.
        var changes = 0
        /// Requests answered with 429.
        var throttled = 0

        var shown: JSON {
            [
                "reads": .number(Double(reads)), "writes": .number(Double(writes)), "changes": .number(Double(changes)),
                "throttled": .number(Double(throttled)),
            ]
        }

        static func + (one: Count, other: Count) -> Count {
            Count(
                reads: one.reads + other.reads, writes: one.writes + other.writes, changes: one.changes + other.changes,
                throttled: one.throttled + other.throttled)
        }
    }

    var counts: [Throttle.Key: Count] = [:]
    /// Answers by status.
    var statuses: [Int: Int] = [:]

    var total: Count { counts.values.reduce(Count(), +) }

    /// Totals, and each mailbox's, by app.
    var shown: JSON {
        var apps: [String: [String: JSON]] = [:]
        for (key, count) in counts { apps[key.app, default: [:]][key.mailbox] = count.shown }
        return [
            "total": total.shown, "apps": .object(apps.mapValues { .object($0) }),
            "statuses": .object(
                Dictionary(uniqueKeysWithValues: statuses.map { (String($0.key), JSON.number(Double($0.value))) })),
        ]
    }
}

import HTTPTypes

/// What was asked for, by app and mailbox.
struct RequestCounters: Sendable {
    struct Count: Sendable {
        var reads = 0
        var writes = 0
        var refused = 0
    }

    private(set) var byApp: [String: Count] = [:]
    private(set) var byMailbox: [String: Count] = [:]
    private(set) var tokens = 0

    /// Requests that changed something.
    var writes: Int { byApp.values.reduce(0) { $0 + $1.writes } }
    var reads: Int { byApp.values.reduce(0) { $0 + $1.reads } }
    var refused: Int { byApp.values.reduce(0) { $0 + $1.refused } }

    mutating func count(_ request: HTTPRequest, app: String, mailbox: String?, status: Int) {
        guard let mailbox else {
            tokens += 1
            return
        }
        func add(_ count: inout Count) {
            if status >= 400 {
                count.refused += 1
            } else if request.method == .get {
                count.reads += 1
            } else {
                count.writes += 1
            }
        }
        add(&byApp[app, default: Count()])
        add(&byMailbox[mailbox, default: Count()])
    }

    var json: JSON {
        func json(_ counts: [String: Count]) -> JSON {
            .object(
                counts.mapValues { count in
                    [
                        "reads": .number(Double(count.reads)), "writes": .number(Double(count.writes)),
                        "refused": .number(Double(count.refused)),
                    ]
                })
        }
        return [
            "reads": .number(Double(reads)), "writes": .number(Double(writes)), "refused": .number(Double(refused)),
            "tokens": .number(Double(tokens)), "apps": json(byApp), "mailboxes": json(byMailbox),
        ]
    }
}

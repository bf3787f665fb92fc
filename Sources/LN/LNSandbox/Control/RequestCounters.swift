/// How often what was asked for, since the start or the last reset: what a pull costs.
struct RequestCounters: Sendable, Hashable {
    /// By `service/EntitySet` and method.
    private var requests: [String: [String: Int]] = [:]
    /// Rows answered, by `service/EntitySet`.
    private var rows: [String: Int] = [:]
    private var statuses: [Int: Int] = [:]

    mutating func count(_ resource: String, _ method: String, status: Int, rows: Int) {
        requests[resource, default: [:]][method, default: 0] += 1
        if rows > 0 { self.rows[resource, default: 0] += rows }
        statuses[status, default: 0] += 1
    }

    func write(to text: inout JSONText) {
        text.object { text in
            text.name("requests")
            text.object { text in
                for (resource, methods) in requests.sorted(by: { $0.key < $1.key }) {
                    text.name(resource)
                    text.object { text in
                        for (method, count) in methods.sorted(by: { $0.key < $1.key }) { text.member(method, count) }
                    }
                }
            }
            text.name("rows")
            text.object { text in
                for (resource, count) in rows.sorted(by: { $0.key < $1.key }) { text.member(resource, count) }
            }
            text.name("statuses")
            text.object { text in
                for (status, count) in statuses.sorted(by: { $0.key < $1.key }) { text.member(String(status), count) }
            }
        }
    }
}

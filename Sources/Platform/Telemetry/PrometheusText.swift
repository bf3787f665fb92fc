import Synchronization

/// Prometheus' text format, version 0.0.4.
enum PrometheusText {
    /// A metric's help, whose line breaks become blanks.
    static func oneLine(_ help: String) -> String {
        help.replacing("\\", with: "\\\\").replacing("\n", with: " ")
    }

    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { "\\\"\n".utf8.contains($0) }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

extension Metrics {
    /// All metrics as `GET /metrics` answers them (`text/plain; version=0.0.4`), names and labels in order.
    public var prometheusText: String {
        let (metrics, help) = state.withLock { ($0.metrics, $0.help) }
        var text = ""
        var name: String?
        for (key, metric) in metrics.sorted(by: { $0.key < $1.key }) {
            if key.name != name {
                name = key.name
                text += "# HELP \(key.name) \(PrometheusText.oneLine(help[key.name] ?? ""))\n"
                text += "# TYPE \(key.name) \(metric.typeName)\n"
            }
            switch metric {
            case .counter(let counter):
                text += "\(series(key.name, key.labels)) \(counter.value)\n"
            case .gauge(let gauge):
                if let value = gauge.value { text += "\(series(key.name, key.labels)) \(number(value))\n" }
            case .histogram(let histogram):
                let snapshot = histogram.snapshot()
                var total = 0
                for (bound, count) in zip(histogram.bounds + [.infinity], snapshot.counts) {
                    total += count
                    text += "\(series("\(key.name)_bucket", key.labels + ["le=\"\(number(bound))\""])) \(total)\n"
                }
                text += "\(series("\(key.name)_sum", key.labels)) \(number(snapshot.sum))\n"
                text += "\(series("\(key.name)_count", key.labels)) \(total)\n"
            }
        }
        return text
    }

    private func series(_ name: String, _ labels: [String]) -> String {
        labels.isEmpty ? name : "\(name){\(labels.joined(separator: ","))}"
    }

    private func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

extension Metrics.Metric {
    fileprivate var typeName: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}

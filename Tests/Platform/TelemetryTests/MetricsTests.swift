import Telemetry
import Testing

@Suite struct MetricsTests {
    @Test("Metrics are written as Prometheus reads them: by name, then by labels")
    func text() {
        let metrics = Metrics()
        metrics.counter("records_total", "Records merged.", [("topic", "b")]).increment()
        metrics.counter("records_total", "Records merged.", [("topic", "a")]).increment(by: 41)
        metrics.gauge("backlog", "What waits.").set(2.5)
        metrics.gauge("unknown", "Not known.").set(nil)
        let histogram = metrics.histogram("duration_seconds", "How long.", [("operation", "read")], bounds: [0.5, 1])
        for value in [0.5, 0.75, 3] { histogram.record(value) }
        #expect(
            metrics.prometheusText == """
                # HELP backlog What waits.
                # TYPE backlog gauge
                backlog 2.5
                # HELP duration_seconds How long.
                # TYPE duration_seconds histogram
                duration_seconds_bucket{operation="read",le="0.5"} 1
                duration_seconds_bucket{operation="read",le="1"} 2
                duration_seconds_bucket{operation="read",le="+Inf"} 3
                duration_seconds_sum{operation="read"} 4.25
                duration_seconds_count{operation="read"} 3
                # HELP records_total Records merged.
                # TYPE records_total counter
                records_total{topic="a"} 41
                records_total{topic="b"} 1
                # HELP unknown Not known.
                # TYPE unknown gauge

                """)
    }

    @Test("Quotes, backslashes and line breaks of a label or a help are escaped")
    func escaping() {
        let metrics = Metrics()
        metrics.gauge("g", "one\ntwo \\ three", [("name", "a\"b\\c\nd")]).set(1)
        #expect(
            metrics.prometheusText == """
                # HELP g one two \\\\ three
                # TYPE g gauge
                g{name="a\\"b\\\\c\\nd"} 1

                """)
    }

    @Test("The same name and labels, in whatever order, are one metric")
    func identity() {
        let metrics = Metrics()
        let one = metrics.counter("c_total", "", [("a", "1"), ("b", "2")])
        let other = metrics.counter("c_total", "", [("b", "2"), ("a", "1")])
        one.increment()
        other.increment()
        #expect(one.value == 2)
        #expect(metrics.counter("c_total", "", [("a", "1")]).value == 0)
    }

    @Test("Counting from many tasks loses nothing")
    func concurrent() async {
        let metrics = Metrics()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = metrics.counter("c_total", "")
                    let histogram = metrics.histogram("h", "", bounds: [1])
                    for _ in 0..<1000 {
                        counter.increment()
                        histogram.record(0.5)
                    }
                }
            }
        }
        #expect(metrics.prometheusText.contains("c_total 8000\n"))
        #expect(metrics.prometheusText.contains("h_count 8000\n"))
    }
}

import KafkaTesting

/// Our clients of Kafka beside plain C, in pairs one after the other, on each broker there is.
enum ClientRow {
    private struct Broker {
        let name: String
        let servers: (Session) async throws -> String
    }

    private static var brokers: [Broker] {
        [Broker(name: "embedded") { try await $0.embeddedKafka() }]
            + (RealKafka.isAvailable ? [Broker(name: "Kafka") { try await $0.realKafka() }] : [])
    }

    static var all: [Row] { brokers.flatMap(rows) }

    private static func rows(on broker: Broker) -> [Row] {
        [
            Row(name: "produce, 512 B, 6 headers (\(broker.name))") { session in
                [
                    try await pairs(
                        "produce, 512 B, 6 headers (\(broker.name))", atMost: 1.15, session,
                        Work(
                            what: "produce", topic: Topics.written, count: 200_000,
                            properties: ClientProperties.producer(try await broker.servers(session))))
                ]
            },
            Row(name: "awaited send, p50 (\(broker.name))") { session in
                try await awaitedSend("awaited send, p50 (\(broker.name))", try await broker.servers(session), session)
            },
            Row(name: "consume, 512 B, 6 headers; intake (\(broker.name))") { session in
                try await reading(broker.name, try await broker.servers(session), session)
            },
        ]
    }

    private struct Work {
        let what: String
        let topic: Topics.Topic
        let count: Int
        let properties: [String: String]

        func run(_ program: String, _ session: Session) async throws -> ClientRun {
            try await ClientRun.of(program, what, topic, count: count, properties, session)
        }
    }

    private static let unit = "CPU s / million records"

    private static func pairs(
        _ name: String, atMost aim: Double, _ session: Session, _ work: Work
    ) async throws -> Figure {
        // Not measured: the first run warms the broker up.
        _ = try await work.run("c-client", session)
        let pairs = try await session.repeated {
            (c: try await work.run("c-client", session), ours: try await work.run("swift-client", session))
        }
        let ratio = pairs.map { $0.ours.cpuPerMillion / $0.c.cpuPerMillion }.median
        return Figure(
            name: name, ours: pairs.map(\.ours.cpuPerMillion).median, baseline: pairs.map(\.c.cpuPerMillion).median,
            ratio: ratio, unit: unit, aim: "≤ \(aim) × C", isReached: ratio <= aim, count: pairs.count,
            wall: pairs.map(\.ours.wall).median, baselineWall: pairs.map(\.c.wall).median)
    }

    private static func awaitedSend(_ name: String, _ servers: String, _ session: Session) async throws -> [Figure] {
        let work = Work(
            what: "await", topic: Topics.awaited, count: 500,
            properties: ClientProperties.producer(servers, linger: 0))
        _ = try await work.run("c-client", session)
        let pairs = try await session.repeated {
            (c: try await work.run("c-client", session), ours: try await work.run("swift-client", session))
        }
        let difference = pairs.map { $0.ours.p50 - $0.c.p50 }.median
        return [
            Figure(
                name: name, ours: pairs.map(\.ours.p50).median, baseline: pairs.map(\.c.p50).median,
                ratio: pairs.map { $0.ours.p50 / $0.c.p50 }.median, unit: "ms", aim: "≤ C + 0.3 ms",
                isReached: difference <= 0.3, count: pairs.count, wall: pairs.map(\.ours.wall).median,
                baselineWall: pairs.map(\.c.wall).median)
        ]
    }

    /// Consuming, and intake with a merger that does nothing on the same records.
    private static func reading(_ broker: String, _ servers: String, _ session: Session) async throws -> [Figure] {
        let count = 96_000
        var filling = ClientProperties.producer(servers)
        filling["linger.ms"] = "100"
        _ = try await Work(what: "fill", topic: Topics.read, count: count, properties: filling).run("c-client", session)
        let consume = try await pairs(
            "consume, 512 B, 6 headers (\(broker))", atMost: 1.35, session,
            Work(what: "consume", topic: Topics.read, count: count, properties: ClientProperties.consumer(servers)))
        let intake = Work(
            what: "intake", topic: Topics.read, count: count,
            properties: ClientProperties.consumer(servers, hasGroup: true))
        let runs = try await session.repeated { try await intake.run("swift-client", session) }
        return [
            consume,
            Figure(
                "intake before the store (\(broker))", runs.map(\.cpuPerMillion), .atMost, 2, unit: "µs CPU / record",
                wall: runs.map(\.wall)),
        ]
    }
}

/// librdkafka's properties, as our clients set them: both clients get them, so that they work with the same options.
enum ClientProperties {
    static func producer(_ servers: String, linger: Int = 5) -> [String: String] {
        [
            "bootstrap.servers": servers, "client.id": "bench", "compression.type": "lz4", "linger.ms": "\(linger)",
            "queue.buffering.max.kbytes": "65536", "reconnect.backoff.max.ms": "1000",
            "topic.metadata.propagation.max.ms": "3000", "socket.nagle.disable": "true", "enable.idempotence": "true",
            "partitioner": "murmur2_random", "message.timeout.ms": "45000",
        ]
    }

    /// - Parameter hasGroup: the group's name is given by other means then.
    static func consumer(_ servers: String, hasGroup: Bool = false) -> [String: String] {
        var properties = [
            "bootstrap.servers": servers, "client.id": "bench", "session.timeout.ms": "10000",
            "heartbeat.interval.ms": "2000", "max.poll.interval.ms": "300000", "queued.min.messages": "10000",
            "queued.max.messages.kbytes": "8192", "fetch.message.max.bytes": "16384", "fetch.max.bytes": "1000000",
            "fetch.wait.max.ms": "100",
            "reconnect.backoff.max.ms": "1000", "socket.nagle.disable": "true",
            "partition.assignment.strategy": "range", "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "auto.offset.reset": "error", "enable.partition.eof": "false",
        ]
        if !hasGroup { properties["group.id"] = "bench" }
        return properties
    }
}

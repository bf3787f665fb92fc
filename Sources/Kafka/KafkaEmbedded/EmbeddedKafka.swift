import CFixedPort
import CRDKafka
import Glibc
public import Kafka
import Synchronization

/// A broker in this process: librdkafka's mock cluster, with the real protocol on a loopback port, for the demo and for tests.
///
/// It lives in memory and each one is a new, empty log with a cluster id of its own. Its limits: a partition keeps the newest
/// 5 MiB or 100,000 records; it knows no look-up by time, no creation of topics by a client, no list of groups; a topic that is
/// unknown is made with four partitions when somebody asks for it; a group's first join takes three seconds.
public final class EmbeddedKafka: Sendable {
    /// Unchecked: librdkafka's handles may be used from any thread.
    private struct Handles: @unchecked Sendable {
        let client: OpaquePointer
        let cluster: OpaquePointer
    }

    /// `nil` once closed. Held across librdkafka's calls, which are short, to keep `close()` away from a cluster in use.
    private let handles: Mutex<Handles?>

    /// Host and port for a client's `bootstrap.servers`.
    public let bootstrapServers: String

    /// Starts a broker.
    /// - Parameters:
    ///   - port: of 127.0.0.1; `nil` for any that is free.
    ///   - topics: made now, each with its number of partitions.
    /// - Throws: `.invalid` where the port is taken or a topic can't be.
    public init(port: UInt16? = nil, topics: [String: Int32] = [:]) throws(KafkaError) {
        let client = try Self.makeClient()
        if let port { cfixedport_begin(port) }
        // Nobody is let in before the broker has its identity and its topics.
        defer { cfixedport_admit() }
        let cluster = rd_kafka_mock_cluster_new(client, 1)
        let failure = port == nil ? 0 : cfixedport_end()
        guard let cluster, let bootstrap = rd_kafka_mock_cluster_bootstraps(cluster), failure == 0 else {
            if let cluster { rd_kafka_mock_cluster_destroy(cluster) }
            rd_kafka_destroy(client)
            let reason = failure > 0 ? String(cString: strerror(failure)) : "librdkafka's mock cluster did not start"
            throw KafkaError(.invalid, "no broker on \(port.map { "port \($0)" } ?? "a free port"): \(reason)")
        }
        giveNewIdentity(to: cluster)
        bootstrapServers = String(cString: bootstrap)
        handles = Mutex(Handles(client: client, cluster: cluster))
        do throws(KafkaError) {
            for (topic, partitions) in topics.sorted(by: { $0.key < $1.key }) {
                try createTopic(topic, partitions: partitions)
            }
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Makes a topic.
    /// - Throws: `.invalid` where it exists already or has no partitions.
    public func createTopic(_ topic: String, partitions: Int32) throws(KafkaError) {
        guard !topic.isEmpty, partitions > 0 else {
            throw KafkaError(.invalid, "topic '\(topic)' with \(partitions) partitions can't be made")
        }
        try perform("topic \(topic) can't be made") { rd_kafka_mock_topic_create($0, topic, partitions, 1) }
    }

    /// Cuts all connections and takes no new ones, until set back. What was acknowledged stays.
    public func setDown(_ isDown: Bool) throws(KafkaError) {
        try perform("the broker can't be set \(isDown ? "down" : "up")") {
            isDown ? rd_kafka_mock_broker_set_down($0, -1) : rd_kafka_mock_broker_set_up($0, -1)
        }
    }

    /// Answers every request that much later than it could; `.zero` ends it. Counts in whole milliseconds.
    public func setLatency(_ latency: Duration) throws(KafkaError) {
        let milliseconds = latency / .milliseconds(1)
        guard (0...3_600_000).contains(milliseconds) else {
            throw KafkaError(.invalid, "a latency of \(latency) is not between 0 and an hour")
        }
        try perform("the latency can't be set") { rd_kafka_mock_broker_set_rtt($0, -1, Int32(milliseconds)) }
    }

    /// Answers the next `times` requests of that kind with an error, after those that were asked for before.
    /// - Parameter error: its name in Kafka's protocol, such as `NOT_LEADER_FOR_PARTITION`, or librdkafka's `_TRANSPORT`,
    ///   which cuts the connection.
    /// - Throws: `.invalid` where there is no such error.
    public func fail(_ request: Request, with error: String, times: Int = 1) throws(KafkaError) {
        guard let code = errorCode(named: error) else {
            throw KafkaError(
                .invalid, "'\(error)' is not an error of Kafka's protocol, such as NOT_LEADER_FOR_PARTITION")
        }
        guard (1...100_000).contains(times) else {
            throw KafkaError(.invalid, "\(times) failures: expected 1 to 100000")
        }
        let codes = Array(repeating: code, count: times)
        try perform("the error can't be set") {
            rd_kafka_mock_push_request_errors_array($0, request.rawValue, times, codes)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Takes back the errors that `fail` asked for and that have not been answered yet.
    public func clearFailures(of request: Request) throws(KafkaError) {
        try perform("the errors can't be cleared") {
            rd_kafka_mock_clear_request_errors($0, request.rawValue)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Ends the broker and forgets its records. Called again, it does nothing.
    public func close() {
        handles.withLock { handles in
            guard let open = handles.take() else { return }
            rd_kafka_mock_cluster_destroy(open.cluster)
            rd_kafka_destroy(open.client)
        }
    }

    private func perform(
        _ failure: String, _ action: (OpaquePointer) -> rd_kafka_resp_err_t
    ) throws(KafkaError) {
        let error = handles.withLock { handles in handles.map { action($0.cluster) } }
        guard let error else { throw KafkaError(.closed, "\(failure): the embedded broker has been closed") }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.invalid, "\(failure): \(String(cString: rd_kafka_err2str(error)))")
        }
    }

    /// The client that the mock cluster lives in. It connects to nothing.
    private static func makeClient() throws(KafkaError) -> OpaquePointer {
        guard let settings = rd_kafka_conf_new() else { throw KafkaError(.other, "librdkafka gives no configuration") }
        // Not its warning that no servers are named, and not that somebody was sent away.
        rd_kafka_conf_set(settings, "log_level", "2", nil, 0)
        var reason = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, &reason, reason.count) else {
            rd_kafka_conf_destroy(settings)
            let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw KafkaError(.other, "librdkafka gives no client: \(text)")
        }
        return client
    }
}

/// The error of that name in Kafka's protocol or in librdkafka (with `_` in front).
private func errorCode(named name: String) -> rd_kafka_resp_err_t? {
    var descriptions: UnsafePointer<rd_kafka_err_desc>?
    var count = 0
    rd_kafka_get_err_descs(&descriptions, &count)
    return UnsafeBufferPointer(start: descriptions, count: count).first { description in
        description.name.map { String(cString: $0) } == name && description.code != RD_KAFKA_RESP_ERR_NO_ERROR
    }?.code
}

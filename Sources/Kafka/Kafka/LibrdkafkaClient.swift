import CRDKafka
import Telemetry

/// What librdkafka's callbacks find behind their opaque pointer; each client's own callbacks may want more than this.
class ClientContext {
    let log: Logger
    let outages: OutageWatch

    init(log: Logger) {
        self.log = log.labelled("Kafka")
        outages = OutageWatch(log: self.log)
    }
}

/// A client handle of librdkafka, with its log lines going to ours. It must be destroyed, once.
///
/// Sendable: librdkafka's handles may be used from any thread, and what is here never changes.
final class LibrdkafkaClient: @unchecked Sendable {
    let handle: OpaquePointer
    /// Kept for librdkafka's threads, which use it until the handle is destroyed.
    private let context: Unmanaged<ClientContext>

    /// - Throws: `.invalid` where librdkafka finds settings that contradict each other.
    init(
        _ type: rd_kafka_type_t, _ configuration: KafkaConfiguration, _ settings: borrowing ClientSettings,
        _ context: ClientContext
    ) throws(KafkaError) {
        // librdkafka takes the settings it is given only where it succeeds: it is given a copy.
        let copy = rd_kafka_conf_dup(settings.handle)
        let retained = Unmanaged.passRetained(context)
        rd_kafka_conf_set_opaque(copy, retained.toOpaque())
        rd_kafka_conf_set_log_cb(copy, writeLogLine)
        let (handle, refusal) = withRefusal { rd_kafka_new(type, copy, $0, $1) }
        guard let handle else {
            rd_kafka_conf_destroy(copy)
            retained.release()
            throw KafkaError(.invalid, "the settings are refused: \(refusal)")
        }
        self.handle = handle
        self.context = retained
        context.outages.open(handle)
        if let warning = configuration.warning(version: rd_kafka_version()) { context.log.warning(warning) }
        context.log.debug(
            "client made",
            ["librdkafka": String(cString: rd_kafka_version_str()), "configuration": configuration.description])
    }

    /// Ends librdkafka's threads and frees the handle: waits for as long as that takes. Never on a thread of librdkafka's, and only
    /// once all that was taken from the handle (queues, topics, messages, lists) is given back: what is not makes it wait for ever.
    func destroy(flags: Int32 = 0) {
        context.takeUnretainedValue().outages.close()
        rd_kafka_destroy_flags(handle, flags)
        context.release()
    }
}

/// On any thread of librdkafka's; it also calls before `rd_kafka_new` has returned.
private func writeLogLine(
    _ client: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
    guard let client, let text, let opaque = rd_kafka_opaque(client) else { return }
    let context = Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue()
    let line = String(cString: text)
    let level = LogLevel(syslog: level)
    let facility = facility.map { String(cString: $0) } ?? ""
    let metadata = ["facility": facility, "client": String(cString: rd_kafka_name(client))]
    if OutageWatch.isTrouble(facility: facility, level) {
        context.outages.note(line, metadata)
    } else {
        context.log.log(level, line, metadata)
    }
}

extension LogLevel {
    fileprivate init(syslog level: Int32) {
        self =
            switch level {
            case ...2: .critical
            case 3: .error
            case 4: .warning
            case 5: .notice
            case 6: .info
            default: .debug
            }
    }
}

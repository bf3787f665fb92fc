import CRDKafka

/// librdkafka's settings in the making: taken from a configuration, completed by the client that needs them, and given to
/// `LibrdkafkaClient`.
struct ClientSettings: ~Copyable {
    /// For callbacks and events to be set on.
    let handle: OpaquePointer

    private init(handle: OpaquePointer) {
        self.handle = handle
    }

    /// - Parameters:
    ///   - defaults: properties that the configuration may set to other values.
    ///   - required: properties that it may not.
    /// - Throws: `.invalid`, naming the property that librdkafka refuses or that must stay as it is.
    static func of(
        _ configuration: KafkaConfiguration, defaults: KeyValuePairs<String, String>,
        required: KeyValuePairs<String, String>
    ) throws(KafkaError) -> ClientSettings {
        guard !configuration.bootstrapServers.isEmpty else {
            throw KafkaError(.invalid, "no bootstrap server is named")
        }
        for (name, value) in required {
            if let other = configuration.properties[name], other != value {
                throw KafkaError(.invalid, "the property \(name) must be \(value) here: it can't be set to \(other)")
            }
        }
        let settings = ClientSettings(handle: rd_kafka_conf_new())
        for (name, value) in defaults { try settings.set(name, value) }
        for (name, value) in configuration.properties.sorted(by: { $0.key < $1.key }) { try settings.set(name, value) }
        for (name, value) in required { try settings.set(name, value) }
        try settings.set("bootstrap.servers", configuration.bootstrapServers)
        try settings.set("client.id", configuration.clientID)
        try settings.set("client.software.name", "ln-exchange-sync")
        return settings
    }

    deinit { rd_kafka_conf_destroy(handle) }

    /// What a property is set to; `nil` where it is not set, or does not exist.
    borrowing func value(of property: String) -> String? {
        var size = 0
        guard rd_kafka_conf_get(handle, property, nil, &size) == RD_KAFKA_CONF_OK, size > 0 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
            guard let start = text.baseAddress, rd_kafka_conf_get(handle, property, start, &size) == RD_KAFKA_CONF_OK
            else { return nil }
            return String(cString: start)
        }
    }

    private borrowing func set(_ name: String, _ value: String) throws(KafkaError) {
        let (result, refusal) = withRefusal { rd_kafka_conf_set(handle, name, value, $0, $1) }
        if result == RD_KAFKA_CONF_OK { return }
        throw KafkaError(
            .invalid,
            // librdkafka repeats the value in its text.
            "the property \(name) is refused\(KafkaConfiguration.isSecret(name) ? "" : ": \(refusal)")")
    }
}

/// Calls `body` with room for librdkafka's explanation of a failure, and returns it too.
func withRefusal<Value>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Value) -> (Value, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
        text.initialize(repeating: 0)
        let value = body(text.baseAddress, text.count)
        return (value, text.baseAddress.map { String(cString: $0) } ?? "")
    }
}

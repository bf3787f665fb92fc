/// How a cluster is reached, and librdkafka's own properties beside ours.
///
/// It prints itself without its secrets.
public struct KafkaConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `host:port`, several separated by commas.
    public var bootstrapServers: String
    /// Names this client in the broker's logs and quotas.
    public var clientID: String
    /// Any of librdkafka's properties, by its names. They come before our defaults; what the client's work rests on can't be
    /// set to another value.
    public var properties: [String: String]

    public init(
        bootstrapServers: String, clientID: String = "ln-exchange-sync", properties: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
    }

    public var description: String {
        let properties = properties.sorted { $0.key < $1.key }.map { name, value in
            " \(name)=\(Self.isSecret(name) ? "[not shown]" : value)"
        }
        return "\(bootstrapServers) client.id=\(clientID)\(properties.joined())"
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: ["configuration": description]) }

    /// Whether a property's value is never printed: passwords, private keys, token secrets.
    static func isSecret(_ property: String) -> Bool {
        ["password", "secret", "key.pem", "ssl_key", "oauthbearer.config", "kinit.cmd"].contains {
            property.contains($0)
        }
    }

    /// The properties that name the SASL mechanism; librdkafka knows two names for it.
    var saslMechanism: String? { properties["sasl.mechanism"] ?? properties["sasl.mechanisms"] }

    /// What a person has to know of this configuration and this librdkafka before the first connection; `nil` where nothing.
    ///
    /// librdkafka before 2.6.1 sends its SCRAM nonce twice (confluentinc/librdkafka pull request 4895); Kafka 4 checks it and
    /// refuses the right password.
    func warning(version: Int32) -> String? {
        guard version < 0x0206_01FF, let mechanism = saslMechanism, mechanism.uppercased().hasPrefix("SCRAM") else {
            return nil
        }
        return """
            \(mechanism) does not work with brokers of Kafka 4 and this librdkafka, which is older than 2.6.1: they answer \
            "invalid credentials" to the right password. Ways out: PLAIN over TLS, client certificates, OAUTHBEARER, or \
            librdkafka 2.6.1 or newer.
            """
    }
}

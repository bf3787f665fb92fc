import CRDKafka
import Telemetry
import Testing

@testable import Kafka

@Suite struct ConfigurationTests {
    private static let secured = KafkaConfiguration(
        bootstrapServers: "broker.example:9093", clientID: "worker",
        properties: [
            "sasl.username": "anna", "sasl.password": "hidden-1", "ssl.key.password": "hidden-2",
            "ssl.key.pem": "hidden-3", "ssl.keystore.password": "hidden-4", "sasl.oauthbearer.config": "hidden-5",
            "sasl.oauthbearer.client.secret": "hidden-6", "security.protocol": "SASL_SSL",
        ])

    @Test("A configuration prints what it says, and none of its secrets")
    func secrets() {
        var dumped = ""
        dump(Self.secured, to: &dumped)
        for text in ["\(Self.secured)", String(reflecting: Self.secured), "\([Self.secured])", dumped] {
            #expect(!text.contains("hidden"))
            #expect(text.contains("broker.example:9093") && text.contains("sasl.username=anna"))
        }
    }

    private func refusal(of properties: [String: String]) -> String? {
        do throws(KafkaError) {
            _ = try KafkaConsumer(
                withoutGroup: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", properties: properties),
                logger: .silent)
            return nil
        } catch {
            return error.code == .invalid ? error.message : "\(error)"
        }
    }

    @Test("A property that librdkafka refuses is named; a secret's value is not repeated")
    func refused() throws {
        #expect(try #require(refusal(of: ["no.such.property": "1"])).contains("no.such.property"))
        #expect(try #require(refusal(of: ["session.timeout.ms": "soon"])).contains("session.timeout.ms"))
        #expect(try #require(refusal(of: ["security.protocol": "telepathy"])).contains("security.protocol"))
        let secret = try #require(refusal(of: ["ssl.key.password\u{0}x": "hidden", "ssl_key": "hidden"]))
        #expect(!secret.contains("hidden"))
        #expect(refusal(of: ["session.timeout.ms": "7000", "socket.keepalive.enable": "true"]) == nil)
    }

    @Test("What a client's work rests on can't be set to something else")
    func required() throws {
        let message = try #require(refusal(of: ["enable.auto.commit": "true"]))
        #expect(message.contains("enable.auto.commit"))
        #expect(refusal(of: ["enable.auto.commit": "false"]) == nil)
    }

    @Test("No address is no configuration")
    func noServers() async {
        #expect(throws: KafkaError.self) {
            _ = try KafkaConsumer(withoutGroup: KafkaConfiguration(bootstrapServers: ""), logger: .silent)
        }
    }

    @Test("SCRAM with a librdkafka that Kafka 4 refuses is said at the start, with the ways out")
    func scram() throws {
        var configuration = Self.secured
        configuration.properties["sasl.mechanism"] = "SCRAM-SHA-512"
        let warning = try #require(configuration.warning(version: 0x0200_02FF))
        #expect(warning.contains("PLAIN over TLS") && warning.contains("2.6.1"))
        #expect(configuration.warning(version: 0x0206_01FF) == nil)
        configuration.properties = ["sasl.mechanisms": "PLAIN"]
        #expect(configuration.warning(version: 0x0200_02FF) == nil)
    }

    @Test("librdkafka's errors are ours, with its text and what was tried")
    func errors() {
        let error = KafkaError(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "reading a/0")
        #expect(error.code == .notAuthorized && !error.isRetriable)
        #expect(error.message.contains("reading a/0") && error.message.contains("TOPIC_AUTHORIZATION_FAILED"))
        #expect(KafkaError(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "").code == .unreachable)
        #expect(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "").isRetriable)
        #expect(KafkaError(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "").code == .tooLarge)
        #expect(KafkaError(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, "").code == .notAssigned)
        #expect(KafkaError(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "").code == .fatal)
    }
}

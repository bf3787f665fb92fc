import Foundation
import Testing

@testable import Configuration

@Suite("Configuration")
struct ConfigurationTests {
    enum Level: String, CaseIterable { case low, high }

    private func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID()).json").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("The environment wins over the file, the file over the standard")
    func order() throws {
        let path = try file(#"{"kafka": {"bootstrap": "file:1", "prefix": "acme."}, "slots": 4, "loud": true}"#)
        var configuration = Configuration(environment: [
            "LNSYNC_CONFIG": path, "LNSYNC_KAFKA_BOOTSTRAP": "environment:1", "HOME": "/root",
        ])
        do {
            let value = configuration.text("kafka.bootstrap", "")
            #expect(value == "environment:1")
        }
        do {
            let value = configuration.text("kafka.prefix", "", standard: "")
            #expect(value == "acme.")
        }
        do {
            let value = configuration.integer("slots", "", in: 1...4, standard: 1)
            #expect(value == 4)
        }
        do {
            let value = configuration.boolean("loud", "", standard: false)
            #expect(value)
        }
        do {
            let value = configuration.choice("level", "", standard: Level.low)
            #expect(value == .low)
        }
        do {
            let value = configuration.optionalText("zone", "")
            #expect(value == nil)
        }
        try configuration.finish()
        #expect(configuration.settings.map(\.variable).first == "LNSYNC_KAFKA_BOOTSTRAP")
    }

    @Test("All that is wrong is said at once, each with what was expected")
    func problems() throws {
        var configuration = Configuration(environment: [
            "LNSYNC_SLOTS": "many", "LNSYNC_LEVEL": "middle", "LNSYNC_KAKFA_BOOTSTRAP": "x", "LNSYNC_ZZZZZZZZZZZZ": "",
            "LNSYNC_GRAPH_SECRET": "hunter2",
        ])
        _ = configuration.text("kafka.bootstrap", "Kafka's brokers, host:port")
        _ = configuration.integer("slots", "", in: 1...4, standard: 1)
        _ = configuration.choice("level", "", standard: Level.low)
        _ = configuration.secret("graph.secret", "the client secret")
        let error = #expect(throws: ConfigurationError.self) { try configuration.finish() }
        let text = error?.description ?? ""
        #expect(text.contains("LNSYNC_KAFKA_BOOTSTRAP is missing: Kafka's brokers, host:port"))
        #expect(text.contains("LNSYNC_SLOTS is “many”: expected a whole number from 1 to 4"))
        #expect(text.contains("LNSYNC_LEVEL is “middle”: expected one of low, high"))
        #expect(text.contains("LNSYNC_KAKFA_BOOTSTRAP is no setting; LNSYNC_KAFKA_BOOTSTRAP was probably meant"))
        #expect(text.contains("LNSYNC_ZZZZZZZZZZZZ is no setting; remove it"))
        #expect(text.contains("LNSYNC_GRAPH_SECRET: secrets come from files only"))
        #expect(text.contains("LNSYNC_GRAPH_SECRET_FILE is missing"))
        #expect(!text.contains("hunter2"))
    }

    @Test("What another program asks for is no error here")
    func others() throws {
        var configuration = Configuration(environment: ["LNSYNC_HEALTH_PORT": "8080"])
        try configuration.finish(others: ["health.port"])
    }

    @Test("A name in the file that nobody asks for is an error")
    func unknownInFile() throws {
        var configuration = Configuration(environment: ["LNSYNC_CONFIG": try file(#"{"kafka": {"bootstap": "x"}}"#)])
        _ = configuration.text("kafka.bootstrap", "", standard: "")
        let error = #expect(throws: ConfigurationError.self) { try configuration.finish() }
        #expect(error?.description.contains("kafka.bootstap in the configuration file") == true)
        #expect(error?.description.contains("LNSYNC_KAFKA_BOOTSTRAP was probably meant") == true)
    }

    @Test("A file that is missing or no JSON is said so", arguments: [nil, "no JSON", "[1]"])
    func brokenFile(content: String?) throws {
        let path = try content.map(file) ?? "/no/such/file.json"
        var configuration = Configuration(environment: ["LNSYNC_CONFIG": path])
        let error = #expect(throws: ConfigurationError.self) { try configuration.finish() }
        #expect(error?.description.contains(path) == true)
    }

    @Test("Properties pass through from both sides")
    func properties() throws {
        var fromFile = Configuration(environment: [
            "LNSYNC_CONFIG": try file(#"{"kafka": {"properties": {"security.protocol": "ssl", "linger.ms": 5}}}"#)
        ])
        let passed = fromFile.properties("kafka.properties", "")
        #expect(passed == ["security.protocol": "ssl", "linger.ms": "5"])
        try fromFile.finish()
        var fromEnvironment = Configuration(environment: ["LNSYNC_KAFKA_PROPERTIES": "a=b=c; d=e"])
        let passedHere = fromEnvironment.properties("kafka.properties", "")
        #expect(passedHere == ["a": "b=c", "d": "e"])
    }

    @Test("A secret is read from its file at every use, without its line end")
    func secret() throws {
        let path = try file("one\n")
        var configuration = Configuration(environment: ["LNSYNC_SECRET_FILE": path])
        let secret = configuration.secret("secret", "")
        try configuration.finish()
        #expect(try secret.read() == "one")
        try "two".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try secret.read() == "two")
        try "".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ConfigurationError.self) { try secret.read() }
        #expect(!"\(secret)".contains("two"))
    }
}

import Administration
import Assembly
import CommandLine
import Configuration
import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// One command's work: its settings, the open store, Kafka where it is needed.
struct Session: Sendable {
    let settings: InstallationSettings
    let administration: Administration
    /// In which LN's pull intervals are aligned to the clock, and times are shown.
    let zone: TimeZone
    let time: any TimeSource
    private let company: Company?
    private let store: any SyncStore

    /// How long Kafka may take to answer before a command goes on without it.
    private static let closing: Duration = .seconds(3)

    /// Opens the store, does the work and closes it. What is wrong with the settings is said, all at once.
    /// - Parameter makesStore: a new installation's first command has no store yet; any other has one, or a wrong path.
    static func withAdministration(
        makesStore: Bool = false, _ work: @Sendable (Session) async throws -> ExitCode
    ) async throws -> ExitCode {
        do {
            let session = try await open(makesStore: makesStore)
            do {
                let code = try await work(session)
                await session.store.close()
                return code
            } catch {
                await session.store.close()
                throw error
            }
        } catch let error as ConfigurationError {
            FailureText.print(error.problems.map { "lnsync: \($0)\n" }.joined())
            return .configuration
        } catch let error as StoreError {
            FailureText.print("lnsync: \(error)\n")
            return .software
        }
    }

    private static func open(makesStore: Bool) async throws -> Session {
        var configuration = Configuration(environment: ProcessInfo.processInfo.environment)
        let settings = InstallationSettings(&configuration, program: "lnsync")
        let zone = LNSettings.zone(&configuration)
        let company: Int? = configuration.parsed(
            "ln.company", "the LN company that commands are about, where --company does not say",
            expected: "a whole number from 0 to 9999", standard: ("", nil)
        ) { Int($0).flatMap { (0...9999).contains($0) ? $0 : nil } }
        try configuration.finish(others: InstallationSettings.allNames)
        guard makesStore || FileManager.default.fileExists(atPath: settings.storePath) else {
            throw ConfigurationError(problems: [
                "there is no store at \(settings.storePath) (LNSYNC_STORE). Where the path is right: start ln-producer, which "
                    + "makes it"
            ])
        }
        let store = try await settings.openStore()
        let time = SystemTime()
        return Session(
            settings: settings,
            administration: Administration(
                store: store, names: settings.names, by: NSUserName(), time: time),
            zone: zone, time: time, company: company.map { Company($0) }, store: store)
    }

    /// The company that `--company` names, else the configured one, else the only one that is read.
    func company(_ invocation: Invocation) async throws -> Company {
        guard let company = try await knownCompany(invocation) else {
            throw UsageError("which company? Give --company N, or set LNSYNC_LN_COMPANY")
        }
        return company
    }

    /// The same; `nil` where nobody says which.
    func knownCompany(_ invocation: Invocation) async throws -> Company? {
        if let number = try invocation.integer("company", in: 0...9999) { return Company(number) }
        if let company { return company }
        let companies = try await administration.companies()
        return companies.count == 1 ? companies[0] : nil
    }

    // MARK: Kafka

    /// - Throws: `KafkaUnreachable`, within a few seconds, where no broker answers.
    func withProducer<Value>(_ work: (any RecordProducer) async throws -> Value) async throws -> Value {
        try await requireKafka()
        let producer = try settings.makeProducer(log: .silent, time: time)
        do {
            let value = try await work(producer)
            await producer.close(within: Self.closing)
            return value
        } catch {
            await producer.close(within: Self.closing)
            throw error
        }
    }

    /// A consumer without a group.
    /// - Throws: `KafkaUnreachable`, within a few seconds, where no broker answers.
    func withConsumer<Value>(_ work: (any RecordConsumer) async throws -> Value) async throws -> Value {
        try await requireKafka()
        let consumer = try settings.makeConsumer(log: .silent)
        do {
            let value = try await work(consumer)
            await consumer.close(within: Self.closing)
            return value
        } catch {
            await consumer.close(within: Self.closing)
            throw error
        }
    }

    /// What a broker that is there may take for the first answer. Afterwards each question has its own, longer time.
    private static let reach: Duration = .seconds(3)

    private func requireKafka() async throws(KafkaUnreachable) {
        do throws(KafkaError) {
            try await KafkaAdmin(settings.kafka, timeout: Self.reach, logger: .silent).requireBroker()
        } catch {
            throw KafkaUnreachable(trouble: error.message)
        }
    }

    var admin: KafkaAdmin { settings.makeAdmin(log: .silent) }

    /// Makes the topics that are missing, and compares those that are there with the catalogue.
    func applyTopics(replication: Int32?) async throws -> [TopicOutcome] {
        try await requireKafka()
        let wanted = TopicSpecification.all(settings.names, partitions: Int32(Topic.defaultPartitionCount))
        let admin = admin
        let made = try await admin.createTopics(
            wanted.map { topic in
                NewTopic(
                    topic.name, partitions: topic.partitions, replicas: replication, configuration: topic.configuration)
            })
        let counts = try await admin.partitionCounts()
        return wanted.map { topic in
            if made.contains(topic.name) {
                return TopicOutcome(
                    name: topic.name, outcome: "made with \(topic.partitions) partitions", isAsWanted: true)
            }
            let count = counts[topic.name] ?? 0
            return TopicOutcome(
                name: topic.name,
                outcome: count == topic.partitions
                    ? "was there" : "is there with \(count) partitions; \(topic.partitions) are wanted",
                isAsWanted: count == topic.partitions)
        }
    }

    // MARK: Printing

    var dateStyle: Date.ISO8601FormatStyle {
        var style = Date.ISO8601FormatStyle.iso8601.year().month().day().dateTimeSeparator(.space)
            .time(includingFractionalSeconds: false)
        style.timeZone = zone
        return style
    }

    /// For people: goes to standard error, so that standard output has results alone.
    func note(_ text: String) {
        Terminal.printError(text + "\n")
    }

    func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        Terminal.print(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }

    /// A command's one-word result.
    func result(_ word: String, json: Bool) -> ExitCode {
        if json { Terminal.print(#"{"result":"\#(word)"}"# + "\n") }
        return .success
    }
}

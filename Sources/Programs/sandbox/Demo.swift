import Administration
import CommandLine
import Foundation
import HTTPClient
import Kafka
import Lifecycle
import Processes
import Runtime
import SyncStore
import Synchronization
import Telemetry

/// The whole pipeline on one machine: starts it, runs the scenario or stays up, and ends it.
struct Demo: Sendable {
    let installation: Installation
    let seed: UInt64
    /// A data set in place of the sample shop.
    let data: String?
    let contactWorkers: Int
    let calendarWorkers: Int
    /// The script that checks the result by itself.
    let check: String
    let time: any TimeSource

    private static let startTimeout: Duration = .seconds(60)
    private static let endTimeout: Duration = .seconds(30)

    func run(isOnce: Bool) async throws -> ExitCode {
        let supervisor = Supervisor(
            logs: installation.logs, pidFile: installation.folder + "/pids", time: time
        ) { Terminal.printError("! \($0)\n") }
        let result = DemoResult()
        let group = ServiceGroup(
            [
                ServiceFunctions(
                    "demo",
                    run: {
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            group.addTask { await supervisor.run() }
                            group.addTask {
                                // Watching ends only with all programs.
                                do {
                                    result.set(try await work(supervisor, isOnce: isOnce))
                                } catch {
                                    await supervisor.end(within: Self.endTimeout / 3)
                                    throw error
                                }
                                await supervisor.end(within: Self.endTimeout / 3)
                            }
                            try await group.waitForAll()
                        }
                    }, drain: { _ in await supervisor.end(within: Self.endTimeout / 3) })
            ], budgets: budgets, watchesSignals: true, time: time, log: .silent)
        do {
            try await group.run()
        } catch {
            // The scenario's end ends the group, which takes that for a failure unless there is a result.
            if result.code == nil { Terminal.printError("sandbox: \(error.message)\n") }
        }
        if let line = result.line { Terminal.print(line + "\n") }
        return result.code ?? (isOnce ? .failure : .success)
    }

    private var budgets: ShutdownBudgets {
        var budgets = ShutdownBudgets()
        budgets.drain = .seconds(100)
        budgets.shutdown = .seconds(110)
        budgets.podGrace = .seconds(120)
        return budgets
    }

    // MARK: Starting

    private func work(_ supervisor: Supervisor, isOnce: Bool) async throws -> Scenario.Outcome {
        let client = try HTTPClient(log: .silent, time: time)
        let (kafka, standIns) = try await startSurroundings(supervisor, client)
        func environment(_ app: String) -> [String: String] {
            installation.environment(kafka: kafka, ln: standIns.ln, exchange: standIns.exchange, app: app)
        }
        try await startPipeline(supervisor, environment)
        let environment = environment(Installation.apps[0])
        let store = try await SQLiteStore.open(installation.store)
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: kafka), logger: .silent)
        let scenario = Scenario(
            installation: installation, environment: environment, standIns: standIns, supervisor: supervisor,
            administration: Administration(store: store, names: Installation.names, by: "demo", time: time),
            consumer: consumer, check: check, time: time)
        let outcome: Scenario.Outcome
        if isOnce {
            outcome = try await scenario.run()
        } else {
            try await scenario.firstSync()
            let example = try await standIns.contacts().first(where: \.isInScope)?.Contact ?? "C00000001"
            sayWhereItIs(standIns, kafka, environment, example)
            while true { try await time.sleep(for: .seconds(3600)) }
        }
        await consumer.close(within: .seconds(3))
        await store.close()
        await client.close()
        return outcome
    }

    /// The broker and the two stand-ins, with their data.
    private func startSurroundings(_ supervisor: Supervisor, _ client: HTTPClient) async throws -> (String, StandIns) {
        try await makeShop()
        say("starting a Kafka broker, and stand-ins for LN and Exchange")
        try await start(
            supervisor, "embedded-kafka",
            [
                "--port", "\(try FreePort.find())", "--topics", installation.topics, "--address-file",
                installation.address("embedded-kafka"),
            ])
        try await start(
            supervisor, "sandbox-ln", program: "sandbox",
            [
                "ln", "--data", installation.shop, "--port", "\(try FreePort.find())", "--address-file",
                installation.address("sandbox-ln"),
            ])
        let kafka = try await address("embedded-kafka")
        let ln = try await address("sandbox-ln")
        let addresses = try await StandIns(client: client, ln: ln, exchange: "", time: time).mailboxes()
        let mailboxes = installation.folder + "/mailboxes"
        try Data(addresses.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: mailboxes))
        try await start(
            supervisor, "sandbox-exchange", program: "sandbox",
            [
                "exchange", "--tenant", Installation.tenant, "--app",
                Installation.apps.map { "\($0)=\(Installation.secret(of: $0))" }.joined(separator: ","),
                "--mailboxes", mailboxes, "--data",
                installation.mailboxes, "--port", "\(try FreePort.find())", "--address-file",
                installation.address("sandbox-exchange"),
            ])
        let standIns = StandIns(
            client: client, ln: ln, exchange: try await address("sandbox-exchange"), time: time)
        try installation.writeSecret(try await standIns.ionapi(), to: installation.ionapi)
        for app in Installation.apps {
            try installation.writeSecret(
                Data(Installation.secret(of: app).utf8), to: installation.clientSecretFile(of: app))
        }
        return (kafka, standIns)
    }

    private func makeShop() async throws {
        if let data {
            say("taking the shop from \(data)")
            try await runToEnd("load", "sandbox", ["load", data, "--shift-to-now", "--out", installation.shop])
        } else {
            say("making a shop with 500 contacts and 200 activities (seed \(seed))")
            try await runToEnd(
                "generate", "sandbox", ["generate", "--seed", "\(seed)", "--shift-to-now", "--out", installation.shop])
        }
    }

    private func startPipeline(
        _ supervisor: Supervisor, _ environment: (String) -> [String: String]
    ) async throws {
        say(
            "starting ln-producer, exchange-producer, \(Self.count(contactWorkers, "contact-worker")) and "
                + Self.count(calendarWorkers, "calendar-worker"))
        try await start(supervisor, "ln-producer", [], environment(Installation.apps[0]))
        try await start(supervisor, "exchange-producer", [], environment("exchange-producer"))
        for (program, count) in [("contact-worker", contactWorkers), ("calendar-worker", calendarWorkers)] {
            for number in 1...count {
                try await start(supervisor, "\(program)-\(number)", program: program, [], environment(program))
            }
        }
    }

    private static func count(_ number: Int, _ program: String) -> String {
        "\(number) \(program)\(number == 1 ? "" : "s")"
    }

    private func start(
        _ supervisor: Supervisor, _ name: String, program: String? = nil, _ arguments: [String],
        _ environment: [String: String]? = nil
    ) async throws {
        let executable = installation.executable(program ?? name)
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw DemoError("\(executable) is missing: swift build makes it")
        }
        try await supervisor.start(
            Supervisor.Program(
                name: name, executable: executable, arguments: arguments,
                environment: environment ?? installation.base))
    }

    private func address(_ program: String) async throws -> String {
        try await Address.read(installation.address(program), within: Self.startTimeout, of: program, time)
    }

    private func runToEnd(_ name: String, _ program: String, _ arguments: [String]) async throws {
        let log = "\(installation.logs)/\(name).log"
        let status = try await ChildProcess.start(
            installation.executable(program), arguments, environment: installation.base, output: log
        ).wait()
        guard status == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "see \(log)"
            throw DemoError("\(program) \(name) ended with \(status):\n\(text)")
        }
    }

    // MARK: Saying

    private func say(_ text: String) { Terminal.printError("• \(text)\n") }

    private func sayWhereItIs(
        _ standIns: StandIns, _ kafka: String, _ environment: [String: String], _ contact: String
    ) {
        let exports = environment.filter { $0.key.hasPrefix("LNSYNC_") }.sorted { $0.key < $1.key }
            .map { "export \($0.key)='\($0.value.replacing("'", with: "'\\''"))'\n" }.joined()
        let file = installation.folder + "/environment"
        try? Data(exports.utf8).write(to: URL(fileURLWithPath: file))
        Terminal.print(
            """

            Everything is up, until Ctrl-C.

              LN's stand-in        \(standIns.ln)/sandbox/state
              Exchange's stand-in  \(standIns.exchange)/sandbox/counters
              Kafka                \(kafka)
              logs                 \(installation.logs)

            In another terminal:

              . \(file)
              \(installation.programs)/lnsync status
              curl -X PATCH \(standIns.ln)/sandbox/data/Contacts/\(contact) -H 'Content-Type: application/json' -d '{"JobTitle":"Chief"}'
              \(installation.programs)/lnsync sync now
              \(installation.programs)/lnsync item explain \(contact)
              \(installation.programs)/lnsync plan --all
              \(installation.programs)/lnsync plan --all --approve

            """)
    }
}

/// What the scenario came to, handed out of the services.
private final class DemoResult: Sendable {
    private let outcome = Mutex<Scenario.Outcome?>(nil)

    func set(_ outcome: Scenario.Outcome) { self.outcome.withLock { $0 = outcome } }

    var code: ExitCode? { outcome.withLock { $0.map { $0.isGood ? .success : .failure } } }

    var line: String? { outcome.withLock { $0?.line } }
}

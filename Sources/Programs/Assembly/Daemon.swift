import CRuntime
import CommandLine
public import Configuration
import Foundation
import HTTPServer
public import Lifecycle
public import Runtime
public import Telemetry

/// A program that runs until it is told to end: its settings are read and checked, its services started, drained and ended.
public enum Daemon {
    /// What every daemon's services are made of.
    public struct Context: Sendable {
        public let installation: InstallationSettings
        public let time: any TimeSource
        public let randomness: any Randomness
        public let log: Logger
        public let metrics: Metrics
        /// Which of the program's roles it was started for; `nil` where it has but one.
        public let role: String?
        let waiting = Waiting()

        /// Says in health what the program waits for before its services can start; `nil`: nothing any more.
        public func waits(for what: String?) { waiting.set(what) }

        /// Says where a secret's file is open to others.
        public func warn(ofExposureOf secret: SecretFile) {
            if let exposure = secret.exposure { log.warning("a secret is exposed", ["why": exposure]) }
        }
    }

    /// The parts of a program.
    public struct Parts: Sendable {
        /// In the order in which they start.
        public var services: [any Service]
        /// How long the loop that must turn over has stood still.
        public var sinceLastBeat: @Sendable () -> Duration
        /// Why the program is not ready; `nil` where it is.
        public var notReady: @Sendable () -> String?

        public init(
            services: [any Service], sinceLastBeat: @escaping @Sendable () -> Duration,
            notReady: @escaping @Sendable () -> String?
        ) {
            self.services = services
            self.sinceLastBeat = sinceLastBeat
            self.notReady = notReady
        }
    }

    /// Runs a daemon to its end and says what to exit with.
    /// - Parameters:
    ///   - roles: where it has more than one, `--role` names one of them.
    ///   - settings: reads the program's own settings, those of all roles where none is named.
    ///   - assemble: makes the services of them.
    public static func main<Settings: Sendable>(
        _ name: String, _ summary: String, roles: DaemonRoles,
        settings: @escaping @Sendable (inout Configuration, String?) -> Settings,
        assemble: @escaping @Sendable (Settings, Context) async throws -> Parts
    ) async -> Never {
        let help = settingsHelp(name) { settings(&$0, nil) }
        let command = Command(name, summary, options: [roles.option], discussion: help) { invocation in
            let role = try roles.chosen(invocation.option("role"))
            return await run(name, role, { settings(&$0, role) }, assemble)
        }
        let code = await CommandLineProgram(command, version: ProgramVersion.current)
            .run(Array(CommandLine.arguments.dropFirst()))
        exit(code.code)
    }

    /// Runs a daemon to its end and says what to exit with.
    /// - Parameters:
    ///   - roles: where it has more than one, `--role` names one of them.
    ///   - settings: reads the program's own settings, whatever its role.
    ///   - assemble: makes the services of them.
    public static func main<Settings: Sendable>(
        _ name: String, _ summary: String, roles: DaemonRoles? = nil,
        settings: @escaping @Sendable (inout Configuration) -> Settings,
        assemble: @escaping @Sendable (Settings, Context) async throws -> Parts
    ) async -> Never {
        let command = Command(
            name, summary, options: roles.map { [$0.option] } ?? [], discussion: settingsHelp(name, settings)
        ) { invocation in
            await run(name, try roles?.chosen(invocation.option("role")), settings, assemble)
        }
        let code = await CommandLineProgram(command, version: ProgramVersion.current)
            .run(Array(CommandLine.arguments.dropFirst()))
        exit(code.code)
    }

    private static func settingsHelp<Settings>(
        _ name: String, _ settings: (inout Configuration) -> Settings
    ) -> String {
        var configuration = Configuration(environment: [:])
        _ = InstallationSettings(&configuration, program: name)
        _ = HealthSettings(&configuration)
        _ = settings(&configuration)
        let lines = configuration.settings.map { setting in
            "  \(setting.variable)\n      \(setting.summary)"
                + (setting.standard.map { $0.isEmpty ? "" : " (\($0))" } ?? "")
        }
        return "SETTINGS, from the environment or from the JSON file that LNSYNC_CONFIG names:\n"
            + lines.joined(separator: "\n")
    }

    private static func run<Settings: Sendable>(
        _ name: String, _ role: String?, _ settings: (inout Configuration) -> Settings,
        _ assemble: @escaping @Sendable (Settings, Context) async throws -> Parts
    ) async -> ExitCode {
        cruntime_bound_heap()
        var configuration = Configuration(environment: ProcessInfo.processInfo.environment)
        let installation = InstallationSettings(&configuration, program: name)
        let health = HealthSettings(&configuration)
        let own = settings(&configuration)
        do {
            try configuration.finish(others: InstallationSettings.allNames)
        } catch {
            for problem in error.problems { Terminal.printError("\(name): \(problem)\n") }
            return .configuration
        }
        let time = SystemTime()
        let log = Logger(
            label: name,
            sink: RepetitionFilter(
                JSONLogSink(levels: installation.logLevels, time: time, descriptor: 1), time: time),
            metadata: ["instance": installation.instance])
        let context = Context(
            installation: installation, time: time, randomness: SystemRandomness(), log: log, metrics: Metrics(),
            role: role)
        let budgets = installation.deadlines.budgets
        let program = AssembledProgram(name) {
            let parts = try await assemble(own, context)
            context.waits(for: nil)
            return parts
        } group: { services in
            ServiceGroup(services, budgets: budgets, watchesSignals: false, time: time, log: log)
        }
        var services: [any Service] = []
        if let listen = health.listen { services.append(healthService(listen, program, context)) }
        services.append(program)
        let group = ServiceGroup(services, budgets: budgets, watchesSignals: true, time: time, log: log)
        program.whenFailed { group.triggerGracefulShutdown() }
        log.notice("starting", ["version": ProgramVersion.current])
        do {
            try await group.run()
            if let failure = program.failure { throw failure }
            log.notice("ended")
            return .success
        } catch let error as ServiceGroupError {
            return ExitCode((program.failure as? ServiceGroupError)?.exitCode ?? error.exitCode)
        } catch let error as ConfigurationError {
            for problem in error.problems { Terminal.printError("\(name): \(problem)\n") }
            return .configuration
        } catch {
            log.critical("can't start", ["error": "\(error)"])
            Terminal.printError("\(name): \(error)\n")
            return .software
        }
    }

    /// A poll loop that has not come round for so long does not turn over any more.
    private static let longestBeat: Duration = .seconds(60)

    private static func healthService(
        _ listen: HTTPServer.Configuration, _ program: AssembledProgram, _ context: Context
    ) -> any Service {
        let server = HealthServer.make(
            listen, metrics: context.metrics, log: context.log,
            isAlive: { program.parts.map { $0.sinceLastBeat() < longestBeat } ?? true },
            notReady: { program.parts.map { $0.notReady() } ?? context.waiting.what ?? "the program is starting" })
        return ServiceFunctions("health") {
            let port = try server.start()
            context.log.info("health is answered", ["address": "\(listen.host):\(port)"])
        } drain: { time in
            await server.drain(within: min(time, .seconds(1)))
        }
    }
}

/// Where `/livez`, `/readyz` and `/metrics` are answered.
struct HealthSettings {
    /// `nil`: nowhere.
    let listen: HTTPServer.Configuration?

    init(_ configuration: inout Configuration) {
        let host = configuration.text(
            "health.host", "the address that /livez, /readyz and /metrics are answered on", standard: "127.0.0.1")
        let port = configuration.integer(
            "health.port", "its port; 0: they are not answered", in: 0...65535, standard: 0)
        guard port > 0 else {
            listen = nil
            return
        }
        var configuration = HTTPServer.Configuration()
        configuration.host = host
        configuration.port = UInt16(port)
        configuration.maximumConnections = 64
        listen = configuration
    }
}

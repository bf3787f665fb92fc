import CommandLine
import ExchangeSandbox
import Foundation
import HTTPServer
import LNSandbox
import Lifecycle
import Runtime
import Telemetry

enum StandInCommands {
    private static let options: [Option] = [
        .value("port", "N", "The port; any that is free where it is not given."),
        .value("address-file", "F", "Where its URL is written once it answers."),
        .value("seed", "N", "Of what is random (1)."),
    ]

    static let ln = Command(
        "ln", "The stand-in for LN: OData over ION API, and a control channel under /sandbox/.",
        options: [
            .value("data", "FILE", "The shop; edits are saved there. Made by sandbox generate."),
            .value("page-cap", "N", "The most rows of one answer (100)."),
            .flag("next-links", "Each page that is not the last names the next one."),
            .value("token-lifetime", "S", "For how long an access token is taken (7200)."),
            .value("without-times", "SETS", "Sets without modification times, separated by commas."),
        ] + options,
        discussion: "GET /sandbox/state shows where to begin; GET /sandbox/ionapi is its credentials file."
    ) { invocation in
        let file = invocation.option("data").map { ShopFile(URL(fileURLWithPath: $0)) }
        let seed = try seed(invocation)
        let now = Int(Date().timeIntervalSince1970)
        let shop = try file?.read(modified: now) ?? sampleShop(seed: seed, now: now)
        let sandbox = LNSandbox(
            shop, time: SystemTime(), randomness: SeededRandomness(seed: seed),
            installation: try installation(invocation))
        let server = LNSandboxServer(
            sandbox, file: file, try configuration(invocation), time: SystemTime(), log: log("sandbox-ln"))
        return try await serve("sandbox-ln", invocation, start: { try server.start() }, drain: server.drain)
    }

    private static func sampleShop(seed: UInt64, now: Int) -> LNShop {
        var shop = LNShop.generate(seed: seed)
        shop.shiftActivities(middleTo: now)
        return shop
    }

    private static func installation(_ invocation: Invocation) throws -> LNInstallation {
        var installation = LNInstallation()
        installation.pageCap = try invocation.integer("page-cap", in: 1...100_000) ?? installation.pageCap
        installation.writesNextLinks = invocation.flag("next-links")
        if let seconds = try invocation.integer("token-lifetime", in: 1...86_400) {
            installation.tokenLifetime = .seconds(seconds)
        }
        for name in (invocation.option("without-times") ?? "").split(separator: ",") {
            guard let set = LNSet(rawValue: String(name)) else {
                let sets = LNSet.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("option --without-times: there is no set \(name): \(sets)")
            }
            installation.setsWithoutTimes.insert(set)
        }
        return installation
    }

    static let exchange = Command(
        "exchange", "The stand-in for Exchange: Microsoft Graph, and a control channel under /sandbox/.",
        options: [
            .value("tenant", "NAME", "The tenant's name."),
            .value("app", "ID=SECRET", "An app registration, or several, separated by commas."),
            .value("mailboxes", "FILE", "Addresses, one a line; behind one may stand unlicensed or outOfScope."),
            .value("data", "FILE", "Where mailboxes survive a restart."),
        ] + options,
        discussion: "GET /sandbox/counters shows what was read and written."
    ) { invocation in
        var apps: [String: String] = [:]
        for app in (invocation.option("app") ?? "app=secret").split(separator: ",") {
            let parts = app.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw UsageError("option --app: expected ID=SECRET") }
            apps[parts[0]] = parts[1]
        }
        let tenant = ExchangeTenant(
            name: invocation.option("tenant") ?? "sandbox.example", apps: apps,
            mailboxes: try mailboxes(invocation.option("mailboxes")))
        let sandbox = ExchangeSandbox(
            tenant, time: SystemTime(), randomness: SeededRandomness(seed: try seed(invocation)))
        let file = invocation.option("data").map { MailboxLog(URL(fileURLWithPath: $0)) }
        try file?.open(sandbox)
        let server = ExchangeSandboxServer(
            sandbox, mailboxes: file, try configuration(invocation), time: SystemTime(), log: log("sandbox-exchange"))
        return try await serve("sandbox-exchange", invocation, start: { try server.start() }, drain: server.drain)
    }

    private static func mailboxes(_ file: String?) throws -> [String: ExchangeTenant.MailboxKind] {
        guard let file else { return [:] }
        var mailboxes: [String: ExchangeTenant.MailboxKind] = [:]
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard let address = words.first else { continue }
            guard let kind = ExchangeTenant.MailboxKind(rawValue: words.count > 1 ? words[1] : "usable") else {
                throw UsageError("\(file): “\(line)”: expected an address, and unlicensed or outOfScope behind it")
            }
            mailboxes[address] = kind
        }
        return mailboxes
    }

    // MARK: A server

    private static func seed(_ invocation: Invocation) throws -> UInt64 {
        UInt64(try invocation.integer("seed", in: 0...Int.max) ?? 1)
    }

    private static func configuration(_ invocation: Invocation) throws -> HTTPServer.Configuration {
        var configuration = HTTPServer.Configuration()
        configuration.port = UInt16(try invocation.integer("port", in: 1...65535) ?? 0)
        configuration.maximumBody = 4 << 20
        return configuration
    }

    private static func log(_ name: String) -> Logger {
        Logger(label: name, sink: JSONLogSink(levels: LogLevels(), time: SystemTime(), descriptor: 1))
    }

    /// Runs until a signal comes.
    private static func serve(
        _ name: String, _ invocation: Invocation, start: @escaping @Sendable () throws -> UInt16,
        drain: @escaping @Sendable (Duration) async -> Void
    ) async throws -> ExitCode {
        let file = invocation.option("address-file")
        let service = ServiceFunctions(name) {
            let url = "http://127.0.0.1:\(try start())"
            if let file { try Address.write(url, to: file) }
            Terminal.print(url + "\n")
        } drain: { time in
            await drain(time)
        }
        do {
            try await ServiceGroup(
                [service], budgets: ShutdownBudgets(), watchesSignals: true, time: SystemTime(), log: log(name)
            ).run()
            return .success
        } catch {
            Terminal.printError("\(name): \(error)\n")
            return ExitCode(error.exitCode)
        }
    }
}

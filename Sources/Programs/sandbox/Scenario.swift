import Administration
import CommandLine
import Foundation
import Kafka
import Processes
import Runtime
import SyncModel

/// What the demo shows: a first sync, calendars of both sides, changes in LN that arrive, a replay that writes nothing, and an
/// independent check.
struct Scenario: Sendable {
    /// How it ended: one line of JSON, and whether all is in step and no program has crashed.
    struct Outcome: Sendable {
        let line: String
        let isGood: Bool
    }

    let installation: Installation
    let environment: [String: String]
    let standIns: StandIns
    let supervisor: Supervisor
    let administration: Administration
    let consumer: KafkaConsumer
    let check: String
    let time: any TimeSource

    /// Without any progress for so long the demo gives up.
    static let patience: Duration = .seconds(180)

    func run() async throws -> Outcome {
        let start = time.uptime
        let own = try await makeOwnEvents()
        try await firstSync()
        try await approveCalendars(own)
        try await editCalendars(own)
        try await changes()
        let replayWrites = try await replay()
        return try await verdict(replayWrites: replayWrites, seconds: Int((time.uptime - start) / .seconds(1)))
    }

    // MARK: Steps

    func firstSync() async throws {
        try await lnsync("start")
        let contacts = try await standIns.contacts().count(where: \.isInScope)
        let users = try await standIns.activeMailboxCount()
        say("first sync: \(contacts) contacts in scope, into the mailboxes of \(users) users")
        try await waitUntilInStep(contacts * users)
        say("\(try await standIns.exchangeWrites()) writes to Exchange for \(contacts * users) contacts in mailboxes")
    }

    private func changes() async throws {
        let inScope = try await standIns.contacts().filter(\.isInScope).map(\.Contact)
        guard inScope.count > 20 else { throw DemoError("the shop is too small for the scenario") }
        let users = try await standIns.activeMailboxCount()
        let before = try await standIns.exchangeWrites()
        say("in LN: 10 contacts get another job title, 5 lose Synchronize, one is no longer Active, one is deleted")
        for contact in inScope.prefix(10) { try await standIns.edit(contact: contact, ["JobTitle": "Promoted"]) }
        for contact in inScope.dropFirst(10).prefix(5) {
            try await standIns.edit(contact: contact, ["Synchronize": "No"])
        }
        try await standIns.edit(contact: inScope[15], ["Active": "No"])
        try await standIns.delete(contact: inScope[16])
        try await lnsync("sync", "now", "--full")
        try await waitUntilInStep((inScope.count - 7) * users)
        let writes = try await standIns.exchangeWrites() - before
        say("all of it has arrived: \(writes) writes to Exchange for \(17 * users) changes in mailboxes")
        try await lnsync("item", "explain", inScope[10])
    }

    /// - Returns: how often Exchange was written.
    private func replay() async throws -> Int {
        let before = try await standIns.exchangeWrites()
        say("applying the whole log again")
        for topic in ["ln.contact-changes", "ln.contact-backfill"] {
            try await lnsync("replay", "--topic", topic, "--mode", "reapply")
        }
        try await waitUntilIdle("compared again") { report in
            let due = report.users.reduce(0) { $0 + $1.due }
            return (report.users.reduce(0) { $0 + $1.settled }, report.users.reduce(0) { $0 + $1.settled } + due)
        }
        let writes = try await standIns.exchangeWrites() - before
        say("every contact was read from LN anew and compared with Exchange: \(writes) writes")
        return writes
    }

    private func verdict(replayWrites: Int, seconds: Int) async throws -> Outcome {
        say("asking both systems, by a script that shares nothing with the product")
        let output = installation.folder + "/check"
        var status: Int32
        var restarts: [Int]
        repeat {
            restarts = standInRestarts
            try? FileManager.default.removeItem(atPath: output)
            status = try await ChildProcess.start(
                "/usr/bin/env",
                [
                    "python3", check, "--calendars", standIns.ln, standIns.exchange, Installation.tenant,
                    Installation.apps[0],
                    Installation.secret(of: Installation.apps[0]),
                ], environment: installation.base, output: output
            ).wait()
            // One that was killed meanwhile is asked anew.
        } while restarts != standInRestarts
        let text = try String(contentsOfFile: output, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        guard let last = lines.last,
            var facts = try? JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        else { throw DemoError("the check could not be made: \(text)") }
        for line in lines.dropLast() { Terminal.printError("  \(line)\n") }
        let isInStep = status == 0 && replayWrites == 0 && supervisor.givenUp.isEmpty
        let crashes = supervisor.crashes
        facts["inStep"] = isInStep
        facts["crashes"] = crashes
        facts["writesDuringReplay"] = replayWrites
        facts["seconds"] = seconds
        let json = try JSONSerialization.data(withJSONObject: facts, options: [.sortedKeys])
        say(
            isInStep
                ? "all contacts and calendars are in step with LN"
                : "NOT in step: see \(output) and \(installation.logs)")
        if !crashes.isEmpty { say("CRASHED: \(crashes.joined(separator: ", ")): see \(installation.logs)") }
        return Outcome(line: String(decoding: json, as: UTF8.self), isGood: isInStep && crashes.isEmpty)
    }

    private var standInRestarts: [Int] {
        ["sandbox-ln", "sandbox-exchange"].map { supervisor.restarts(of: $0) }
    }

    // MARK: Waiting

    private func waitUntilInStep(_ expected: Int) async throws {
        try await waitUntilIdle(
            "contacts in mailboxes",
            also: { report in
                report.users.reduce(0) { $0 + $1.settled } == expected
            }
        ) { report in
            (report.users.reduce(0) { $0 + $1.settled }, expected)
        }
    }

    /// Waits until nothing waits any more, and shows how far it is.
    func waitUntilIdle(
        _ title: String, also condition: (StatusReport) -> Bool = { _ in true },
        progress: (StatusReport) -> (done: Int, total: Int)
    ) async throws {
        let line = ProgressLine(title, time: time)
        defer { line.finish() }
        var last: StatusReport?
        var changed = time.uptime
        while true {
            let report = try await administration.status(consumer, zone: .gmt)
            let (done, total) = progress(report)
            line.update(min(done, total), of: total, note(report))
            if report.isIdle, condition(report) { return }
            if report != last {
                last = report
                changed = time.uptime
            }
            if let program = supervisor.givenUp.first {
                throw DemoError("\(program) died too often: see \(supervisor.logFile(of: program))")
            }
            guard time.uptime - changed < Self.patience else {
                throw DemoError(
                    "nothing moved for \(Self.patience.components.seconds) s at \(done) of \(total): see \(installation.logs)"
                )
            }
            try await time.sleep(for: .milliseconds(250))
        }
    }

    private func note(_ report: StatusReport) -> String {
        report.groups.map { "\($0.group) \($0.backlog.map(String.init) ?? "?")" }.joined(separator: ", ") + " waiting"
    }

    // MARK: Doing

    /// Runs the real command, and shows what it prints.
    /// - Parameters:
    ///   - endsWith: exit codes that are as wanted.
    ///   - lines: how many of its lines are shown.
    func lnsync(_ arguments: String..., endsWith codes: [Int32] = [0], lines: Int = 12) async throws {
        Terminal.printError("$ lnsync \(arguments.joined(separator: " "))\n")
        let output = installation.folder + "/lnsync"
        try? FileManager.default.removeItem(atPath: output)
        let status = try await ChildProcess.start(
            installation.executable("lnsync"), arguments, environment: environment, output: output
        ).wait()
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n").prefix(lines) { Terminal.printError("  \(line)\n") }
        guard codes.contains(status) else {
            throw DemoError("lnsync \(arguments.joined(separator: " ")) ended with \(status)")
        }
    }

    func say(_ text: String) { Terminal.printError("• \(text)\n") }
}

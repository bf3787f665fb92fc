import Foundation
import HTTPClient
import HTTPTypes
import Processes
import SQLite
import SyncEvents
import Synchronization
import Testing

/// The pipeline's processes: started, ended by the test, looked at.
extension Pipeline {
    // MARK: What the programs rest on

    /// Starts LN's stand-in: at the start, and again after it was ended, with the shop as it was.
    func startLN() async throws {
        try await startStandIn("ln", ["ln", "--data", folder + "/shop.json"] + lnOptions, at: ln)
    }

    /// Starts Exchange's stand-in: at the start, and again after it was ended, with the mailboxes as they were.
    func startExchange() async throws {
        try await startStandIn(
            "exchange",
            [
                "exchange", "--app", "app=secret", "--mailboxes", folder + "/mailboxes", "--data",
                folder + "/mailboxes.log",
            ], at: exchange)
    }

    private func startStandIn(_ name: String, _ arguments: [String], at url: String) async throws {
        let port = url.split(separator: ":").last.map(String.init) ?? ""
        try await launch("sandbox", as: name, arguments + ["--port", port], environment: ["PATH": "/usr/bin:/bin"])
        try await eventually("\(name) answers") {
            guard let request = HTTPRequest(method: .get, url: url + "/sandbox/counters") else { return false }
            return (try? await self.client.send(request, timeout: .seconds(20)))?.status == 200
        }
    }

    /// Starts the broker, with an empty log of a cluster of its own each time. A real one runs already, and gets the topics.
    func startKafka() async throws {
        if realKafka != nil {
            let made = try await lnsync("topics", "apply")
            guard made.status == 0 else { throw ProgramTestError(made.output) }
            return
        }
        let topics = Topic.all.flatMap { topic in
            [Self.names.name(of: topic)] + topic.groups.map { Self.names.deadLetters(of: topic, group: $0) }
        }
        let file = folder + "/kafka.address"
        try? FileManager.default.removeItem(atPath: file)
        let arguments = [
            "--port", kafkaAddress.split(separator: ":").last.map(String.init) ?? "", "--topics",
            topics.map { "\($0):\(partitions)" }.joined(separator: ","), "--address-file", file,
        ]
        func launchBroker() async throws {
            try await launch("embedded-kafka", as: "kafka", arguments, environment: ["PATH": "/usr/bin:/bin"])
        }
        try await launchBroker()
        try await eventually("the broker listens") {
            // Its port may not be free yet: it is started again.
            if !isRunning("kafka") { try await launchBroker() }
            return FileManager.default.fileExists(atPath: file)
        }
    }

    // MARK: Programs

    /// Starts one of the pipeline's programs.
    /// - Parameters:
    ///   - role: of a program that has several; `nil`: what it takes by itself.
    ///   - settings: beside those of the installation, or in their place.
    func start(
        _ program: String, as name: String? = nil, role: String? = nil, _ settings: [String: String] = [:]
    ) async throws {
        let name = name ?? program
        let port = try FreePort.take()
        let own = ["LNSYNC_INSTANCE": name, "LNSYNC_HEALTH_PORT": "\(port)"].merging(settings) { _, new in new }
        try await launch(
            program, as: name, role.map { ["--role", $0] } ?? [],
            environment: environment.merging(own) { _, new in new }, healthPort: port)
    }

    private func launch(
        _ program: String, as name: String, _ arguments: [String], environment: [String: String],
        healthPort: UInt16? = nil
    ) async throws {
        let process = try await ChildProcess.start(
            Programs.path(program), arguments, environment: environment, output: log(of: name))
        processes.withLock { $0[name] = Part(process: process, healthPort: healthPort) }
    }

    /// Starts reader and worker and lets the first sync begin.
    func startAll() async throws {
        try await start("ln-producer")
        try await start("contact-worker")
        try await begin()
    }

    /// `lnsync start`, once the programs have made the store.
    func begin() async throws {
        try await eventually("lnsync start succeeds") { try await self.lnsync("start", "--no-wait").status == 0 }
    }

    // MARK: Ending

    /// `SIGSTOP`: it does and answers nothing any more; `SIGCONT`: it does again.
    func signal(_ number: Int32, _ name: String) { processes.withLock { $0[name] }?.process.signal(number) }

    /// Lets a program hang, but not in a commit: a store in SQLite waits for whoever holds its lock.
    func hang(_ name: String) async throws {
        try await eventually("\(name) hangs outside of a commit") {
            self.signal(SIGSTOP, name)
            do {
                let store = try await Database.open(self.store)
                try await store.write { _ throws(SQLiteError) in .commit(()) }
                await store.close()
                return true
            } catch {
                self.signal(SIGCONT, name)
                return false
            }
        }
    }

    /// Ends a process, and returns its exit status, or 128 and the signal.
    @discardableResult
    func end(_ name: String, by number: Int32 = SIGKILL) async -> Int32 {
        let process = processes.withLock { parts in
            parts[name]?.mayEnd = true
            return parts[name]?.process
        }
        process?.signal(number)
        return await process?.wait() ?? 0
    }

    /// Of each process that has ended, and that the test did not end: its status, and what it said last.
    var unexpectedEnds: [String] {
        processes.withLock { $0 }.compactMap { name, part in
            guard let status = part.process.status, !part.mayEnd else { return nil }
            let last = text(of: name).split(separator: "\n").suffix(5).joined(separator: "\n")
            return "\(name) has ended with \(status), and no test ended it: \(last)"
        }
    }

    func isRunning(_ name: String) -> Bool {
        processes.withLock { $0[name]?.process }.map { $0.status == nil } ?? false
    }

    /// Ends all. A process that has ended before, and that the test did not end, is a failure of the test.
    func close() async {
        for end in unexpectedEnds { Issue.record("\(end)") }
        for name in processes.withLock({ Array($0.keys) }) { await end(name) }
        await client.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Looking

    func log(of name: String) -> String { "\(folder)/\(name).log" }

    func text(of name: String) -> String { (try? String(contentsOfFile: log(of: name), encoding: .utf8)) ?? "" }

    /// What `/readyz` answers: `ready`, or why not; `nil` where nothing answers.
    func readiness(of name: String) async -> String? {
        guard let port = processes.withLock({ $0[name]?.healthPort }),
            let request = HTTPRequest(method: .get, url: "http://127.0.0.1:\(port)/readyz"),
            let response = try? await client.send(request, timeout: .seconds(20))
        else { return nil }
        return String(decoding: response.body, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    func metrics(of name: String) async throws -> String {
        let port = processes.withLock { $0[name]?.healthPort } ?? 0
        return String(decoding: try await client.send(.get, "http://127.0.0.1:\(port)/metrics"), as: UTF8.self)
    }

    /// The sum of a process's metrics of that name whose line holds a text.
    func metric(_ metric: String, _ text: String = "", of name: String) async throws -> Int {
        try await metrics(of: name).split(separator: "\n")
            .filter {
                ($0.hasPrefix(metric + "{") || $0.hasPrefix(metric + " ")) && (text.isEmpty || $0.contains(text))
            }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
    }

    /// Waits until each of these workers reads so many partitions, of all topics.
    func holding(_ wanted: [String: Int], within patience: Duration = patience) async throws {
        try await eventually("partitions are held: \(wanted)", within: patience) {
            for (name, count) in wanted {
                // Its port is closed for the first moments.
                let held = try? await self.metric("intake_partitions", of: name)
                guard held == count else { return false }
            }
            return true
        }
    }
}

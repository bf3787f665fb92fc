import Foundation
import HTTPClient
import HTTPTypes
import Processes
import SyncEvents
import Telemetry

/// A data set of ../shared/data in the whole pipeline, as real processes: the embedded broker, both stand-ins, ln-producer and
/// contact-worker, or with calendars in the place of contacts exchange-producer and calendar-worker; with deadlines of a tenth.
final class DataShop: Sendable {
    struct Answer {
        let status: Int32
        let output: String

        /// The last line, which is the result where `--json` was given.
        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data((output.split(separator: "\n").last ?? "").utf8))
        }
    }

    /// What `lnsync status --json` says.
    struct Status: Decodable {
        struct User: Decodable {
            let user: String
            let state: String
            let reason: String?
            let settled: Int
            let due: Int
            let resting: Int
            let meetings: Meetings?
        }
        struct Meetings: Decodable {
            let settled: Int
            let due: Int
        }
        struct Group: Decodable {
            let group: String
            let lag: Int?
            let backlog: Int?
        }
        let synchronizesContacts: Bool?
        let users: [User]
        let groups: [Group]

        /// All records are merged, and no first sync runs.
        var isMerged: Bool {
            !groups.isEmpty && groups.allSatisfy { $0.lag == 0 } && !users.contains { $0.state == "first sync" }
        }

        func user(_ code: String) -> User? { users.first { $0.user == code } }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let data = Programs.checkout.appending(path: "../shared/data").standardizedFileURL
    static let isThere = FileManager.default.fileExists(atPath: data.path)
    private static let patience: Duration = .seconds(120)

    let folder: String
    let ln: String
    let exchange: String
    private let client: HTTPClient
    private let environment: [String: String]
    private let processes: [(name: String, process: ChildProcess)]

    /// - Parameters:
    ///   - name: of the data set, `ln-congress`.
    ///   - mailboxes: the addresses that Exchange has.
    ///   - calendars: in the place of contacts.
    init(_ name: String, mailboxes: [String], calendars: Bool = false) async throws {
        let folder = Programs.temporary(name)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let shop = folder + "/shop.json"
        let loaded = try await Programs.run(
            "sandbox", ["load", Self.data.appending(path: name + ".json").path, "--shift-to-now", "--out", shop])
        guard loaded.status == 0 else { throw Failure(description: loaded.output) }
        try Programs.switchOff(calendars ? "SynchronizeContacts" : "SynchronizeActivities", in: shop)
        try mailboxes.map { $0 + "\n" }.joined().write(toFile: folder + "/mailboxes", atomically: true, encoding: .utf8)
        let names = TopicNames(prefix: "test.")
        let topics = Topic.all.flatMap { topic in
            [names.name(of: topic)] + topic.groups.map { names.deadLetters(of: topic, group: $0) }
        }.map { "\($0):4" }.joined(separator: ",")

        var processes: [(name: String, process: ChildProcess)] = []
        func start(_ name: String, _ program: String, _ arguments: [String], _ more: [String: String] = [:])
            async throws
        {
            let process = try await ChildProcess.start(
                Programs.path(program), arguments,
                environment: more.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }, output: "\(folder)/\(name).log")
            processes.append((name, process))
        }
        func address(_ name: String) async throws -> String {
            let file = "\(folder)/\(name).address"
            try await Self.wait(for: file) { FileManager.default.fileExists(atPath: file) }
            return try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        try await start(
            "kafka", "embedded-kafka", ["--topics", topics, "--address-file", "\(folder)/kafka.address"])
        try await start(
            "ln", "sandbox", ["ln", "--data", shop, "--address-file", "\(folder)/ln.address"])
        try await start(
            "exchange", "sandbox",
            [
                "exchange", "--tenant", "test.example", "--app", "worker=secret", "--mailboxes", folder + "/mailboxes",
                "--address-file", "\(folder)/exchange.address",
            ])
        ln = try await address("ln")
        exchange = try await address("exchange")
        client = try HTTPClient(log: .silent)
        let ionapi = try await Self.send(client, .get, ln + "/sandbox/ionapi", nil)
        for (file, content) in [("ionapi", ionapi), ("secret", Data("secret".utf8))] {
            try content.write(to: URL(filePath: "\(folder)/\(file)"))
            chmod("\(folder)/\(file)", 0o600)
        }
        environment = [
            "PATH": "/usr/bin:/bin", "LNSYNC_STORE": folder + "/store.sqlite",
            "LNSYNC_KAFKA_BOOTSTRAP": try await address("kafka"), "LNSYNC_KAFKA_PREFIX": "test.",
            "LNSYNC_KAFKA_EMBEDDED": "true", "LNSYNC_DEADLINES": "tenth", "LNSYNC_LN_IONAPI_FILE": folder + "/ionapi",
            "LNSYNC_LN_COMPANY": "1300", "LNSYNC_GRAPH_TENANT": "test.example", "LNSYNC_GRAPH_CLIENT_ID": "worker",
            "LNSYNC_GRAPH_CLIENT_SECRET_FILE": folder + "/secret", "LNSYNC_GRAPH_URL": exchange + "/v1.0",
            "LNSYNC_GRAPH_LOGIN_URL": exchange, "LNSYNC_GRAPH_SLOTS": "4",
        ]
        for program in ["ln-producer"] + (calendars ? ["exchange-producer", "calendar-worker"] : ["contact-worker"]) {
            try await start(program, program, [], environment)
        }
        self.processes = processes
        self.folder = folder
    }

    /// Ends all of it. Returns the programs that had ended before.
    func close() async -> [String] {
        let ended = processes.filter { $0.process.status != nil }.map(\.name)
        for (_, process) in processes.reversed() {
            process.signal(SIGKILL)
            _ = await process.wait()
        }
        await client.close()
        try? FileManager.default.removeItem(atPath: folder)
        return ended
    }

    // MARK: lnsync

    func lnsync(_ arguments: String...) async throws -> Answer { try await lnsync(words: arguments) }

    func lnsync(words arguments: [String]) async throws -> Answer {
        let (status, output) = try await Programs.run("lnsync", arguments, environment: environment)
        return Answer(status: status, output: output)
    }

    /// Waits for a status that is as wanted.
    /// - Throws: the last one, where none is in time.
    @discardableResult
    func status(_ isWanted: (Status) -> Bool) async throws -> Status {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let answer = try await lnsync("status", "--json")
            if let status = try? answer.json(Status.self), isWanted(status) { return status }
            if ContinuousClock.now > deadline { throw Failure(description: answer.output) }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    // MARK: The stand-ins

    /// An edit at LN's screens.
    /// - Parameter key: `nil` for a session of one row.
    func edit(_ set: String, _ key: String?, _ fields: [String: String]) async throws {
        let row = [set, key].compactMap(\.self).joined(separator: "/")
        _ = try await Self.send(client, .patch, "\(ln)/sandbox/data/\(row)", try JSONEncoder().encode(fields))
    }

    /// Every request of contact-worker that changed something in Exchange.
    func exchangeWrites() async throws -> Int {
        struct Counters: Decodable { let writes: Int }
        let data = try await Self.send(client, .get, exchange + "/sandbox/counters", nil)
        return try JSONDecoder().decode(Counters.self, from: data).writes
    }

    func mailbox(_ address: String) async throws -> DataMailbox {
        let data = try await Self.send(client, .get, "\(exchange)/sandbox/mailboxes/\(address)", nil)
        return try DataMailbox(json: data)
    }

    /// An edit in Outlook.
    func editInOutlook(_ address: String, item: String, _ fields: [String: String]) async throws {
        let allowed = CharacterSet.alphanumerics
        let id = item.addingPercentEncoding(withAllowedCharacters: allowed) ?? item
        _ = try await Self.send(
            client, .patch, "\(exchange)/sandbox/mailboxes/\(address)/contacts/\(id)", try JSONEncoder().encode(fields))
    }

    private static func send(
        _ client: HTTPClient, _ method: HTTPMethod, _ url: String, _ body: Data?
    ) async throws -> Data {
        guard
            let request = HTTPRequest(
                method: method, url: url,
                headerFields: body == nil ? [:] : ["Content-Type": "application/json"], body: body ?? Data())
        else { throw Failure(description: "\(url) is no URL") }
        let response = try await client.send(request, timeout: .seconds(60))
        guard (200..<300).contains(response.status) else {
            throw Failure(
                description: "\(method) \(url): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return response.body
    }

    // MARK: Calendars

    /// Every request of ours that changed something in Exchange, and all that were to change activities or attendees in LN.
    func calendarWrites() async throws -> Int {
        struct Counters: Decodable { let requests: [String: [String: Int]] }
        let data = try await Self.send(client, .get, ln + "/sandbox/counters", nil)
        let requests = try JSONDecoder().decode(Counters.self, from: data).requests
        return try await exchangeWrites()
            + requests.filter { $0.key.hasSuffix("/Activities") || $0.key.hasSuffix("/Attendees") }
            .flatMap(\.value).filter { $0.key != "GET" }.reduce(0) { $0 + $1.value }
    }

    /// Rows of a set, as LN's screens show them.
    func rows<Row: Decodable>(_ set: String, as type: Row.Type) async throws -> [Row] {
        try JSONDecoder().decode([Row].self, from: try await Self.send(client, .get, "\(ln)/sandbox/data/\(set)", nil))
    }

    /// The mails about meetings that Exchange has sent, of whomever.
    func mails() async throws -> Int {
        struct Outbox: Decodable {
            struct Mail: Decodable {}
            let mails: [Mail]
        }
        let data = try await Self.send(client, .get, exchange + "/sandbox/outbox", nil)
        return try JSONDecoder().decode(Outbox.self, from: data).mails.count
    }

    /// What a user makes in Outlook, as JSON.
    func makeEvent(_ body: String, in address: String) async throws {
        _ = try await Self.send(client, .post, "\(exchange)/sandbox/mailboxes/\(address)/events", Data(body.utf8))
    }

    /// What a user edits of an event in Outlook, as JSON.
    func edit(event id: String, of address: String, _ body: String) async throws {
        let url = "\(exchange)/sandbox/mailboxes/\(address)/events/\(id)"
        _ = try await Self.send(client, .patch, url, Data(body.utf8))
    }

    // MARK: The independent check

    struct Check: Decodable {
        let inStep: Bool
        let mailboxes: Int
        let contacts: Int
        let items: Int
        let differences: Int
        /// With calendars: LN's activities in scope and to come, those that are alike on both sides, and users' own meetings.
        let activities: Int?
        let meetings: Int?
        let eventsFromOutlook: Int?
        let mailsOfOurs: Int?
        /// What differs, a line each.
        var lines: [String] = []

        private enum CodingKeys: CodingKey {
            case inStep, mailboxes, contacts, items, differences, activities, meetings, eventsFromOutlook, mailsOfOurs
        }
    }

    /// scripts/check-in-step, which shares nothing with the product.
    /// - Parameters:
    ///   - without: mailboxes that are not to be there.
    ///   - calendars: of calendars, in the place of contacts.
    func check(without absent: String..., calendars: Bool = false) async throws -> Check {
        let output = folder + "/check"
        try? FileManager.default.removeItem(atPath: output)
        let script = Programs.checkout.appending(path: "scripts/check-in-step").path
        let status = try await ChildProcess.start(
            "/usr/bin/env",
            ["python3", script] + (calendars ? ["--calendars-alone"] : [])
                + [ln, exchange, "test.example", "worker", "secret"] + absent,
            environment: ["PATH": "/usr/bin:/bin"], output: output
        ).wait()
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
        guard let last = lines.last, var check = try? JSONDecoder().decode(Check.self, from: Data(last.utf8)),
            check.inStep == (status == 0)
        else { throw Failure(description: lines.joined(separator: "\n")) }
        check.lines = lines.dropLast()
        return check
    }

    /// Asks until it is so.
    /// - Throws: where it is not in time.
    func wait(for what: String, _ isSo: () async throws -> Bool) async throws { try await Self.wait(for: what, isSo) }

    private static func wait(for what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + patience
        while !(try await isSo()) {
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "waited \(patience) in vain for \(what)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

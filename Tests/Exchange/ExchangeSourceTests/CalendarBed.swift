import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import Runtime
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import ExchangeSource

/// The machine's clocks, which a test may set on.
final class LateTime: TimeSource {
    private let base = SystemTime()
    private let late = Mutex<Duration>(.zero)

    var now: Date { base.now + late.withLock { $0 } / .seconds(1) }
    var uptime: Duration { base.uptime + late.withLock { $0 } }

    func sleep(for duration: Duration) async throws(CancellationError) { try await base.sleep(for: duration) }

    func pass(_ duration: Duration) { late.withLock { $0 += duration } }
}

/// Everything that was logged.
final class KeptLog: LogSink {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func wants(_ level: LogLevel, from label: String) -> Bool { true }

    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        let details = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        state.withLock { $0.append("\(level) \(message) \(details)") }
    }
}

/// A reader with all that it stands on, in memory: Graph's port over the rules of Exchange's stand-in, the store, topics, and somebody who
/// takes events in as calendar-worker does.
struct CalendarBed: Sendable {
    let time = LateTime()
    let kafka = FakeKafka()
    let store: WatchedStore
    let sandbox: ExchangeSandbox
    let transport: SandboxTransport
    let log = KeptLog()
    let metrics = Metrics()
    let users: [SyncUser]
    /// The app registration's secret; `s` is right.
    let secret = Shared("s")

    init(
        _ users: [SyncUser], isStarted: Bool = true, _ adjust: (inout ExchangeTenant) -> Void = { _ in }
    ) async throws {
        self.users = users
        store = WatchedStore(try await SQLiteStore.inMemory(time: time))
        var tenant = ExchangeTenant(
            name: "shop.example", apps: ["calendars": "s"],
            mailboxes: Dictionary(uniqueKeysWithValues: users.map { ($0.email.rawValue, .usable) }))
        adjust(&tenant)
        sandbox = ExchangeSandbox(tenant, time: time, randomness: SeededRandomness(seed: 1))
        transport = SandboxTransport(sandbox)
        var mutations = users.map { Mutation.user($0) }
        mutations.append(try .setting(.control, Control(isStarted: isStarted), by: "test"))
        mutations.append(
            try .setting(
                .comParameters, ComParameters(synchronizeContacts: false, synchronizeActivities: true), by: "LN"))
        let interval = try #require(PullInterval(1, .hour))
        mutations.append(
            try .setting(
                .syncSettings,
                SyncSettings(contactPullInterval: interval, calendarPullInterval: interval, isPushEnabled: true),
                by: "LN"))
        #expect(try await store.commit(mutations) == .committed)
    }

    func reader(
        _ owner: String = "reader-1", partitions: [Int32] = [0, 1, 2, 3],
        _ adjust: (inout ExchangeReader.Configuration) -> Void = { _ in }
    ) throws -> ExchangeReader {
        var configuration = ExchangeReader.Configuration(
            owner: owner, names: TopicNames(), partitionCount: FakeKafka.partitionCount)
        configuration.watchInterval = .milliseconds(10)
        configuration.leaseInterval = .milliseconds(50)
        configuration.leaseDuration = .seconds(60)
        configuration.deadlines.pollInterval = .milliseconds(10)
        configuration.deadlines.lookInterval = .milliseconds(50)
        configuration.deadlines.hintInterval = .milliseconds(50)
        configuration.deadlines.firstPause = .milliseconds(10)
        configuration.intake.firstPause = .milliseconds(10)
        adjust(&configuration)
        var graph = GraphConfiguration(
            tenant: "shop.example", clientID: "calendars", clientSecret: { [secret] in secret.value })
        graph.loginURL = "https://login.example"
        graph.graphURL = "https://graph.example/v1.0"
        let calendar = try GraphCalendar(
            graph, transport: transport, metrics: Metrics(), time: time, randomness: SeededRandomness(seed: 2))
        return ExchangeReader(
            configuration, calendar: calendar, store: store, producer: kafka,
            consumer: FakeConsumer(
                kafka, assignment: partitions.map { TopicPartition(Topic.exchangeNotifications.name, $0) }), time: time,
            randomness: SeededRandomness(seed: 3),
            log: Logger(label: owner, sink: log), metrics: metrics)
    }

    /// Runs a reader while the test's body runs; then it is gone, as after kill -9.
    func reading(
        _ owner: String = "reader-1", partitions: [Int32] = [0, 1, 2, 3],
        _ adjust: (inout ExchangeReader.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let reader = try reader(owner, partitions: partitions, adjust)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await reader.run()
                return false
            }
            group.addTask {
                try await body()
                return true
            }
            defer { group.cancelAll() }
            let isBody = try await group.next() ?? false
            #expect(isBody, "the reader ended by itself")
        }
    }

    /// Waits until a condition holds.
    func eventually(
        _ what: Comment, _ location: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(40)
        while !(try await condition()) {
            guard ContinuousClock.now < deadline else {
                Issue.record(what, sourceLocation: location)
                throw CancellationError()
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    // MARK: Outlook

    @discardableResult
    func control(_ method: HTTPMethod, _ path: String, _ body: String = "") throws -> [String: Any] {
        let request = try #require(
            HTTPRequest(
                method: method, url: "https://graph.example/sandbox/\(path)",
                headerFields: ["Content-Type": "application/json"], body: Data(body.utf8)))
        let response = sandbox.outcome(of: request).response
        try #require((200..<300).contains(response.status), "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONSerialization.jsonObject(with: response.body.isEmpty ? Data("{}".utf8) : response.body)
            as? [String: Any] ?? [:]
    }

    @discardableResult
    func outlook(
        _ method: HTTPMethod, _ user: SyncUser, _ path: String, _ body: String = ""
    ) throws -> [String: Any] {
        try control(method, "mailboxes/\(user.email)/\(path)", body)
    }

    /// An event of an hour, so many days from now.
    /// - Returns: its item.
    @discardableResult
    func make(_ subject: String, of user: SyncUser, inDays days: Int = 1, _ more: String = "") throws -> ItemID {
        let made = try outlook(.post, user, "events", event(subject, inDays: days, more))
        return ItemID(try #require(made["id"] as? String))
    }

    func event(_ subject: String, inDays days: Int = 1, _ more: String = "") -> String {
        let start = time.now + TimeInterval(days) * 86400
        return """
            {"subject":"\(subject)","start":\(Self.time(start)),"end":\(Self.time(start + 3600))\(more.isEmpty ? "" : ",")\(more)}
            """
    }

    static func time(_ date: Date) -> String {
        #"{"dateTime":"\#(date.formatted(.iso8601).prefix(16)):00","timeZone":"UTC"}"#
    }

    func change(_ item: ItemID, of user: SyncUser, _ body: String) throws {
        try outlook(.patch, user, "events/\(item)", body)
    }

    func delete(_ item: ItemID, of user: SyncUser) throws {
        try outlook(.delete, user, "events/\(item)")
    }

    // MARK: Reading

    func cursor(of user: SyncUser) async throws -> CalendarCursor? {
        try await store.cursors([CalendarCursor.name(of: user.id)]).values.first.flatMap { CalendarCursor(text: $0) }
    }

    func stored(_ user: SyncUser) async throws -> SyncUser {
        try #require(try await store.users().first { $0.id == user.id })
    }

    /// Every mailbox's whole window is sent.
    func baselines(of users: [SyncUser]? = nil) async throws {
        let wanted = Set((users ?? self.users).map(\.id))
        try await eventually("the baselines are done") {
            let stored = try await store.users().filter { wanted.contains($0.id) }
            return stored.allSatisfy { if case .done = $0.calendar.baselines.exchange { true } else { false } }
        }
        try await eventually("their cursors say so") {
            for user in users ?? self.users where try await cursor(of: user)?.lastRound == nil { return false }
            return true
        }
    }

    func hint(_ user: SyncUser, items: [ItemID]? = nil, isFull: Bool = false) async throws {
        try await kafka.hint(MailboxHint(user: user.id, items: items, isFull: isFull, by: "test"))
    }

    /// Asks for a mailbox's changes and waits until they are read.
    func pull(_ user: SyncUser, items: [ItemID]? = nil, isFull: Bool = false) async throws {
        try await hint(user, items: items, isFull: isFull)
        try await hintsDone()
    }

    /// All hints are taken in, and what they ask for is done.
    func hintsDone() async throws {
        try await eventually("the hints' reads are done") {
            guard try await areHintsTakenIn() else { return false }
            let cursors = try await store.cursors()
            let done = CalendarCursor.kept(in: cursors)
            return MailboxWants.kept(in: cursors).allSatisfy { user, wants in
                !wants.isAny(after: done[user]?.hintsDone ?? 0)
            }
        }
    }

    func areHintsTakenIn() async throws -> Bool {
        kafka.isTaken(.exchangeNotifications, at: try await store.intakePositions(group: "exchange-producer"))
    }

    // MARK: calendar-worker

    /// Takes what was sent into rows, as intake does: newer reads win, an end leaves a tombstone.
    func takeIn() async throws {
        let sent = try kafka.sent.sorted { $0.sequence < $1.sequence }
        for event in sent {
            guard let user = event.user, let key = event.event else { continue }
            let occurrence = event.changed?.occurrence ?? event.deleted?.occurrence ?? ""
            let id = Identity.meeting(key.uid, occurrence: occurrence)
            let known = try await store.meetings([id])[id]
            if let known, known.meeting.sequence.exchange >= event.sequence { continue }
            guard
                var row = known
                    ?? event.changed.map({ changed in
                        MeetingRow(
                            id: id, status: RowStatus(partition: 0, sequence: event.sequence, priority: .live),
                            meeting: Meeting(owner: changed.owner, birth: .exchange), mailbox: user)
                    })
            else { continue }
            row.occurrence = occurrence
            row.meeting.sequence.exchange = event.sequence
            if let changed = event.changed {
                row.copies[user] = key.item
                row.status.state = .settled
                if changed.owner == .user(user) || changed.owner == .external || row.meeting.event == nil {
                    row.meeting.owner = changed.owner
                    row.meeting.event = key
                    row.meeting.observed.exchange = .present(changed.content, changed.etag)
                    row.meeting.eventFacts = changed.facts
                }
            } else {
                row.copies[user] = nil
                if row.meeting.event?.item == key.item {
                    row.meeting.observed.exchange = .gone(.absent)
                    row.status.state = .tombstone
                }
            }
            #expect(try await store.commit([.meeting(row)]) == .committed)
        }
    }

    /// What was sent of a user's events since, newest last.
    func sent(_ user: SyncUser) throws -> [FakeKafka.Sent] {
        try kafka.sent.filter { $0.user == user.id }.sorted { $0.sequence < $1.sequence }
    }

    func subjects(_ user: SyncUser) throws -> [String] { try sent(user).compactMap(\.subject) }
}

import Foundation
import HTTPTypes
import Kafka
import LNClient
import LNSandbox
import LNTesting
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import LNSource

/// A clock that goes on in real time from a day of its own, so that the published data stay present and future.
struct ShiftedTime: TimeSource {
    private let system = SystemTime()
    private let start: Duration
    private let beginning: Date

    init(_ beginning: Date) {
        start = system.uptime
        self.beginning = beginning
    }

    var uptime: Duration { system.uptime }
    var now: Date {
        let elapsed = (system.uptime - start).components
        return beginning.addingTimeInterval(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }

    func sleep(for duration: Duration) async throws(CancellationError) { try await system.sleep(for: duration) }
}

/// The reader of LN over the stand-in's rules, with store and topics in memory.
struct ActivityBed: Sendable {
    let ln: SandboxLN
    let kafka = FakeKafka()
    let store: SQLiteStore
    let time: ShiftedTime

    init(_ shop: LNShop, installation: LNInstallation = LNInstallation()) async throws {
        time = ShiftedTime(try Date("2026-11-26T00:00:00Z", strategy: .iso8601))
        ln = SandboxLN(shop, time: time, installation: installation)
        store = try await SQLiteStore.inMemory(time: SystemTime())
        try await start(true)
    }

    func start(_ isStarted: Bool) async throws {
        _ = try await store.commit([try .setting(.control, Control(isStarted: isStarted), by: "test")])
    }

    /// Runs a reader while the test's body runs.
    func reading(
        mapping: LNMapping = .standard, pageSize: Int = 7, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        var configuration = LNReader.Configuration(
            owner: "reader-1", names: TopicNames(), partitionCount: FakeKafka.partitionCount)
        configuration.watchInterval = .milliseconds(10)
        configuration.leaseInterval = .milliseconds(100)
        configuration.leaseDuration = .seconds(60)
        configuration.deadlines.pollInterval = .milliseconds(10)
        configuration.deadlines.firstPause = .milliseconds(10)
        configuration.deadlines.longestPause = .milliseconds(100)
        configuration.deadlines.settingsInterval = .milliseconds(100)
        configuration.deadlines.pageSize = pageSize
        let file = ln.sandbox.answer(
            HTTPRequest(method: .get, scheme: "http", authority: "ln.example", target: "/sandbox/ionapi"))
        let credentials = try IONAPIFile(file.body)
        var client = LNClient.Configuration(company: Company(1300)) { credentials }
        client.mapping = mapping
        let reader = LNReader(
            configuration, ln: client, transport: ln, store: store, producer: kafka, consumer: FakeConsumer(kafka),
            activityConsumer: FakeConsumer(kafka), time: time, randomness: SystemRandomness(), log: .silent,
            metrics: Metrics())
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

    func eventually(
        _ what: Comment, _ location: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
    ) async throws {
        let deadline = time.uptime + .seconds(40)
        while !(try await condition()) {
            guard time.uptime < deadline else {
                Issue.record(what, sourceLocation: location)
                throw CancellationError()
            }
            try await time.sleep(for: .milliseconds(5))
        }
    }

    /// Every active user's calendar is sent.
    func firstSync() async throws {
        try await eventually("the calendars' first sync is done") {
            let active = try await store.users().filter(\.isActive)
            return !active.isEmpty
                && active.allSatisfy { if case .done = $0.calendar.baselines.ln { true } else { false } }
        }
    }

    func hint(_ hint: Hint) async throws {
        try await kafka.hint(hint)
        try await hintsDone()
    }

    func pull(_ action: Hint.Action = .pull) async throws {
        try await hint(Hint(activitiesOf: Company(1300), action: action, by: "test"))
    }

    func push(_ codes: String...) async throws {
        try await hint(
            Hint(activitiesOf: Company(1300), action: .activities, codes.map { ActivityCode($0) }, by: "LN"))
    }

    /// All hints of activities are done: their positions have moved to the log's end.
    private func hintsDone() async throws {
        try await eventually("the hint's read is done") {
            kafka.isTaken(.lnNotifications, at: try await store.intakePositions(group: "reader/1300/activity"))
        }
    }

    /// An activity's event as a test looks at it.
    struct Sent: Sendable {
        let code: String
        let key: String
        let sequence: ReadSequence
        let isBackfill: Bool
        let isNamed: Bool
        /// `nil`: it was deleted.
        let event: ActivityChanged?
    }

    /// What was sent, in the order of reads.
    func sent() throws -> [Sent] {
        let records = kafka.logs.filter { $0.key.topic == "ln.activity-changes" }.flatMap(\.value)
        return try records.map { record in
            let envelope = try Envelope { name in
                record.headers.last { $0.name == name }.map { String(decoding: $0.value ?? [], as: UTF8.self) }
            }
            let isDeleted = envelope.type == .activityDeleted
            return Sent(
                code: String(envelope.subject.split(separator: "/").last ?? ""),
                key: String(decoding: record.key ?? [], as: UTF8.self), sequence: try #require(envelope.sequence),
                isBackfill: envelope.isBackfill, isNamed: envelope.isNamed,
                event: isDeleted ? nil : try EventData.decode(ActivityChanged.self, from: Data(record.value ?? [])))
        }.sorted { $0.sequence < $1.sequence }
    }

    /// The newest event of an activity.
    func newest(_ code: String) throws -> Sent? { try sent().last { $0.code == code } }

    /// What was sent beyond so many.
    func sent(after count: Int) throws -> [String] { try sent().dropFirst(count).map(\.code) }

    /// Requests for activities, attendees and texts since the last time.
    func takeAsked() -> [SandboxLN.Asked] {
        ln.takeAsked().filter { asked in
            ["Activities", "Attendees", "ActivityTexts"].contains { asked.resource.hasPrefix($0) }
        }
    }

    static func user(_ code: String) -> SyncUserID { SyncUserID(LNUserCode(code)) }
}

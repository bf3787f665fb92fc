import Foundation
import Kafka
import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import LNSource

/// A reader with all that it stands on, in memory.
struct Installation: Sendable {
    let ln: FakeLN
    let kafka = FakeKafka()
    let store: SQLiteStore
    let time = SystemTime()

    static let ionapi = """
        {"ti":"ACME_PRD","cn":"lnsync","ci":"id","cs":"secret","iu":"https://gateway.example","pu":"https://sso.example/as/","ot":"token.oauth2","saak":"key","sask":"secret"}
        """

    init(_ ln: FakeLN, isStarted: Bool = true) async throws {
        self.ln = ln
        store = try await SQLiteStore.inMemory(time: SystemTime())
        if isStarted { try await start(true) }
    }

    func start(_ isStarted: Bool) async throws {
        _ = try await store.commit([try .setting(.control, Control(isStarted: isStarted), by: "test")])
    }

    func reader(_ owner: String = "reader-1") throws -> LNReader {
        var configuration = LNReader.Configuration(
            owner: owner, names: TopicNames(), partitionCount: FakeKafka.partitionCount)
        configuration.watchInterval = .milliseconds(10)
        configuration.leaseInterval = .milliseconds(100)
        configuration.leaseDuration = .seconds(60)
        configuration.deadlines.pollInterval = .milliseconds(10)
        configuration.deadlines.firstPause = .milliseconds(10)
        configuration.deadlines.settingsInterval = .milliseconds(100)
        configuration.deadlines.pageSize = 7
        let credentials = try IONAPIFile(Data(Self.ionapi.utf8))
        return LNReader(
            configuration, ln: LNClient.Configuration(company: Company(1300)) { credentials },
            transport: ln, store: store, producer: kafka, consumer: FakeConsumer(kafka),
            activityConsumer: FakeConsumer(kafka), time: time,
            randomness: SystemRandomness(), log: .silent, metrics: Metrics())
    }

    /// Runs a reader while the test's body runs.
    func reading(_ owner: String = "reader-1", _ body: @escaping @Sendable () async throws -> Void) async throws {
        let reader = try reader(owner)
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
        _ what: Comment, _ location: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
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

    func firstSync() async throws {
        try await eventually("the first sync is done") {
            let active = try await store.users().filter(\.isActive)
            return !active.isEmpty && active.allSatisfy { $0.baseline == .done }
        }
    }

    func pull(_ action: Hint.Action = .pull) async throws {
        try await kafka.hint(Hint(company: Company(1300), action: action, by: "test"))
        try await hintsDone()
    }

    /// All hints are done: their positions have moved to the log's end.
    func hintsDone() async throws {
        try await eventually("the hint's read is done") {
            kafka.isTaken(.lnNotifications, at: try await store.intakePositions(group: "reader/1300/contact"))
        }
    }

    static func user(_ code: String) -> SyncUserID { SyncUserID(LNUserCode(code)) }
}

import Administration
import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import Runtime
import RuntimeTesting
import Settling
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@testable import ContactSync

/// contact-worker's floors on real parts in one process: intake and settling on a store in memory, Graph's port against Exchange's
/// stand-in. Time stands still until the test moves it.
struct SyncBed {
    private static let partition = TopicPartition("ln.contact-changes", 0)

    let time = ManualTime()
    let store: WatchedStore
    let sandbox: ExchangeSandbox
    let transport: SandboxTransport
    /// The app registration's secret; `s` is right.
    let secret = Shared("s")
    let exchange: any ExchangeContacts
    private let watch: StoreWatch
    let settler: Settler<ContactSettling>
    private let folders: ContactFolders
    private let intake: StoreIntake<ContactIntake>
    private let read = Shared<Int64>(0)

    /// Runs a test while settling runs.
    static func run(_ users: SyncUser..., body: (SyncBed) async throws -> Void) async throws {
        let bed = try await SyncBed(users)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bed.settler.run() }
            defer { group.cancelAll() }
            try await body(bed)
        }
    }

    private init(_ users: [SyncUser]) async throws {
        store = WatchedStore(try await SQLiteStore.inMemory(time: time))
        sandbox = ExchangeSandbox(
            ExchangeTenant(
                name: "shop.example", apps: ["contacts": "s", "outlook": "o"],
                mailboxes: Dictionary(uniqueKeysWithValues: users.map { ($0.email.rawValue, .usable) })),
            time: time, randomness: SeededRandomness(seed: 1))
        transport = SandboxTransport(sandbox)
        var configuration = GraphConfiguration(
            tenant: "shop.example", clientID: "contacts", clientSecret: { [secret] in secret.value })
        configuration.loginURL = "https://login.example"
        configuration.graphURL = "https://graph.example/v1.0"
        exchange = try GraphContacts(
            configuration, transport: transport, metrics: Metrics(), time: time,
            randomness: SeededRandomness(seed: 2))
        watch = StoreWatch(store, time: time, log: .silent)
        let settling = ContactSettling(
            store: store, exchange: exchange, watch: watch, mapping: ContactMapping(), time: time, log: .silent)
        folders = settling.folders
        let settler = Settler(
            .init(), domain: settling, store: store, owner: "worker-1", time: time,
            randomness: SeededRandomness(seed: 3), log: .silent,
            metrics: Metrics())
        self.settler = settler
        intake = StoreIntake(
            domain: ContactIntake(store: store, partition: { _ in 0 }, onMerged: { settler.wake() }), store: store,
            group: "contact-worker", backfillTopics: [], log: .silent)
        #expect(
            try await store.commit(
                users.map { .user($0) } + [
                    try .setting(.control, Control(isStarted: true), by: "test"),
                    try .setting(
                        .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: false),
                        by: "test"),
                ]) == .committed)
        #expect(
            try await intake.begin(
                LogBeginning(
                    topicPartition: Self.partition, reason: .firstTime, recorded: nil,
                    position: RecordedPosition(next: 0, clusterID: "cluster", lastEventID: nil))))
        try await watch.refresh()
        settler.hold([0])
    }

    func outlook(_ user: SyncUser) -> Outlook { Outlook(sandbox: sandbox, user: user) }

    // MARK: What happens

    /// LN holds this, as a read just showed it.
    func ln(_ id: ContactLinkID, _ content: ContactContent) async throws {
        try await merge { try .changed(id, $0 + 1, content, offset: $0) }
    }

    /// The contact has left the scope in LN.
    func ln(removes id: ContactLinkID, _ reason: RemovalReason = .synchronizeOff) async throws {
        try await merge { try .removed(id, $0 + 1, reason, offset: $0) }
    }

    private func merge(_ event: (Int64) throws -> EventRecord) async throws {
        let offset = read.update { offset in
            defer { offset += 1 }
            return offset
        }
        let from = try #require(try await intake.positions(of: [Self.partition])[Self.partition])
        let batch = IntakeBatch(
            topicPartition: Self.partition, records: [try event(offset).record], from: from,
            to: RecordedPosition(next: offset + 1, clusterID: "cluster", lastEventID: nil))
        let outcome = try await intake.merge(batch, DeadLetterTopic(producer: KeptRecords(), group: "contact-worker"))
        #expect(outcome != .positionLost)
    }

    /// Moves time once what is under way has ended: a mailbox's rest counts from there.
    func advance(by duration: Duration) async {
        await pauseSettling()
        time.advance(by: duration)
        resumeSettling()
    }

    /// Commits what another part of the system commits, and lets settling know at once.
    func commit(_ mutations: [Mutation]) async throws {
        #expect(try await store.commit(mutations) == .committed)
        try await watch.refresh()
        settler.wake()
    }

    /// What another process committed becomes known.
    func noticed() async throws {
        try await watch.refresh()
        settler.wake()
    }

    func set<Choice: Policy>(_ choice: Choice) async throws {
        try await commit([try .setting(SettingName(Choice.name), choice.rawValue, by: "test")])
    }

    /// What looks for edits in Outlook and folders that were put back, hourly, and for copies, daily.
    func edits(_ producer: KeptRecords) -> OutlookEdits {
        OutlookEdits(
            store: store, exchange: exchange, folders: folders, watch: watch, producer: producer,
            hintTopic: "ln.notifications",
            owner: "worker-1", isOurs: { _ in true }, time: time, randomness: SeededRandomness(seed: 4),
            interval: .seconds(3600), copyInterval: .seconds(86400), log: .silent)
    }

    /// lnsync's floor on the same store.
    var administration: Administration {
        Administration(store: store, names: TopicNames(prefix: ""), by: "admin", time: time)
    }

    func change(_ user: SyncUser, _ change: (inout SyncUser) -> Void) async throws {
        var user = try await self.user(user)
        change(&user)
        try await commit([.user(user)])
    }

    func change(_ id: ContactLinkID, _ change: (inout ContactLink) -> Void) async throws {
        var row = try #require(try await store.contactLink(id))
        change(&row)
        try await commit([.contactLink(row)])
    }

    /// Nothing is begun any more; what is under way has ended.
    func pauseSettling() async {
        await settler.release()
    }

    func resumeSettling() {
        settler.hold([0])
    }

    // MARK: What there is

    /// The row once it is so; the test fails where it does not come to that.
    @discardableResult
    func row(
        _ id: ContactLinkID, sourceLocation: SourceLocation = #_sourceLocation,
        once isSo: @escaping (ContactLink) -> Bool
    ) async throws -> ContactLink {
        var last: ContactLink?
        let isReached = try await eventually {
            last = try await store.contactLink(id)
            try await watch.refresh()
            return last.map(isSo) ?? false
        }
        #expect(isReached, "the row is \(String(describing: last))", sourceLocation: sourceLocation)
        return try #require(last)
    }

    @discardableResult
    func row(
        _ id: ContactLinkID, _ state: RowStatus.State, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ContactLink {
        try await row(id, sourceLocation: sourceLocation) { $0.status.state == state }
    }

    func user(_ user: SyncUser) async throws -> SyncUser {
        try #require(try await store.users().first { $0.id == user.id })
    }

    /// What was decided of a contact, the oldest first: `CON-1 created`.
    func journal(_ id: ContactLinkID) async throws -> [String] {
        try await store.journal(JournalQuery(item: id.journalItem, user: id.user)).reversed().map {
            "\($0.draft.rule) \($0.draft.action)"
        }
    }

    var writes: Int { sandbox.writes }

    func requests(_ method: HTTPMethod) -> [HTTPRequest] { transport.requests.filter { $0.method == method } }
}

extension ContactLinkID {
    var journalItem: String { "contact/\(propertyValue)" }
}

extension ContactItem {
    var id: ItemID? {
        switch self {
        case .none: nil
        case .made(let id, _), .deletedByUser(let id): id
        }
    }
}

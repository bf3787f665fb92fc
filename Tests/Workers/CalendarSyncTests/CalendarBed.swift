import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import LNClient
import LNSandbox
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

@testable import CalendarSync

/// calendar-worker's floors on real parts in one process: intake and settling on a store in memory, LN's client and Graph's port against
/// both stand-ins. Time stands still until the test moves it: it is 1 January 2026.
struct CalendarBed {
    private static let activities = TopicPartition("ln.activity-changes", 0)
    private static let events = TopicPartition("exchange.event-changes", 0)
    static let company = Company(1300)
    static let anna = SyncUser("anna"), bert = SyncUser("bert")

    let time = ManualTime()
    let users: [SyncUser]
    let store: WatchedStore
    let ln: LNSandbox
    let lnTransport: CallTransport
    let client: LNClient
    let exchange: ExchangeSandbox
    let exchangeTransport: CallTransport
    let calendar: GraphCalendar
    private let watch: StoreWatch
    let settler: Settler<MeetingSettling>
    private let intake: StoreIntake<CalendarIntake>
    private let reads = Shared<Int64>(0)
    private let offsets = Shared<[TopicPartition: Int64]>([:])
    private let links = Shared<[SyncUserID: String]>([:])
    let deadLetters = KeptRecords()

    /// Runs a test while settling runs.
    /// - Parameters:
    ///   - isActivated: creations on either side are approved (CAL-20).
    ///   - shop: LN's; `nil`: a small one.
    static func run(
        isActivated: Bool = true, shop: LNShop? = nil, users: [SyncUser] = [anna, bert],
        body: (CalendarBed) async throws -> Void
    ) async throws {
        let bed = try await CalendarBed(isActivated, shop, users)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bed.settler.run() }
            defer { group.cancelAll() }
            try await body(bed)
        }
        #expect(try bed.mails().isEmpty, "nobody is ever mailed")
    }

    private init(_ isActivated: Bool, _ shop: LNShop?, _ users: [SyncUser]) async throws {
        let users = users.map { user in
            var user = user
            user.calendar.isActivated = isActivated
            return user
        }
        self.users = users
        let store = WatchedStore(try await SQLiteStore.inMemory(time: time))
        self.store = store
        let installation = LNInstallation()
        ln = LNSandbox(
            try shop ?? Self.shop(), time: time, randomness: SeededRandomness(seed: 1), installation: installation)
        lnTransport = CallTransport { [ln] request in
            let outcome = ln.outcome(of: request)
            return (outcome.response, outcome.isLost)
        }
        let file = try IONAPIFile(installation.ionapi(url: "https://ln.example"))
        var configuration = LNClient.Configuration(company: Self.company) { () throws(LNError) in file }
        configuration.makerIdentity = "lnapi_*"
        client = LNClient(configuration, transport: lnTransport, time: time, log: .silent)
        exchange = ExchangeSandbox(
            ExchangeTenant(
                name: "shop.example", apps: ["calendars": "s"],
                mailboxes: Dictionary(uniqueKeysWithValues: users.map { ($0.email.rawValue, .usable) })),
            time: time, randomness: SeededRandomness(seed: 2))
        exchangeTransport = CallTransport { [exchange] request in
            switch exchange.begin(request) {
            case .refused(let response): return (response, false)
            case .admitted(let visit):
                defer { exchange.end(visit) }
                let outcome = exchange.outcome(of: request)
                return (outcome.response, outcome.isLost)
            }
        }
        var graph = GraphConfiguration(tenant: "shop.example", clientID: "calendars", clientSecret: { "s" })
        graph.loginURL = "https://login.example"
        graph.graphURL = "https://graph.example/v1.0"
        calendar = try GraphCalendar(
            graph, transport: exchangeTransport, metrics: Metrics(), time: time,
            randomness: SeededRandomness(seed: 3))
        let watch = StoreWatch(store, time: time, log: .silent)
        self.watch = watch
        let settler = Settler(
            .init(),
            domain: MeetingSettling(
                store: store, ln: [client], exchange: calendar, watch: watch, partition: { _ in 0 }, time: time,
                log: .silent),
            store: store, owner: "worker-1", time: time, randomness: SeededRandomness(seed: 4), log: .silent,
            metrics: Metrics())
        self.settler = settler
        intake = StoreIntake(
            domain: CalendarIntake(
                store: store, watch: watch, partition: { _ in 0 }, onMerged: { settler.wake() }), store: store,
            group: "calendar-worker", backfillTopics: [], log: .silent)
        #expect(
            try await store.commit(
                users.map { .user($0) } + [
                    try .setting(.control, Control(isStarted: true), by: "test"),
                    try .setting(
                        .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: true),
                        by: "test"),
                ]) == .committed)
        for topic in [Self.activities, Self.events] {
            #expect(
                try await intake.begin(
                    LogBeginning(
                        topicPartition: topic, reason: .firstTime, recorded: nil,
                        position: RecordedPosition(next: 0, clusterID: "cluster", lastEventID: nil))))
        }
        try await watch.refresh()
        settler.hold([0])
    }

    /// A shop with two employees who are sync users, one who is not, and a customer's contact.
    private static func shop() throws -> LNShop {
        let rows = """
            {"ComParameters": [{"SynchronizeContacts": "Yes", "SynchronizeActivities": "Yes"}],
             "Contacts": [{"Contact": "C00000001", "FirstName": "Cleo", "LastName": "Customer", "Email": "cleo@customer.example",
               "Synchronize": "Yes"}],
             "Employees": [{"Employee": "E00001", "Name": "Anna", "User": "anna", "Email": "anna@shop.example"},
                           {"Employee": "E00002", "Name": "Bert", "User": "bert", "Email": "bert@shop.example"},
                           {"Employee": "E00003", "Name": "Nils", "User": "nils", "Email": "nils@shop.example"}]}
            """
        return try LNShop(json: Data(rows.utf8), modified: 1_767_000_000)
    }

    // MARK: What readers see

    private func next() -> ReadSequence {
        ReadSequence(
            epoch: 1,
            counter: reads.update {
                $0 += 1
                return $0
            })
    }

    /// LN's reader reads an activity and sends what it sees.
    /// - Parameter isNamed: because push names it.
    func read(_ code: ActivityCode, at sequence: ReadSequence? = nil, isNamed: Bool = false) async throws {
        let sequence = sequence ?? next()
        let key = ActivityKey(company: Self.company, activity: code)
        let subject = MeetingSubject.activity(key)
        guard let activity = try await client.activity(code) else {
            try await merge(
                .activityDeleted, subject, MeetingRecordKey(key), ActivityDeleted(activity: key), sequence,
                Self.activities)
            return
        }
        var facts = activity.facts
        let directory = UserDirectory(Array(try await store.users()))
        facts.organizer = activity.organizer.flatMap { directory[$0] }.flatMap { $0.isActive ? $0.id : nil }
        try await merge(
            .activityChanged, subject, MeetingRecordKey(owner: facts.organizer, organizer: activity.organizer, key),
            ActivityChanged(
                activity: key, etag: activity.etag, content: activity.content, facts: facts,
                isNotHeld: activity.isNotHeld, isCreatedInLN: activity.isCreatedInLN), sequence, Self.activities,
            isNamed: isNamed)
    }

    /// Exchange's reader follows a mailbox's changes and sends what it sees.
    func read(_ user: SyncUser) async throws {
        var place =
            links.value[user.id].map { CalendarPlace.link($0) }
            ?? .window(start: time.now - 86400, end: time.now + 400 * 86400)
        while true {
            let page = try await calendar.calendarChanges(place, in: user.email)
            for row in page.rows {
                switch row {
                case .event(let event): try await read(event.key.item, of: user)
                case .occurrence: continue
                case .removed(let item): try await read(item, of: user)
                }
            }
            switch page.next {
            case .page(let link): place = .link(link)
            case .round(let link):
                links.update { $0[user.id] = link }
                return
            }
        }
    }

    func read(_ item: ItemID, of user: SyncUser, isNamed: Bool = false) async throws {
        let sequence = next()
        let event: ExchangeEvent
        do {
            event = try await calendar.event(item, of: user.email)
        } catch {
            if error.kind == .inAnotherCalendar { return }
            #expect(error.kind == .notFound)
            for row in try await store.meetings(items: [item], in: user.id) {
                guard let uid = row.meeting.event?.uid else { continue }
                try await merge(
                    .eventDeleted, .event(uid, occurrence: row.occurrence), MeetingRecordKey(owner: user.id),
                    EventDeleted(user: user.id, event: EventKey(item: item, uid: uid), occurrence: row.occurrence),
                    sequence, Self.events)
            }
            return
        }
        let directory = UserDirectory(try await store.users())
        let organizer = event.organizer.flatMap { directory[$0] }.flatMap { $0.isActive ? $0.id : nil }
        let owner: MeetingOwner =
            event.isOrganizer ? .user(user.id) : organizer.map { .user($0) } ?? .external
        var facts = event.facts
        facts.isRecurring = event.kind != .single
        let known = try await store.meetings(activities: [], events: [event.key.uid]).first
        let isHidden = event.content.sensitivity?.isPrivate == true && known?.meeting.birth != .ln
        var content = event.content
        if isHidden {
            content = MeetingContent()
            content.time = event.content.time
            content.showAs = event.content.showAs
            content.sensitivity = event.content.sensitivity
        }
        let key =
            switch owner {
            case .user(let id): MeetingRecordKey(owner: id)
            default: MeetingRecordKey(organizer: event.organizer ?? EmailAddress(""))
            }
        try await merge(
            .eventChanged, .event(event.key.uid, occurrence: ""), key,
            EventChanged(
                user: user.id, event: event.key, etag: event.etag, content: content, facts: facts, owner: owner,
                isCancelled: event.isCancelled, response: event.response, address: EmailAddress(user.email.folded)),
            sequence, Self.events, isNamed: isNamed)
    }

    /// Somebody writes to the topic what no reader does.
    func sendRubbish() async throws {
        let key = ActivityKey(company: Self.company, activity: ActivityCode("ACT999999"))
        try await merge(
            .activityChanged, .activity(key), MeetingRecordKey(key), ["no": "activity"], next(), Self.activities)
    }

    func change(_ user: SyncUser, _ change: (inout SyncUser) -> Void) async throws {
        var user = try #require(try await store.users().first { $0.id == user.id })
        change(&user)
        try await commit([.user(user)])
    }

    private func merge(
        _ type: EventType, _ subject: MeetingSubject, _ key: MeetingRecordKey, _ data: some Encodable,
        _ sequence: ReadSequence, _ topic: TopicPartition, isNamed: Bool = false
    ) async throws {
        let offset = offsets.update { offsets in
            let offset = offsets[topic, default: 0]
            offsets[topic] = offset + 1
            return offset
        }
        var envelope = Envelope(
            id: "\(topic)/\(offset)", source: "test", type: type, time: time.now, subject: subject.description,
            sequence: sequence, contentHash: ContentHash("hash"))
        envelope.isNamed = isNamed
        let record = ConsumerRecord(
            offset: offset, timestamp: time.now, key: Array(key.description.utf8),
            value: Array(try EventData.encode(data)),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        let from = try #require(try await intake.positions(of: [topic])[topic])
        let batch = IntakeBatch(
            topicPartition: topic, records: [record], from: from,
            to: RecordedPosition(next: offset + 1, clusterID: "cluster", lastEventID: nil))
        let outcome = try await intake.merge(batch, DeadLetterTopic(producer: deadLetters, group: "calendar-worker"))
        #expect(outcome != .positionLost)
    }

    /// Everything is read and settled, until nothing more comes of it. Nobody reads the mailbox of who is not active.
    func sync() async throws {
        for _ in 0..<3 {
            for code in try activityCodes() { try await read(code) }
            for user in try await store.users() where user.isActive { try await read(user) }
            try await quiet()
        }
    }

    /// Whatever is due now is settled.
    func quiet(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let isReached = try await eventually {
            try await watch.refresh()
            settler.wake()
            guard try await !isAnyDue() else { return false }
            await settler.release()
            settler.hold([0])
            return try await !isAnyDue()
        }
        let rows = try await rows()
        #expect(isReached, "rows stay due: \(rows)", sourceLocation: sourceLocation)
    }

    /// What is under way has ended.
    func settlementsEnded() async {
        await settler.release()
        settler.hold([0])
    }

    private func isAnyDue() async throws -> Bool {
        let now = time.now
        return try await rows().contains { $0.status.state == .due && ($0.status.due ?? now) <= now }
    }

    func advance(by duration: Duration) async throws {
        await settler.release()
        time.advance(by: duration)
        settler.hold([0])
        try await quiet()
    }

    func commit(_ mutations: [Mutation]) async throws {
        #expect(try await store.commit(mutations) == .committed)
        try await watch.refresh()
        settler.wake()
    }

    // MARK: What there is

    func rows() async throws -> [MeetingRow] {
        var rows: [MeetingRow] = []
        for user in users {
            rows += try await store.meetings(of: user.id, after: nil, limit: 1000)
        }
        return rows.sorted { $0.id < $1.id }
    }

    func row(_ code: ActivityCode) async throws -> MeetingRow? {
        try await store.meetings(activities: [ActivityKey(company: Self.company, activity: code)], events: [])
            .first { $0.meeting.activity?.activity == code }
    }

    /// What was decided of a meeting, the oldest first: `CAL-6 created`.
    func journal(_ row: MeetingRow) async throws -> [String] {
        try await store.journal(JournalQuery(item: row.journalItem)).reversed().map {
            "\($0.draft.rule) \($0.draft.action)"
        }
    }

    func details(_ row: MeetingRow) async throws -> [String] {
        try await store.journal(JournalQuery(item: row.journalItem)).reversed().map(\.draft.detail)
    }

    /// The rows' states, and the reasons of what waits.
    func why() async throws -> [String] {
        try await rows().map { row in
            "\(row.meeting.activity.map(\.description) ?? "-") \(row.status.state): \(row.status.reason ?? "-")"
        } + deadLetters.records.map { "dead letter \($0.headers)" }
    }

    /// Decides the one open hold as lnsync does.
    func decide(_ state: Hold.State, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let open = try await store.holds(.open)
        #expect(open.count == 1, sourceLocation: sourceLocation)
        var hold = try #require(open.first)
        hold.state = state
        hold.decidedBy = "test"
        hold.decided = time.now
        let user = try #require(SyncUserID(hold.subject))
        try await commit([.hold(hold), .releaseMeetings(of: user)])
        try await quiet()
    }

    /// Somebody approves what the row asks, as it was shown then, or refuses it.
    func approve(_ shown: MeetingRow, _ decision: MeetingHold.Decision = .approve) async throws {
        var row = try #require(try await store.meeting(shown.id))
        row.meeting.hold = shown.meeting.hold
        row.meeting.hold?.decision = decision
        row.meeting.isDue = true
        row.status.state = .due
        row.status.due = time.now
        try await commit([.meeting(row)])
        try await quiet()
    }
}

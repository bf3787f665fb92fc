public import Foundation
public import Kafka
import SyncEvents
public import SyncModel
import SyncPlanner
public import SyncStore

/// What an installation is doing, for a person or a script.
public struct StatusReport: Sendable, Hashable, Codable {
    public struct User: Sendable, Hashable, Codable {
        public var user: LNUserCode
        public var name: String
        public var email: EmailAddress
        /// `active`, `inactive`, `paused`, `quarantined`, `first sync`.
        public var state: String
        /// Why he is quarantined, and what to do.
        public var reason: String?
        /// When a quarantined mailbox is tried again; lnsync resume tries it now.
        public var retry: Date?
        /// How far the first sync, or a later sending of all contacts, is; absent where none runs.
        public var baseline: String?
        /// Rows by state.
        public var settled: Int
        public var due: Int
        public var held: Int
        public var refused: Int
        public var resting: Int
        /// When the row that waits longest was due.
        public var oldestDue: Date?
        /// Due rows that were tried without success, and why.
        public var failing: FailingRows?
        /// Why none of LN's contacts is in his mailbox, where a person has decided so, and what changes it: they count as refused.
        public var leftFolder: String?
        /// Some of the contacts that are refused, the last first; `nil` where none is.
        public var refusedContacts: [ContactCode]?
        /// Absent where he is inactive.
        public var meetings: Meetings?
    }

    public struct Group: Sendable, Hashable, Codable {
        public var group: String
        /// Records that were not merged yet; absent where the broker can't be asked.
        public var lag: Int64?
        public var dueRows: Int
        /// Lag and due rows; absent where the lag is.
        public var backlog: Int64?
        /// Dead letters that nobody has decided yet; absent where they were not counted.
        public var undecidedDeadLetters: Int?

        /// What is due, in words; `nil` of a group that only reads.
        public var due: String? {
            if group.hasSuffix(ConsumerGroup.exchangeReader) { return nil }
            let isMeetings = group.hasSuffix(ConsumerGroup.calendarWorker)
            return "to be written: \(dueRows.of(isMeetings ? "meeting" : "contact"))"
        }
    }

    public struct Holder: Sendable, Hashable, Codable {
        public var lease: LeaseName
        public var owner: String
        /// It was not renewed: nobody does this work at the moment.
        public var isExpired: Bool
    }

    /// What keeps a reader from reading LN or a mailbox, or a partition of Kafka's.
    public struct Trouble: Sendable, Hashable, Codable {
        /// Under which the reader reads.
        public var lease: LeaseName
        public var trouble: ReadingTrouble
        /// It has not passed by itself in a quarter of an hour.
        public var isLong: Bool

        init(lease: LeaseName, trouble: ReadingTrouble, now: Date) {
            self.lease = lease
            self.trouble = trouble
            isLong = now.timeIntervalSince(trouble.since) > 900
        }
    }

    /// When it was so, by the store's clock.
    public var time: Date
    public var isStarted: Bool
    /// COM Parameters; absent until they are read from LN.
    public var synchronizesContacts: Bool?
    /// As LN has it: `15 minutes`.
    public var contactPullInterval: String?
    public var nextContactPull: Date?
    /// When the last pull began, of all companies' the latest; absent before the first.
    public var lastContactPull: Date?
    /// When all keys were compared last, which finds what was deleted in LN.
    public var lastComparison: Date?
    /// COM Parameters; absent until they are read from LN.
    public var synchronizesActivities: Bool?
    /// As LN has it, for both sides.
    public var calendarPullInterval: String?
    public var nextCalendarPull: Date?
    public var lastCalendarPull: Date?
    public var users: [User]
    public var groups: [Group]
    public var leases: [Holder]
    /// Of contacts and mailboxes; those of meetings are counted with their users.
    public var openHolds: Int
    /// Of readers that run.
    public var lnTroubles: [Trouble]
    /// What keeps exchange-producer from reading any calendar, while one runs.
    public var exchangeTrouble: ReadingTrouble?
    /// The partitions whose records can't be merged.
    public var intakeTroubles: [Trouble]
    /// Those that what is switched on needs.
    public var programs: [Program]
    /// What Kafka's brokers say where they can't be asked; without them nothing is merged or written.
    public var kafkaTrouble: String?
    /// Why the store can't be written, where who asks has tried; programs can't show that they run then.
    public var storeTrouble: String?

    /// All rows of active users that are due.
    public var dueRows: Int { users.reduce(0) { $0 + $1.due } }
    /// Nothing waits: no record, no row, no first sync, no calendar that is read as a whole.
    public var isIdle: Bool {
        groups.allSatisfy { $0.backlog == 0 } && !users.contains { $0.state == "first sync" }
            && (synchronizesActivities != true || !users.contains { $0.isServed && $0.meetings?.reading != nil })
    }

    /// Adds what is known of dead letters.
    /// - Parameter undecided: how many of each group nobody has decided yet; a group without any may be missing.
    public mutating func count(_ undecided: [String: Int]) {
        for index in groups.indices { groups[index].undecidedDeadLetters = undecided[groups[index].group] ?? 0 }
    }
}

extension Administration {
    /// - Parameters:
    ///   - consumer: a consumer without a group, to ask the broker; `nil`: the lag stays unknown.
    ///   - zone: in which LN's intervals are aligned to the clock.
    public func status(_ consumer: (any RecordConsumer)?, zone: TimeZone) async throws -> StatusReport {
        let snapshot = StoreSnapshot(users: try await store.users(), settings: try await store.settings())
        let rows = try await store.contactBacklog()
        let now = try await store.now()
        let meetings = try await statusOfMeetings(Array(snapshot.users.values))
        let lags = await lags(
            of: [ConsumerGroup.contactWorker, ConsumerGroup.calendarWorker, ConsumerGroup.exchangeReader], consumer)
        let cursors = try await store.cursors()
        let signs = try await store.leases()
        let programs = StatusReport.programs(snapshot, signs, now: now)
        func moments(_ kind: String, of reader: String) -> Date? {
            cursors.filter { $0.key.rawValue.hasPrefix(kind) && $0.key.rawValue.hasSuffix(reader) }
                .compactMap { try? Date($0.value, strategy: .iso8601) }.max()
        }
        // A company that was never read and that nobody reads was a wrong one.
        let leases = signs.sorted { $0.lease.name < $1.lease.name }.filter { lease in
            // A mailbox is leased for one reading.
            if lease.lease.name.rawValue.hasPrefix("reader/mailbox/") || ProgramSign.isSign(lease.lease.name) {
                return false
            }
            guard lease.expires <= now, let company = lease.lease.name.companyOfReader else { return true }
            return ["contact", "activity"].contains { cursors.keys.contains(CursorName("pull/\(company)/\($0)")) }
        }
        let troubles = ReadingTrouble.kept(in: cursors)
        let due = rows.values.reduce(0) { $0 + $1[.due] }
        let isOn = snapshot.isStarted && snapshot.comParameters?.synchronizeContacts == true
        var users: [StatusReport.User] = []
        let calendarTicks =
            snapshot.isStarted && snapshot.comParameters?.synchronizeActivities == true
            ? snapshot.syncSettings.map { PullSchedule($0.calendarPullInterval, in: zone) } : nil
        let calendars = CalendarCursor.kept(in: cursors)
        let isExchangeRead = programs.contains { $0.program == ConsumerGroup.exchangeReader && $0.isRunning }
        let holds = try await store.holds(.open)
        let vanished = try await VanishedFolders(open: holds, store)
        for user in snapshot.users.values.sorted(by: { $0.code < $1.code }) {
            var listed = StatusReport.User(user, rows[user.id] ?? RowCounts(), now: now)
            listed.meetings = meetings[user.id]
            if let ticks = calendarTicks {
                listed.meetings?.isOverdue = StatusReport.isOverdue(user, calendars[user.id], ticks, now: now)
            }
            listed.meetings?.lastReading = calendars[user.id]?.lastRound
            if isExchangeRead, let trouble = troubles[CalendarCursor.lease(of: user.id)], user.isRead(now: now) {
                listed.meetings?.trouble = StatusReport.Trouble(
                    lease: CalendarCursor.lease(of: user.id), trouble: trouble, now: now)
            }
            if listed.refused > 0 { listed.refusedContacts = try await refusedContacts(of: user.id) }
            if user.isActive, let hold = vanished.hold(of: user) { listed.folderVanished(hold) }
            users.append(listed)
        }
        return StatusReport(
            time: now,
            isStarted: snapshot.isStarted,
            synchronizesContacts: snapshot.comParameters?.synchronizeContacts,
            contactPullInterval: snapshot.syncSettings?.contactPullInterval.description,
            nextContactPull: isOn
                ? snapshot.syncSettings.map { PullSchedule($0.contactPullInterval, in: zone).next(after: now) } : nil,
            lastContactPull: moments("pull/", of: "/contact"), lastComparison: moments("comparison/", of: "/contact"),
            synchronizesActivities: snapshot.comParameters?.synchronizeActivities,
            calendarPullInterval: snapshot.syncSettings?.calendarPullInterval.description,
            nextCalendarPull: calendarTicks?.next(after: now),
            lastCalendarPull: moments("pull/", of: "/activity"),
            users: users,
            groups: [
                group(ConsumerGroup.contactWorker, lags.records, due),
                group(ConsumerGroup.calendarWorker, lags.records, meetings.values.reduce(0) { $0 + $1.due }),
                group(ConsumerGroup.exchangeReader, lags.records, 0),
            ],
            leases: leases.map {
                StatusReport.Holder(lease: $0.lease.name, owner: $0.lease.owner, isExpired: $0.expires <= now)
            },
            openHolds: holds.count { $0.question == nil },
            lnTroubles: leases.filter { $0.expires > now }.compactMap { lease in
                troubles[lease.lease.name].map { StatusReport.Trouble(lease: lease.lease.name, trouble: $0, now: now) }
            },
            exchangeTrouble: isExchangeRead ? troubles[.exchangeReader] : nil,
            intakeTroubles: troubles.filter(\.key.isOfIntake).sorted { $0.key < $1.key }.map {
                StatusReport.Trouble(lease: $0.key, trouble: $0.value, now: now)
            },
            programs: programs,
            kafkaTrouble: lags.trouble)
    }

    private func group(_ group: String, _ lags: [String: Int64], _ due: Int) -> StatusReport.Group {
        let lag = lags[group]
        return StatusReport.Group(
            group: names.name(ofGroup: group), lag: lag, dueRows: due, backlog: lag.map { $0 + Int64(due) })
    }

    /// Records of the groups' topics that are not merged yet; none where the broker does not say, and why.
    private func lags(
        of groups: [String], _ consumer: (any RecordConsumer)?
    ) async -> (records: [String: Int64], trouble: String?) {
        guard let consumer else { return ([:], nil) }
        do {
            var lags: [String: Int64] = [:]
            for group in groups { lags[group] = try await lag(ofGroup: group, consumer) }
            return (lags, nil)
        } catch {
            return ([:], (error as? KafkaError)?.message ?? "\(error)")
        }
    }

    /// Records of the group's topics that are not merged yet.
    public func lag(ofGroup group: String, _ consumer: any RecordConsumer) async throws -> Int64 {
        let recorded = try await store.intakePositions(group: names.name(ofGroup: group))
        var lag: Int64 = 0
        for topic in Topic.all where topic.groups.contains(group) {
            let partitions = try await consumer.partitions(of: names.name(of: topic))
            for (partition, facts) in try await consumer.facts(of: partitions) {
                let position = recorded[IntakePartition(topic: partition.topic, partition: partition.partition)]
                lag += facts.unread(next: position?.next, of: position?.clusterID)
            }
        }
        return lag
    }
}

extension StatusReport.User {
    init(_ user: SyncUser, _ rows: RowCounts, now: Date) {
        let listing = UserListing(user, now: now)
        self.init(
            user: user.code, name: user.name, email: user.email, state: listing.standing.rawValue,
            reason: listing.quarantine, retry: listing.retry, baseline: user.isRunningBaseline ? listing.baseline : nil,
            settled: rows[.settled], due: rows[.due],
            held: rows[.held], refused: rows[.refused], resting: rows[.resting], oldestDue: rows.oldestDue,
            failing: rows.failing)
    }

    /// What was written is no longer where it was: it waits for the folder's hold with the rest, or stays away with it.
    fileprivate mutating func folderVanished(_ hold: Hold) {
        leftFolder = hold.leftFolder
        if leftFolder == nil { held += settled } else { refused += settled }
        settled = 0
    }
}

extension SyncUser {
    fileprivate var isRunningBaseline: Bool {
        guard isActive, case .running = baseline else { return false }
        return true
    }
}

import Administration
import Foundation
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What an installation is doing")
struct StatusTests {
    private let utc = TimeZone.gmt
    private static let live = TopicPartition("ln.contact-changes", 0)
    private static let backfill = TopicPartition("ln.contact-backfill", 1)

    private func records(_ user: SyncUser, _ count: Int64) throws -> [ConsumerRecord] {
        try (0..<count).map {
            try EventRecord.changed(ContactLinkID(user, "C\($0)"), $0, .named("Ann", "Lee"), offset: $0).record
        }
    }

    @Test("Of a new installation: stopped, nothing taken over, nothing waits")
    func new() async throws {
        let bed = try await AdministrationBed()
        let status = try await bed.administration.status(WrittenTopics(), zone: utc)
        #expect(!status.isStarted)
        #expect(status.synchronizesContacts == nil)
        #expect(status.contactPullInterval == nil)
        #expect(status.nextContactPull == nil)
        #expect(status.groups.map(\.lag) == [0, 0, 0])
        #expect(status.isIdle)
    }

    @Test("Users with their state, its reason, and their rows by state")
    func users() async throws {
        var (paused, quarantined) = (SyncUser("c"), SyncUser("d"))
        let bed = try await AdministrationBed([SyncUser("a"), SyncUser("b", isActive: false)])
        paused.isPaused = true
        let now = bed.time.now
        quarantined.quarantine = Quarantine(reason: "no licence", since: now, until: now + 900, attempts: 1)
        let first = SyncUser("e", baseline: .running(after: nil))
        #expect(try await bed.store.commit([.user(paused), .user(quarantined), .user(first)]) == .committed)
        for (number, state) in [RowStatus.State.settled, .due, .due, .held, .refused, .resting, .tombstone].enumerated()
        {
            try await bed.put(ContactLinkID(SyncUser("a"), "C\(number)")) { link in
                link.status.state = state
                if state == .due { link.status.due = now - Double(number) }
            }
        }
        let status = try await bed.administration.status(nil, zone: utc)
        #expect(status.users.map(\.user) == ["a", "b", "c", "d", "e"].map { LNUserCode($0) })
        #expect(status.users.map(\.state) == ["active", "inactive", "paused", "quarantined", "first sync"])
        #expect(status.users.map(\.reason) == [nil, nil, nil, "no licence", nil])
        let user = try #require(status.users.first)
        let counts: [Int] = [user.settled, user.due, user.held, user.refused, user.resting]
        #expect(counts == [1, 2, 1, 1, 1], "a tombstone is nobody's contact")
        #expect(user.oldestDue == now - 2)
        #expect(status.dueRows == 2)
    }

    @Test(
        "Beside the open hold of a vanished folder nothing of its mailbox is in step; another folder's hold says nothing of it"
    )
    func vanishedFolder() async throws {
        var user = SyncUser("a")
        user.mailbox = MailboxIdentity(contactsFolder: ItemID("contacts"), folder: ItemID("folder"))
        let bed = try await AdministrationBed([SyncUser("b")])
        #expect(try await bed.store.commit([.user(user)]) == .committed)
        for (number, state) in [RowStatus.State.settled, .settled, .held, .due].enumerated() {
            let now = bed.time.now
            try await bed.put(ContactLinkID(user, "C\(number)")) { link in
                link.status.state = state
                if state == .due { link.status.due = now }
            }
        }
        var hold = Hold(
            id: UUID(), kind: Hold.vanishedFolder, subject: user.id.description, keys: ["folder before"],
            detail: "gone",
            opened: bed.time.now)
        #expect(try await bed.store.commit([.hold(hold)]) == .committed)
        func counts() async throws -> [Int] {
            let user = try #require(try await bed.administration.status(nil, zone: utc).users.first)
            return [user.settled, user.held, user.due]
        }
        #expect(try await counts() == [2, 1, 1])

        hold = Hold(
            id: UUID(), kind: Hold.vanishedFolder, subject: user.id.description, keys: ["folder"], detail: "gone",
            opened: bed.time.now)
        #expect(try await bed.store.commit([.hold(hold)]) == .committed)
        #expect(try await counts() == [0, 3, 1])

        hold.state = .approved
        #expect(try await bed.store.commit([.hold(hold)]) == .committed)
        #expect(try await counts() == [2, 1, 1])
    }

    @Test(
        "Of a folder that was left away nothing is in step, whatever the rows know; it is said why, and what makes it again"
    )
    func leftFolder() async throws {
        var user = SyncUser("a")
        user.mailbox = MailboxIdentity(contactsFolder: ItemID("contacts"), folder: ItemID("folder"))
        let bed = try await AdministrationBed([user])
        for (number, state) in [RowStatus.State.settled, .settled, .refused].enumerated() {
            try await bed.put(ContactLinkID(user, "C\(number)")) { link in
                link.status.state = state
                link.item = .made(ItemID("item \(number)"), ETag("1"))
            }
        }
        let hold = Hold(
            id: UUID(), kind: Hold.vanishedFolder, subject: user.id.description, keys: ["folder"], detail: "gone",
            opened: bed.time.now)
        #expect(try await bed.store.commit([.hold(hold)]) == .committed)
        func row() async throws -> StatusReport.User {
            try #require(try await bed.administration.status(nil, zone: utc).users.first)
        }
        func state() async throws -> ItemExplanation.Mailbox? {
            try await bed.administration.explain("C0", Company(1300)).mailboxes.first
        }
        #expect(try await row().leftFolder == nil)
        #expect(try await state()?.state == "held: waits for a decision")

        let id = hold.id.uuidString.lowercased()
        _ = try await bed.administration.decide(id, .discarded)
        let left = try await row()
        let counts: [Int] = [left.settled, left.held, left.refused]
        #expect(counts == [0, 0, 3])
        #expect(left.leftFolder?.contains("smith decided to leave it so") == true)
        #expect(left.leftFolder?.contains("lnsync holds approve \(id)") == true)
        let explained = try #require(try await state())
        #expect(explained.state == "refused" && explained.reason == left.leftFolder && explained.waitsFor == nil)

        _ = try await bed.administration.decide(id, .approved)
        #expect(try await row().leftFolder == nil)
    }

    @Test("A quarantine whose time is over is none")
    func quarantineIsOver() async throws {
        var user = SyncUser("a")
        let bed = try await AdministrationBed([SyncUser("b")])
        user.quarantine = Quarantine(
            reason: "no licence", since: bed.time.now - 900, until: bed.time.now, attempts: 1)
        #expect(try await bed.store.commit([.user(user)]) == .committed)
        let status = try await bed.administration.status(nil, zone: utc)
        #expect(status.users.first?.state == "active")
        #expect(status.users.first?.reason == nil)
    }

    @Test("Backlog is records not merged yet and due rows; both at 0, and no first sync, is idle")
    func backlog() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        topics.write(try records(bed.anna, 5), to: Self.live)
        topics.write(try records(bed.bea, 2), to: Self.backfill)
        func record(_ partition: TopicPartition, from: IntakePosition?, _ next: Int64) async throws -> IntakePosition {
            let position = IntakePosition(next: next, clusterID: WrittenTopics.cluster, lastEventID: nil)
            let mutation = Mutation.intakePosition(
                group: "contact-worker", IntakePartition(topic: partition.topic, partition: partition.partition),
                from: from, to: position)
            #expect(try await bed.store.commit([mutation]) == .committed)
            return position
        }
        let position = try await record(Self.live, from: nil, 3)
        let id = ContactLinkID(bed.anna, "C1")
        try await bed.put(id) { link in
            link.status.state = .due
            link.status.due = bed.time.now
        }
        var status = try await bed.administration.status(topics, zone: utc)
        #expect(status.groups.map(\.group) == ["contact-worker", "calendar-worker", "exchange-producer"])
        #expect(status.groups.map(\.lag) == [4, 0, 0], "two of five, and both of a partition without a position")
        #expect(status.groups.map(\.dueRows) == [1, 0, 0])
        #expect(status.groups.map(\.backlog) == [5, 0, 0])
        #expect(!status.isIdle)
        _ = try await record(Self.live, from: position, 5)
        _ = try await record(Self.backfill, from: nil, 2)
        #expect(try await bed.administration.status(topics, zone: utc).isIdle == false, "the row is still due")
        var row = try #require(try await bed.store.contactLink(id))
        row.status.state = .settled
        row.status.due = nil
        #expect(try await bed.store.commit([.contactLink(row)]) == .committed)
        status = try await bed.administration.status(topics, zone: utc)
        #expect(status.groups.map(\.backlog) == [0, 0, 0])
        #expect(status.isIdle)
        #expect(try await bed.store.commit([.beginBaseline([bed.anna.id], check: false)]) == .committed)
        #expect(try await bed.administration.status(topics, zone: utc).isIdle == false, "a first sync is under way")
    }

    @Test("A position in another cluster's log says nothing: all of this one waits")
    func anotherLog() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        topics.write(try records(bed.anna, 5), to: Self.live)
        let mutation = Mutation.intakePosition(
            group: "contact-worker", IntakePartition(topic: Self.live.topic, partition: 0), from: nil,
            to: IntakePosition(next: 5, clusterID: "another", lastEventID: nil))
        #expect(try await bed.store.commit([mutation]) == .committed)
        #expect(try await bed.administration.status(topics, zone: utc).groups.map(\.lag) == [5, 0, 0])
    }

    @Test("Without an answer of the broker's the lag is unknown, and the installation not idle")
    func unknownLag() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        topics.stopAnswering()
        for consumer in [topics, nil] {
            let status = try await bed.administration.status(consumer, zone: utc)
            #expect(status.groups.map(\.lag) == [nil, nil, nil])
            #expect(status.groups.map(\.backlog) == [nil, nil, nil])
            #expect(!status.isIdle)
        }
    }

    @Test("The next pull is the clock's next tick, while contacts are synchronised")
    func nextPull() async throws {
        let bed = try await AdministrationBed()
        try await bed.takeOver()
        #expect(try await bed.administration.status(nil, zone: utc).nextContactPull == nil, "stopped")
        try await bed.administration.start()
        bed.time.advance(by: .seconds(20 * 60))
        let status = try await bed.administration.status(nil, zone: utc)
        #expect(status.contactPullInterval == "15 minutes")
        #expect(status.nextContactPull == bed.time.now + 10 * 60)
        try await bed.takeOver(contacts: false)
        #expect(try await bed.administration.status(nil, zone: utc).nextContactPull == nil)
    }

    @Test("Who holds which lease, and which were not renewed; holds that wait for a person")
    func leases() async throws {
        let bed = try await AdministrationBed()
        _ = try await bed.store.acquireLease(LeaseName("b"), owner: "one", for: .seconds(10))
        _ = try await bed.store.acquireLease(LeaseName("a"), owner: "two", for: .seconds(60))
        bed.time.advance(by: .seconds(10))
        let hold = Hold(
            id: UUID(), kind: "removals", subject: "1300", keys: ["C1"], detail: "many", opened: bed.time.now)
        #expect(try await bed.store.commit([.hold(hold)]) == .committed)
        let status = try await bed.administration.status(nil, zone: utc)
        #expect(status.leases.map(\.lease.rawValue) == ["a", "b"])
        #expect(status.leases.map(\.owner) == ["two", "one"])
        #expect(status.leases.map(\.isExpired) == [false, true])
        #expect(status.openHolds == 1)
    }
}

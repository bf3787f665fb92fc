import Administration
import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Where a pull that was asked for stands")
struct PullProgressTests {
    /// Started, taken over from LN, and readers at work.
    private func bedAtWork(_ users: [SyncUser] = []) async throws -> AdministrationBed {
        let bed = try await AdministrationBed(users)
        try await bed.takeOver(activities: true)
        try await bed.administration.start()
        for kind in ["contact", "activity"] {
            _ = try await bed.store.acquireLease(LeaseName("reader/1300/\(kind)"), owner: "reader-1", for: .seconds(13))
        }
        return bed
    }

    private func pass(_ bed: AdministrationBed, _ group: String, _ topic: String, _ from: Int64?, to next: Int64)
        async throws
    {
        func position(_ next: Int64) -> IntakePosition { IntakePosition(next: next, clusterID: "c", lastEventID: nil) }
        let move = Mutation.intakePosition(
            group: group, IntakePartition(topic: topic, partition: 0), from: from.map(position), to: position(next))
        #expect(try await bed.store.commit([move]) == .committed)
    }

    private func commit(_ bed: AdministrationBed, _ mutations: Mutation...) async throws {
        #expect(try await bed.store.commit(mutations) == .committed)
    }

    @Test("One of contacts has ended when its reader has recorded that the hint is done")
    func contacts() async throws {
        let bed = try await bedAtWork()
        var request = try await bed.administration.syncNow(Company(1300), full: false, bed.producer)
        #expect(try await !bed.administration.progress(of: &request).isOver)
        try await pass(bed, "reader/1300/contact", "ln.notifications", nil, to: 0)
        #expect(try await !bed.administration.progress(of: &request).isOver)
        try await pass(bed, "reader/1300/contact", "ln.notifications", 0, to: 1)
        #expect(try await bed.administration.progress(of: &request).isOver)
    }

    /// LN's side is read, and the mailboxes' hints are taken in.
    private func asked(_ bed: AdministrationBed, _ users: [SyncUser], number: Int64 = 1) async throws -> PullRequest {
        let request = try await bed.administration.syncNow(Company(1300), .calendars, full: false, bed.producer)
        try await pass(bed, "reader/1300/activity", "ln.notifications", nil, to: 1)
        try await pass(bed, "exchange-producer", "exchange.notifications", nil, to: Int64(bed.producer.records.count))
        for user in users {
            var wants = MailboxWants()
            wants.number = number
            try await commit(bed, try wants.mutation(of: user.id))
        }
        return request
    }

    private func read(_ bed: AdministrationBed, _ user: SyncUser, number: Int64 = 1) async throws {
        var cursor = CalendarCursor()
        cursor.hintsDone = number
        try await commit(bed, try cursor.mutation(of: user.id))
    }

    @Test(
        "One of calendars has ended when each mailbox is read, not when its hint is taken in; hints that follow are no part of it"
    )
    func calendars() async throws {
        let bed = try await bedAtWork()
        var request = try await asked(bed, [bed.anna, bed.bea], number: 7)
        try await read(bed, bed.bea, number: 7)
        let progress = try await bed.administration.progress(of: &request)
        #expect(progress.isLNRead && !progress.isOver && progress.obstacles == nil)
        #expect(progress.unread.map(\.user) == [bed.anna.code])
        var wants = MailboxWants()
        wants.number = 8
        try await commit(bed, try wants.mutation(of: bed.anna.id))
        try await read(bed, bed.anna, number: 7)
        #expect(try await bed.administration.progress(of: &request).isOver)
        #expect(try await bed.administration.progress(of: &request).unread.isEmpty)
    }

    @Test("A mailbox that can't be read is waited for, with the reason; read after all, it was none")
    func trouble() async throws {
        let bed = try await bedAtWork()
        var request = try await asked(bed, [bed.anna, bed.bea])
        try await read(bed, bed.bea)
        let trouble = ReadingTrouble(since: bed.time.now, text: "Graph answered 503", needsPerson: false)
        try await commit(bed, try ReadingTrouble.keep(trouble, of: CalendarCursor.lease(of: bed.anna.id)))
        let progress = try await bed.administration.progress(of: &request)
        #expect(!progress.isOver && progress.obstacles == "anna (anna@shop.example): Graph answered 503")
        try await read(bed, bed.anna)
        let end = try await bed.administration.progress(of: &request)
        #expect(end.isOver && end.unread.isEmpty && end.obstacles == nil)
    }

    @Test("Who is paused or left alone is not waited for, and is told with what to do")
    func leftAlone() async throws {
        var (anna, bea) = (SyncUser("anna"), SyncUser("bea"))
        anna.isPaused = true
        let carl = SyncUser("carl")
        let bed = try await AdministrationBed([anna, bea, carl])
        bea = try #require(try await bed.store.users().first { $0.code == bea.code })
        bea.quarantine = Quarantine(
            reason: "the mailbox is outside what the app may see", since: bed.time.now, until: bed.time.now + 900,
            attempts: 1)
        try await commit(bed, .user(bea))
        try await bed.takeOver(activities: true)
        try await bed.administration.start()
        _ = try await bed.store.acquireLease(LeaseName("reader/1300/activity"), owner: "reader-1", for: .seconds(13))
        var request = try await asked(bed, [anna, bea, carl])
        #expect(try await !bed.administration.progress(of: &request).isOver)
        try await read(bed, carl)
        let progress = try await bed.administration.progress(of: &request)
        #expect(progress.isOver)
        #expect(
            progress.obstacles == "anna (anna@shop.example): he is paused: lnsync resume anna; bea (bea@shop.example): "
                + "his mailbox is left alone: the mailbox is outside what the app may see. It is tried again at once by "
                + "lnsync resume bea")
    }

    @Test("Where the app registration is wrong, all mailboxes wait for that")
    func registration() async throws {
        let bed = try await bedAtWork()
        var request = try await asked(bed, [bed.anna, bed.bea])
        let trouble = ReadingTrouble(since: bed.time.now, text: "the secret has expired", needsPerson: true)
        try await commit(bed, try ReadingTrouble.keep(trouble, of: .exchangeReader))
        #expect(
            try await bed.administration.progress(of: &request).obstacles
                == "anna (anna@shop.example), bea (bea@shop.example): the secret has expired")
    }
}

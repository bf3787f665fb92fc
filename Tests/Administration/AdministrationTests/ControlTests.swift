import Administration
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Start, stop, and a pull now")
struct ControlTests {
    private func isStarted(_ bed: AdministrationBed) async throws -> Bool {
        StoreSnapshot(settings: try await bed.store.settings()).isStarted
    }

    @Test("A new installation is stopped; start and stop say whether they changed anything, and are journalled once")
    func startStop() async throws {
        let bed = try await AdministrationBed()
        #expect(try await isStarted(bed) == false)
        #expect(try await bed.administration.stop() == false)
        #expect(try await bed.administration.start())
        #expect(try await isStarted(bed))
        #expect(try await bed.administration.start() == false)
        #expect(try await bed.administration.stop())
        #expect(try await isStarted(bed) == false)
        let entries = try await bed.journal()
        #expect(entries.map(\.action) == ["stopped", "started"])
        #expect(entries.allSatisfy { $0.rule == "SET-3" && $0.item == "control" && $0.detail.contains("smith") })
        #expect(try await bed.store.settings()[.control]?.changedBy == "smith")
    }

    @Test("What was taken over from LN is shown once it has been read")
    func takenOver() async throws {
        let bed = try await AdministrationBed([SyncUser("anna"), SyncUser("bea"), SyncUser("carl", isActive: false)])
        #expect(try await bed.administration.takenOver() == nil)
        try await bed.takeOver()
        let taken = try #require(try await bed.administration.takenOver())
        #expect(taken.activeUsers == 2)
        #expect(taken.inactiveUsers == 1)
        #expect(taken.parameters.synchronizeContacts)
        #expect(taken.settings.contactPullInterval.description == "15 minutes")
    }

    /// Started, taken over from LN, and a reader at work.
    private func bedAtWork(prefix: String = "") async throws -> AdministrationBed {
        let bed = try await AdministrationBed(prefix: prefix)
        try await bed.takeOver()
        try await bed.administration.start()
        _ = try await bed.store.acquireLease(LeaseName("reader/1300/contact"), owner: "reader-1", for: .seconds(13))
        return bed
    }

    @Test("A pull now is a hint to the reader of that company", arguments: [true, false])
    func syncNow(isFull: Bool) async throws {
        let bed = try await bedAtWork(prefix: "acme.")
        try await bed.administration.syncNow(Company(1300), full: isFull, bed.producer)
        #expect(bed.producer.records.map(\.topic) == ["acme.ln.notifications"])
        #expect(
            try bed.hints() == [Hint(company: Company(1300), action: isFull ? .fullPull : .pull, by: "smith")])
    }

    @Test("A full pull of calendars tries refused meetings again, another leaves them", arguments: [true, false])
    func refusedMeetings(isFull: Bool) async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let bed = calendar.bed
        _ = try await bed.store.acquireLease(LeaseName("reader/1300/activity"), owner: "reader-1", for: .seconds(13))
        let row = calendar.event(1, calendar.content("Visit")) { row in
            row.status.state = .refused
            row.status.reason = "no employee has the e-mail address anna@shop.example"
        }
        try await calendar.put(row)
        try await bed.administration.syncNow(Company(1300), .calendars, full: isFull, bed.producer)
        let now = try await calendar.meeting(row)
        #expect(now.status.state == (isFull ? .due : .refused) && (now.status.reason == nil) == isFull)
    }

    @Test("A hint that the broker did not take is an error")
    func unwritable() async throws {
        let bed = try await bedAtWork()
        bed.producer.setWritable(false)
        await #expect(throws: KafkaError.self) {
            try await bed.administration.syncNow(Company(1300), full: false, bed.producer)
        }
    }

    @Test("Where nobody would pull, nothing is asked for, and it is said why")
    func obstacles() async throws {
        let bed = try await AdministrationBed()
        func expect(_ text: String, _ company: Int = 1300) async throws {
            let error = await #expect(throws: AdministrationError.self) {
                try await bed.administration.syncNow(Company(company), full: false, bed.producer)
            }
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        }
        try await expect("synchronisation is stopped")
        try await bed.administration.start()
        try await expect("none was started with this store yet")
        let lease = try await bed.store.acquireLease(
            LeaseName("reader/1300/contact"), owner: "reader-1", for: .seconds(13))
        try await expect("company 1300 is read (LNSYNC_LN_COMPANY, --company)", 7)
        try await expect("were not read from LN yet")
        try await bed.takeOver(contacts: false)
        try await expect("Synchronize Contacts is off in COM Parameters (tccom0000s000)")
        try await bed.takeOver()
        try await bed.store.releaseLease(#require(lease))
        try await expect("reader-1 read LN until it ended. Start ln-producer")
        #expect(bed.producer.records.isEmpty)
    }
}

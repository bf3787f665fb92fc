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

    @Test("A pull now is a hint to the reader of that company", arguments: [true, false])
    func syncNow(isFull: Bool) async throws {
        let bed = try await AdministrationBed(prefix: "acme.")
        try await bed.administration.syncNow(Company(1300), full: isFull, bed.producer)
        #expect(bed.producer.records.map(\.topic) == ["acme.ln.notifications"])
        #expect(
            try bed.hints() == [Hint(company: Company(1300), action: isFull ? .fullPull : .pull, by: "smith")])
    }

    @Test("A hint that the broker did not take is an error")
    func unwritable() async throws {
        let bed = try await AdministrationBed()
        bed.producer.setWritable(false)
        await #expect(throws: KafkaError.self) {
            try await bed.administration.syncNow(Company(1300), full: false, bed.producer)
        }
    }
}

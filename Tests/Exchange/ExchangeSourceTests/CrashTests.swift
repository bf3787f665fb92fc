import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import Runtime
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import ExchangeSource

@Suite("Crashes, lost leases, several readers")
struct CrashTests {
    let anna = SyncUser("anna")

    @Test(
        "Killed between acknowledgement and cursor: the page's records come again with a newer read, and nothing is lost"
    )
    func killed() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
        }
        let before = try #require(try await bed.cursor(of: anna)?.link)
        // The cursor's commits fail from now on.
        bed.store.beforeCommit { mutations throws(StoreError) in
            let isCursor = mutations.contains { mutation in
                if case .cursor(let name, _) = mutation { name == CalendarCursor.name(of: anna.id) } else { false }
            }
            if isCursor { throw StoreError(.unavailable, "killed") }
        }
        try await bed.reading {
            try bed.change(item, of: anna, #"{"subject":"Changed"}"#)
            try await bed.hint(anna)
            try await bed.eventually("it is sent") { try bed.subjects(anna).contains("Changed") }
        }
        #expect(try await bed.cursor(of: anna)?.link == before)
        bed.store.beforeCommit(nil)
        let first = try #require(try bed.sent(anna).map(\.sequence).max())
        try await bed.reading("reader-2") {
            try await bed.hintsDone()
            let again = try bed.sent(anna).filter { $0.sequence > first }
            #expect(again.map(\.subject) == ["Changed"])
            #expect(again.allSatisfy { $0.sequence.epoch > first.epoch })
            #expect(try await bed.cursor(of: anna)?.link != before)
        }
    }

    @Test("Acknowledgements that are lost keep the cursor where it was")
    func lostAcknowledgements() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            let before = try #require(try await bed.cursor(of: anna)?.link)
            bed.kafka.loseAcknowledgements(3)
            try bed.change(item, of: anna, #"{"subject":"Changed"}"#)
            try await bed.pull(anna)
            #expect(try bed.subjects(anna).count { $0 == "Changed" } == 4)
            #expect(try await bed.cursor(of: anna)?.link != before)
        }
    }

    @Test("Who has lost the lease in a page without knowing moves no cursor; its successor reads the page")
    func leaseLost() async throws {
        let bed = try await CalendarBed([anna])
        try bed.make("Visit", of: anna)
        let isTaken = Shared(false)
        bed.transport.before { request in
            guard request.path.contains("calendarView/delta"), !isTaken.value else { return }
            isTaken.update { $0 = true }
            // It hung for longer than the lease lasts.
            bed.time.pass(.seconds(61))
            _ = try? await bed.store.acquireLease(
                CalendarCursor.lease(of: anna.id), owner: "reader-2", for: .seconds(600))
        }
        try await bed.reading {
            try await bed.eventually("it was taken") { isTaken.value }
            try await bed.eventually("the loss is noticed") { bed.log.lines.contains { $0.contains("lease is lost") } }
            #expect(try await bed.cursor(of: anna)?.link == nil)
        }
        // The stranger lets it go.
        bed.time.pass(.seconds(601))
        try await bed.reading("reader-3") {
            try await bed.baselines()
            #expect(try bed.subjects(anna).contains("Visit"))
        }
    }

    @Test("A first round that was cut off begins again, and ends with all of it")
    func cutOff() async throws {
        let bed = try await CalendarBed([anna])
        for number in 0..<120 { try bed.make("Visit \(number)", of: anna, inDays: 1 + number) }
        try await bed.reading {
            try await bed.eventually("a page is sent") { try bed.sent(anna).count >= 50 }
        }
        try await bed.reading("reader-2") {
            try await bed.baselines()
            #expect(Set(try bed.subjects(anna)).count == 120)
        }
    }

    @Test("Two readers share the mailboxes: each is read once, and both take part")
    func shared() async throws {
        let users = (1...20).map { SyncUser("user\($0)") }
        let bed = try await CalendarBed(users)
        for user in users { for number in 1...3 { try bed.make("Visit \(number)", of: user, inDays: number) } }
        try await bed.reading("reader-1", partitions: [0, 1], { $0.parallel = 2 }) {
            try await bed.reading("reader-2", partitions: [2, 3], { $0.parallel = 2 }) {
                try await bed.baselines()
                #expect(try bed.kafka.sent.count == 60)
                let owners = try await bed.store.leases().filter { $0.lease.name.rawValue.hasPrefix("reader/mailbox/") }
                #expect(Set(owners.map(\.lease.owner)) == ["reader-1", "reader-2"])
                #expect(owners.count == 20)
            }
        }
    }

    @Test("A reader that is gone in the middle of a round is followed by another, once its lease has ended")
    func takeover() async throws {
        let bed = try await CalendarBed([anna])
        try bed.make("Visit", of: anna)
        // Dead: it holds the lease and does nothing any more.
        _ = try await bed.store.acquireLease(CalendarCursor.lease(of: anna.id), owner: "reader-1", for: .seconds(13))
        try await bed.reading("reader-2") {
            try await bed.eventually("it waits for the lease") {
                bed.transport.requests.isEmpty && !bed.log.lines.isEmpty
            }
            bed.time.pass(.seconds(14))
            try await bed.baselines()
            #expect(try bed.subjects(anna) == ["Visit"])
        }
    }
}

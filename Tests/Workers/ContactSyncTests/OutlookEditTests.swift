import ExchangeGraph
import Foundation
import Kafka
import KafkaWorker
import Runtime
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@testable import ContactSync

@Suite("Edits in Outlook are found where the policy wants to know of them before LN changes the contact (CON-4)")
struct OutlookEditTests {
    private let anna = SyncUser("anna")
    private var edited: ContactLinkID { ContactLinkID(anna, "C1") }
    private var other: ContactLinkID { ContactLinkID(anna, "C2") }

    /// Two contacts in the mailbox, one of which the user edits; then the look, and what it asked of LN's reader.
    private func look(_ bed: SyncBed, _ policy: OutlookEditPolicy) async throws -> [Hint] {
        for id in [edited, other] {
            try await bed.ln(id, .named("Ann", "\(id.contact)"))
            try await bed.row(id, .settled)
        }
        try bed.outlook(anna).edit(try #require(try await bed.row(edited, .settled).item.id), ["displayName": "Annie"])
        try await bed.set(policy)
        let hints = KeptRecords()
        await bed.edits(hints).look()
        return try hints.records.map { try EventData.decode(Hint.self, from: Data($0.value ?? [])) }
    }

    @Test(
        "The edited contact alone is asked for, then put back, or left and reported",
        arguments: [OutlookEditPolicy.atOnce, .report])
    func found(_ policy: OutlookEditPolicy) async throws {
        try await SyncBed.run(anna) { bed in
            let hints = try await look(bed, policy)
            #expect(hints.map(\.action) == [.contacts] && hints.first?.contacts == [edited.contact])
            #expect(hints.first?.users == [anna.id] && hints.first?.company == edited.company)
            #expect(try await bed.row(edited, .settled).status.check)
            let untouched = try await bed.row(other, .settled)
            #expect(!untouched.status.check)
            // What the reader sends.
            try await bed.ln(edited, .named("Ann", "C1"))
            try await bed.row(edited) { !$0.status.check && $0.status.state == .settled }
            let names = Set(try bed.outlook(anna).items().map(\.displayName))
            #expect(names == (policy == .atOnce ? ["Ann C1", "Ann C2"] : ["Annie", "Ann C2"]))
            #expect(try await bed.journal(edited).last == (policy == .atOnce ? "CON-4 updated" : "CON-4 reported"))
        }
    }

    @Test("By the standard policy an edit is left until LN changes the contact")
    func standard() async throws {
        try await SyncBed.run(anna) { bed in
            let hints = try await look(bed, .standard)
            #expect(hints.isEmpty)
            let row = try await bed.row(edited, .settled)
            #expect(!row.status.check)
        }
    }
}

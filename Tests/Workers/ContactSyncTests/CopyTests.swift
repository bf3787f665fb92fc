import Foundation
import HTTPTypes
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@testable import ContactSync

@Suite("A copy of a contact that a user made in our folder does not stay (CON-7)")
struct CopyTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }

    @Test("A replay leaves the one that the row names; the copy goes to Deleted Items, with a line in the journal")
    func reapply() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).copy(made)
            #expect(try bed.outlook(anna).items().count == 2)
            try await bed.commit([.checkContactLinks([id])])
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id) { $0.status.state == .settled && !$0.status.check }
            #expect(try bed.outlook(anna).items().map(\.id) == [made.rawValue])
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-7 removed"])
        }
    }

    @Test("A copy beside the original is found without a change in LN, once a day; the one that the row names stays")
    func found() async throws {
        try await SyncBed.run(anna) { bed in
            let other = ContactLinkID(anna, "C2")
            for id in [id, other] {
                try await bed.ln(id, .named("Ann", "Lee"))
                try await bed.row(id, .settled)
            }
            let (hints, made) = (KeptRecords(), try #require(try await bed.row(id, .settled).item.id))
            let looks = bed.edits(hints)
            await looks.look()
            #expect(hints.records.isEmpty)
            let kept = Set(try bed.outlook(anna).items().map(\.id))
            try bed.outlook(anna).copy(made)

            let read = bed.requests(.get).count
            await looks.look()
            #expect(bed.requests(.get).count == read, "not twice a day")
            await bed.advance(by: .seconds(86400))
            await looks.look()
            #expect(bed.requests(.get).count == read + 2, "the folder itself, and what it has")
            let asked = try hints.records.map { try EventData.decode(Hint.self, from: Data($0.value ?? [])) }
            #expect(asked.map(\.contacts) == [[id.contact]])

            // What the reader sends.
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id) { $0.status.state == .settled && !$0.status.check }
            #expect(Set(try bed.outlook(anna).items().map(\.id)) == kept)
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-7 removed"])
            await bed.advance(by: .seconds(86400))
            await looks.look()
            #expect(hints.records.count == 1)
        }
    }

    @Test(
        "Where the original is gone, and whether or not that was noticed, the copy takes its place without a change in LN",
        arguments: [true, false])
    func foundAlone(isNoticed: Bool) async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            if !isNoticed { try bed.outlook(anna).copy(made) }
            try bed.outlook(anna).deleteForGood(made)
            if isNoticed {
                try await bed.ln(id, .named("Ann", "Brown"))
                try await bed.row(id, .refused)
                try bed.outlook(anna).makeItem("Ann Lee", link: id.propertyValue)
            }
            let hints = KeptRecords()
            await bed.edits(hints).look()
            #expect(hints.records.count == 1)
            try await bed.ln(id, .named("Ann", "Brown"))
            let copy = try #require(try bed.outlook(anna).items().first)
            #expect(try await bed.row(id, .settled).item.id == ItemID(copy.id))
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Ann Brown"])
        }
    }

    @Test("A removal takes both")
    func removal() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try bed.outlook(anna).copy(try #require(try await bed.row(id, .settled).item.id))
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            #expect(try bed.outlook(anna).items().isEmpty)
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-7 removed", "CON-5 removed"])
        }
    }

    @Test("A copy that a first sync's listing shows is not deleted a second time, which would end it for good")
    func staleListing() async throws {
        let bea = SyncUser("bea", baseline: .running(after: nil))
        try await SyncBed.run(bea) { bed in
            let id = ContactLinkID(bea, "C1")
            try bed.outlook(bea).makeFolder()
            let first = try bed.outlook(bea).makeItem("First", link: "1300/C1")
            bed.time.advance(by: .seconds(1))
            let copy = try bed.outlook(bea).makeItem("Copy", link: "1300/C1")
            // The copy is deleted; then the comparison fails, and the row is settled again.
            bed.transport.beforeNext(where: { $0.method == .get && $0.path.contains("/contacts/") }) { [bea] _ in
                #expect(throws: Never.self) {
                    try bed.outlook(bea).fault(["kind": "status", "status": 500, "code": "Oops"])
                }
            }
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id) { $0.status.attempts == 1 }
            await bed.advance(by: .seconds(2))
            try await bed.row(id, .settled)
            #expect(bed.requests(.delete).count == 1)
            #expect(try bed.outlook(bea).item(ItemID(copy.id)) != nil)
            #expect(try bed.outlook(bea).items().map(\.id) == [first.id])
        }
    }

    @Test(
        "Where the user copied the contact and took the original away, the copy takes its place and gets LN's changes",
        arguments: ["deleted", "deleted for good", "moved"])
    func copyAdopted(_ how: String) async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).copy(made)
            let copy = try #require(try bed.outlook(anna).items().map(\.id).first { $0 != made.rawValue })
            try bed.outlook(anna).takeAway(made, how)
            try await bed.ln(id, .named("Ann", "Brown"))
            #expect(try await bed.row(id, .settled).item.id == ItemID(copy))
            let items = try bed.outlook(anna).items()
            #expect(items.map(\.id) == [copy] && items.first?.displayName == "Ann Brown")
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-4 updated"])
        }
    }

    @Test("Of several copies whose original is gone the oldest takes its place")
    func oldestAdopted() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            bed.time.advance(by: .seconds(1))
            try bed.outlook(anna).copy(made)
            let oldest = try #require(try bed.outlook(anna).items().map(\.id).first { $0 != made.rawValue })
            bed.time.advance(by: .seconds(1))
            try bed.outlook(anna).copy(made)
            try bed.outlook(anna).deleteForGood(made)
            try await bed.ln(id, .named("Ann", "Brown"))
            try await bed.row(id, .settled)
            let items = try bed.outlook(anna).items()
            #expect(items.map(\.id) == [oldest] && items.first?.displayName == "Ann Brown")
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-7 removed", "CON-4 updated"])
        }
    }

    @Test("A removal takes the copy too where the original is known to be gone")
    func copyRemoved() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).deleteForGood(made)
            try await bed.ln(id, .named("Ann", "Brown"))
            try await bed.row(id, .refused)
            try bed.outlook(anna).makeItem("Ann Lee", link: id.propertyValue)
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            #expect(try bed.outlook(anna).items().isEmpty)
        }
    }

    @Test("What the user put back into our folder gets LN's changes again")
    func putBack() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            let folder = try #require(try bed.outlook(anna).folders().first)
            try bed.outlook(anna).move(made, to: "deletedItems")
            try await bed.ln(id, .named("Ann", "Brown"))
            try await bed.row(id, .refused)
            try bed.outlook(anna).move(made, to: folder)
            try await bed.ln(id, .named("Ann", "Green"))
            #expect(try await bed.row(id, .settled).item.id == made)
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Ann Green"])
        }
    }

    @Test("What a listing does not show yet is not taken for deleted by the user")
    func madeSinceListing() async throws {
        let bea = SyncUser("bea", baseline: .running(after: nil))
        try await SyncBed.run(bea) { bed in
            let id = ContactLinkID(bea, "C1")
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try await bed.commit([.checkContactLinks([id])])
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id) { !$0.status.check && $0.status.state != .due }
            #expect(row.status.state == .settled && row.item.id == made)
        }
    }
}

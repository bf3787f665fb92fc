import Foundation
import HTTPTypes
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("An item is found before one is made, and there is one of each (CON-7)")
struct LinkTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }

    private func listings(_ bed: SyncBed, filtered: Bool) -> Int {
        bed.requests(.get).count { $0.path.hasSuffix("/contacts") && $0.target.contains("$filter=") == filtered }
    }

    @Test("An item that a restored store does not know of is found, compared and kept")
    func found() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try await bed.change(id) { row in
                row.item = .none
                row.settled = nil
            }
            let writes = bed.writes
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id) { $0.status.state == .settled && $0.observed == nil && $0.settled != nil }
            #expect(row.item.id == made)
            #expect(!row.status.check)
            #expect(bed.writes == writes)
            #expect(try bed.outlook(anna).items().count == 1)
        }
    }

    @Test("A contact whose code differs by case alone is another one")
    func codesOfAnotherCase() async throws {
        try await SyncBed.run(anna) { bed in
            let other = ContactLinkID(anna, "c1")
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            try await bed.ln(other, .named("Bo", "Ek"))
            try await bed.row(other, .settled)
            #expect(Set(try bed.outlook(anna).items().map(\.displayName)) == ["Ann Lee", "Bo Ek"])
        }
    }

    @Test("Of two items for one contact the older stays where the row names none")
    func twoFound() async throws {
        try await SyncBed.run(anna) { bed in
            try bed.outlook(anna).makeFolder()
            let older = try bed.outlook(anna).makeItem("Older", link: "1300/C1")
            bed.time.advance(by: .seconds(60))
            let newer = try bed.outlook(anna).makeItem("Newer", link: "1300/C1")
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id, .settled)
            #expect(row.item.id?.rawValue == older.id)
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Ann Lee"])
            #expect(try bed.outlook(anna).item(ItemID(newer.id)) != nil, "in Deleted Items, not gone for good")
        }
    }

    @Test("Of two items for one contact the one that the row names stays")
    func oneNamed() async throws {
        try await SyncBed.run(anna) { bed in
            try bed.outlook(anna).makeFolder()
            try bed.outlook(anna).makeItem("Older", link: "1300/C1")
            bed.time.advance(by: .seconds(60))
            let named = try bed.outlook(anna).makeItem("Named", link: "1300/C1")
            await bed.pauseSettling()
            try await bed.ln(id, .named("Ann", "Lee"))
            // A delete of unknown outcome: the row names the item, and the folder is searched.
            try await bed.change(id) { row in
                row.item = .made(ItemID(named.id), ETag("old"))
                row.status.intent = Intent(
                    action: .delete, owner: "worker-0", key: "k", deadline: bed.time.now.addingTimeInterval(-1))
            }
            bed.resumeSettling()
            let row = try await bed.row(id, .settled)
            #expect(row.item.id?.rawValue == named.id)
            #expect(try bed.outlook(anna).items().map(\.id) == [named.id])
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Ann Lee"])
        }
    }

    @Test("A create whose answer was lost is waited out; then exactly one item is there", arguments: [true, false])
    func lostCreate(isMade: Bool) async throws {
        try await SyncBed.run(anna) { bed in
            try bed.outlook(anna).makeFolder()
            await bed.pauseSettling()
            try await bed.ln(id, .named("Ann", "Lee"))
            bed.transport.beforeNext(where: { $0.method == .post && $0.path.hasSuffix("/contacts") }) { [anna] _ in
                #expect(throws: Never.self) {
                    try bed.outlook(anna).fault(
                        isMade ? ["kind": "lostAnswer"] : ["kind": "status", "status": 500, "code": "Oops"])
                }
            }
            bed.resumeSettling()
            let row = try await bed.row(id) { $0.status.intent != nil && $0.status.attempts > 0 }
            #expect(row.status.state == .due)
            let deadline = try #require(row.status.intent?.deadline)
            #expect(row.status.due == deadline)
            #expect(deadline == bed.time.now.addingTimeInterval(60))
            #expect(try bed.outlook(anna).items().count == (isMade ? 1 : 0))
            // What LN shows meanwhile waits too.
            let requests = bed.transport.requests.count
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id) { $0.status.sequence.counter == 2 && $0.status.due == deadline }
            #expect(bed.transport.requests.count == requests, "nothing is asked before the deadline")
            await bed.advance(by: .seconds(60))
            try await bed.row(id, .settled)
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne Lee"])
            #expect(bed.requests(.post).filter { $0.path.hasSuffix("/contacts") }.count == (isMade ? 1 : 2))
        }
    }

    @Test("A create that a dead process may have begun is waited out, then looked for")
    func deadProcess() async throws {
        try await SyncBed.run(anna) { bed in
            try bed.outlook(anna).makeFolder()
            let item = try bed.outlook(anna).makeItem("Ann Lee", link: "1300/C1")
            await bed.pauseSettling()
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.change(id) { row in
                row.status.intent = Intent(
                    action: .create, owner: "worker-0", key: "k", deadline: bed.time.now.addingTimeInterval(30))
            }
            bed.resumeSettling()
            let waiting = try await bed.row(id) { $0.status.due == bed.time.now.addingTimeInterval(30) }
            #expect(waiting.status.intent?.owner == "worker-0")
            #expect(bed.transport.requests.isEmpty)
            await bed.advance(by: .seconds(30))
            let row = try await bed.row(id, .settled)
            #expect(row.item.id?.rawValue == item.id)
            #expect(row.status.intent == nil)
            #expect(try bed.outlook(anna).items().count == 1)
        }
    }

    @Test("A removal whose answer was lost is looked for after its deadline, not repeated blindly")
    func lostRemoval() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).fault(["kind": "lostAnswer", "method": "DELETE"])
            try await bed.ln(removes: id)
            try await bed.row(id) { $0.status.intent != nil && $0.status.attempts > 0 }
            await bed.advance(by: .seconds(60))
            try await bed.row(id, .tombstone)
            #expect(try bed.outlook(anna).items().isEmpty)
            #expect(try bed.outlook(anna).item(made) != nil, "a second delete would have ended it for good")
            #expect(bed.requests(.delete).count == 1)
        }
    }

    @Test("A first sync lists the folder once, and links what is there")
    func firstSync() async throws {
        let bea = SyncUser("bea", baseline: .running(after: nil))
        try await SyncBed.run(bea) { bed in
            try bed.outlook(bea).makeFolder()
            let there = try bed.outlook(bea).makeItem("Old", link: "1300/C3")
            let ids = (1...5).map { ContactLinkID(bea, "C\($0)") }
            for id in ids { try await bed.ln(id, .named("Ann", "\(id.contact)")) }
            for id in ids { try await bed.row(id, .settled) }
            #expect(try await bed.row(ids[2], .settled).item.id?.rawValue == there.id)
            #expect(try bed.outlook(bea).items().count == 5)
            #expect(listings(bed, filtered: false) == 1)
            #expect(listings(bed, filtered: true) == 0)
        }
    }

    @Test(
        "What left the scope and came back before anybody wrote it is found, not made a second time, though a listing is older"
    )
    func offAndOn() async throws {
        let bea = SyncUser("bea", baseline: .running(after: nil))
        try await SyncBed.run(bea) { bed in
            let id = ContactLinkID(bea, "C1")
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            await bed.pauseSettling()
            try await bed.ln(removes: id)
            try await bed.ln(id, .named("Annie", "Lee"))
            bed.resumeSettling()
            let row = try await bed.row(id) { $0.status.generation == 2 && $0.status.state == .settled }
            #expect(row.item.id == made)
            #expect(try bed.outlook(bea).items().map(\.displayName) == ["Annie Lee"])
        }
    }

    @Test(
        "What was removed during a first sync is made again, not taken for deleted by the user",
        arguments: ["removed", "removed, then Exchange fails", "deleted by the user"])
    func removedDuringFirstSync(_ how: String) async throws {
        let bea = SyncUser("bea", baseline: .running(after: nil))
        try await SyncBed.run(bea) { bed in
            try bed.outlook(bea).makeFolder()
            try bed.outlook(bea).makeItem("Old", link: "1300/C1")
            let id = ContactLinkID(bea, "C1")
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            if how == "deleted by the user" {
                try bed.outlook(bea).deleteForGood(made)
                try await bed.ln(id, .named("Anne", "Lee"))
                try await bed.row(id, .refused)
            }
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            if how == "removed, then Exchange fails" {
                try bed.outlook(bea).fault(["kind": "status", "method": "GET", "status": 503])
                try await bed.ln(id, .named("Annie", "Lee"))
                try await bed.row(id) { $0.status.attempts > 0 }
                await bed.advance(by: .seconds(60))
            } else {
                try await bed.ln(id, .named("Annie", "Lee"))
            }
            let row = try await bed.row(id) { $0.status.generation == 2 && $0.status.state != .due }
            #expect(row.status.state == .settled)
            #expect(try bed.outlook(bea).items().map(\.displayName) == ["Annie Lee"])
        }
    }
}

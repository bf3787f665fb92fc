import ExchangeClient
import Foundation
import HTTPTypes
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A contact's state in LN is made and kept in the mailbox (CON-1 to CON-4)")
struct WriteTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }

    @Test("A new contact is made in the folder of our own, with our property; the journal says by which rule")
    func create() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id, .settled)
            let items = try bed.outlook(anna).items()
            #expect(items.map(\.displayName) == ["Ann Lee"])
            #expect(items.map(\.link) == ["1300/C1"])
            #expect(row.item.id?.rawValue == items.first?.id)
            #expect(row.settled == (try ContentHash(of: .named("Ann", "Lee"))))
            #expect(row.observed == nil)
            #expect(row.status.intent == nil)
            #expect(row.status.due == nil)
            #expect(try await bed.journal(id) == ["CON-1 created"])
        }
    }

    @Test("The folder is made once and remembered for the mailbox; a folder of that name that is there is used")
    func folder() async throws {
        let bea = SyncUser("bea")
        try await SyncBed.run(anna, bea) { bed in
            try bed.outlook(bea).makeFolder("infor ln")
            let ids = [id, ContactLinkID(anna, "C2"), ContactLinkID(bea, "C1"), ContactLinkID(bea, "C2")]
            for id in ids { try await bed.ln(id, .named("Ann", "Lee")) }
            for id in ids { try await bed.row(id, .settled) }
            #expect(try bed.outlook(anna).folders().count == 1)
            #expect(try bed.outlook(bea).folders().isEmpty)
            let folder = try #require(try bed.outlook(bea).folders("infor ln").first)
            #expect(try bed.outlook(bea).items(in: folder).count == 2)
            #expect(try await bed.user(bea).mailbox?.folder.rawValue == folder)
            let looks = bed.requests(.get).filter { $0.path.hasSuffix("/contactFolders") }
            #expect(looks.count == 2, "one look for each mailbox")
        }
    }

    @Test("Private contacts are never touched")
    func privateContacts() async throws {
        try await SyncBed.run(anna) { bed in
            let kept = try bed.outlook(anna).makePrivateContact("Ann Lee")
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            #expect(try bed.outlook(anna).item(ItemID(kept.id)) == kept)
        }
    }

    @Test("A change is written whole, if the item still has the etag we know")
    func update() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try await bed.row(id, .settled)
            try await bed.ln(id, .named("Anne", "Lee"))
            let row = try await bed.row(id) { $0.status.state == .settled && $0.item != made.item }
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne Lee"])
            #expect(row.item.id == made.item.id)
            let patch = try #require(bed.requests(.patch).first)
            guard case .made(_, let etag) = made.item else { throw Failed() }
            #expect(patch.headerFields["If-Match"] == etag.rawValue)
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-4 updated"])
        }
    }

    @Test("What was edited in Outlook is overwritten at LN's next change, fields that we don't map stay")
    func editedInOutlook() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).edit(made, ["givenName": "Annie", "spouseName": "Bo", "displayName": "Annie Lee"])
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id) { $0.settled == (try? ContentHash(of: .named("Anne", "Lee"))) }
            let response = try #require(bed.transport.requests.last { $0.method == .patch })
            #expect(!String(decoding: response.body, as: UTF8.self).contains("spouseName"))
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne Lee"])
        }
    }

    @Test("A duplicate, or a state equal to what is settled, writes nothing")
    func nothingToWrite() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            let (writes, requests) = (bed.writes, bed.transport.requests.count)
            try await bed.ln(id, .named("Ann", "Lee"))
            // There and back before it was settled: the row is due, with nothing to write.
            await bed.pauseSettling()
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.ln(id, .named("Ann", "Lee"))
            bed.resumeSettling()
            let row = try await bed.row(id) { $0.status.state == .settled && $0.observed == nil }
            #expect(row.status.sequence == ReadSequence(epoch: 1, counter: 4))
            #expect(bed.writes == writes)
            #expect(bed.transport.requests.count == requests, "nor is anything read")
            #expect(try await bed.journal(id) == ["CON-1 created"])
        }
    }

    @Test("Where only the etag has changed, the item is written once more")
    func etagAlone() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try await bed.row(id, .settled)
            try bed.outlook(anna).touch(try #require(made.item.id))
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id) { $0.status.state == .settled && $0.item != made.item }
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne Lee"])
            #expect(bed.requests(.patch).count == 2)
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-4 updated"])
        }
    }

    @Test("Where the row has changed as well, it is planned anew, and the older state is not written")
    func rowChanged() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try await bed.row(id, .settled)
            try bed.outlook(anna).touch(try #require(made.item.id))
            let patched = Shared(false)
            bed.transport.beforeNext(where: { request in
                if request.method == .patch { patched.update { $0 = true } }
                return request.method == .get && patched.value
            }) { [id] _ in
                // While the etag is read, LN shows something newer.
                await #expect(throws: Never.self) { try await bed.ln(id, .named("Newest", "Lee")) }
            }
            try await bed.ln(id, .named("Older", "Lee"))
            try await bed.row(id) { $0.settled == (try? ContentHash(of: .named("Newest", "Lee"))) }
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Newest Lee"])
            let older = bed.requests(.patch).filter { String(decoding: $0.body, as: UTF8.self).contains("Older") }
            #expect(older.count == 1, "only the one that was refused")
        }
    }

    @Test("A row that is to be checked is read, and only a difference written", arguments: [false, true])
    func check(isDifferent: Bool) async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, Self.fullContent)
            let made = try await bed.row(id, .settled)
            if isDifferent { try bed.outlook(anna).edit(try #require(made.item.id), ["personalNotes": "Mine"]) }
            try await bed.commit([.checkContactLinks([id])])
            let writes = bed.writes
            try await bed.ln(id, Self.fullContent)
            let row = try await bed.row(id) { $0.status.state == .settled && !$0.status.check }
            #expect(bed.writes == writes + (isDifferent ? 1 : 0))
            #expect(row.settled == made.settled)
            #expect(try bed.outlook(anna).items().map(\.personalNotes) == ["Two\nlines"])
            #expect(try await bed.journal(id) == ["CON-1 created"] + (isDifferent ? ["CON-4 updated"] : []))
        }
    }

    @Test("What Exchange refuses for good is refused with its reason, and holds up no other contact")
    func refused() async throws {
        try await SyncBed.run(anna) { bed in
            let other = ContactLinkID(anna, "C2")
            bed.transport.beforeNext(where: { $0.method == .post && $0.path.hasSuffix("/contacts") }) { [anna] _ in
                #expect(throws: Never.self) {
                    try bed.outlook(anna).fault(["kind": "status", "status": 400, "code": "ErrorInvalidProperty"])
                }
            }
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.ln(other, .named("Bo", "Ek"))
            let row = try await bed.row(id, .refused)
            #expect(row.status.reason?.contains("400") == true)
            #expect(row.status.intent == nil)
            #expect(row.item == .none)
            try await bed.row(other, .settled)
            #expect(try await bed.journal(id) == ["CON-3 refused"])
            // The same again changes nothing; LN's next state is tried.
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id) { $0.status.state == .refused && $0.status.sequence.counter == 3 }
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id, .settled)
            #expect(try bed.outlook(anna).items().count == 2)
        }
    }

    /// A content with every field.
    static let fullContent: ContactContent = {
        var content = ContactContent.named("太郎", "山田")
        content.middleName = "B."
        content.nickname = "Taro"
        content.initials = "TY"
        content.suffix = "Jr."
        content.title = "Dr."
        content.jobTitle = "Buyer"
        content.department = "Purchasing"
        content.company = "Hokuto"
        content.assistant = "Bo"
        content.manager = "Cy"
        content.businessPhones = ["+81 1", "+81 2"]
        content.mobilePhone = "+81 3"
        content.homePhone = "+81 4"
        content.fax = "+81 5"
        content.email = "taro@hokuto.example"
        content.website = "https://hokuto.example"
        content.messenger = "sip:taro@hokuto.example"
        content.birthday = CalendarDate(year: 1958, month: 10, day: 13)
        content.notes = "Two\nlines"
        content.businessAddress = ContactAddress(
            street: "1-1", city: "Sapporo", state: "Hokkaido", postalCode: "060-0001", country: "JP")
        content.privateAddress = ContactAddress(city: "Otaru", country: "JP")
        content.language = "ja"
        return content
    }()
}

/// A condition of a test does not hold.
struct Failed: Error {}

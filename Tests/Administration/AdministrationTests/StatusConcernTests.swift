import Administration
import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What status says somebody has to do")
struct StatusConcernTests {
    @Test("Of the contacts that are refused some are named, those alone that still are")
    func refused() async throws {
        let bed = try await AdministrationBed()
        for code in ["C1", "C2", "C3"] {
            try await bed.put(ContactLinkID(bed.anna, code)) { $0.status.state = code == "C2" ? .settled : .refused }
            let entry = JournalDraft(
                user: bed.anna.id, item: "contact/1300/\(code)", rule: "CON-3", action: "refused", detail: "")
            #expect(try await bed.store.commit([.journal(entry), .journal(entry)]) == .committed)
        }
        let users = try await bed.administration.status(nil, zone: .gmt).users
        #expect(users.map(\.refusedContacts) == [["C3", "C1"].map { ContactCode($0) }, nil])
    }

    @Test("What keeps an installation from being in step is said in sentences, what a person has to do first")
    func concerns() async throws {
        let bed = try await AdministrationBed()
        func texts() async throws -> [String] {
            try await bed.administration.status(nil, zone: .gmt).concerns.map { "\($0.kind): \($0.text)" }
        }
        let uncounted = "underWay: dead letters could not be counted"
        #expect(try await texts() == ["person: synchronisation is stopped: lnsync start", uncounted])
        try await bed.administration.start()
        #expect(
            try await texts() == [
                "person: settings and users were not read from LN yet: see ln-producer's log", uncounted,
            ])
        try await bed.takeOver()
        #expect(try await texts() == [uncounted])
        try await bed.put(ContactLinkID(bed.anna, "C1")) { link in
            link.status.state = .due
            link.status.due = bed.time.now
        }
        #expect(try await texts() == ["underWay: 1 contact to be written", uncounted])
        _ = try await bed.administration.pause("anna")
        #expect(
            try await texts() == [
                "person: anna is paused, and 1 contact of his waits: lnsync resume anna",
                "underWay: 1 contact to be written", uncounted,
            ])
    }
}

import Administration
import Foundation
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

/// An administrator's desk on a store in memory.
struct AdministrationBed {
    let time = ManualTime()
    let store: any SyncStore
    let administration: Administration
    let producer = KeptRecords()
    let anna = SyncUser("anna")
    let bea = SyncUser("bea")

    init(_ users: [SyncUser] = [], prefix: String = "") async throws {
        store = try await SQLiteStore.inMemory(time: time)
        administration = Administration(store: store, names: TopicNames(prefix: prefix), by: "smith", time: time)
        let users = users.isEmpty ? [anna, bea] : users
        #expect(try await store.commit(users.map { .user($0) }) == .committed)
    }

    /// A row of a contact, changed as the test wants it.
    func put(_ id: ContactLinkID, _ change: (inout ContactLink) -> Void = { _ in }) async throws {
        var link = ContactLink(
            id: id,
            status: RowStatus(partition: 0, sequence: ReadSequence(epoch: 7, counter: 9), priority: .live))
        change(&link)
        #expect(try await store.commit([.contactLink(link)]) == .committed)
    }

    func takeOver(contacts isOn: Bool = true, activities: Bool = false) async throws {
        let interval = try #require(PullInterval(15, .minute))
        #expect(
            try await store.commit([
                try .setting(
                    .comParameters, ComParameters(synchronizeContacts: isOn, synchronizeActivities: activities),
                    by: "ln"),
                try .setting(
                    .syncSettings,
                    SyncSettings(
                        contactPullInterval: interval, calendarPullInterval: interval, isPushEnabled: false), by: "ln"),
            ]) == .committed)
    }

    /// These programs run, for a year.
    func run(_ programs: String...) async throws {
        for program in programs {
            _ = try await store.acquireLease(
                ProgramSign.lease(of: program), owner: "\(program)-1", for: .seconds(365 * 86400))
        }
    }

    func journal() async throws -> [JournalDraft] { try await store.journal(JournalQuery()).map(\.draft) }

    /// The hints that were sent, read as their reader reads them.
    func hints() throws -> [Hint] {
        try producer.records.map { record in
            let envelope = try Envelope { name in
                record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(envelope.type == .hint)
            let hint = try EventData.decode(Hint.self, from: Data(try #require(record.value)))
            #expect(record.key == Array(hint.key.utf8))
            #expect(envelope.subject == hint.key)
            return hint
        }
    }
}

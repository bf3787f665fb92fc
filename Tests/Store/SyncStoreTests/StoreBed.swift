import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

/// The implementations that the contract holds.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqliteInMemory = "SQLite in memory"
    case sqliteFile = "SQLite file"

    var testDescription: String { rawValue }

    /// Those that several processes can share.
    static let shared: [StoreKind] = [.sqliteFile]
}

/// A store under test, empty, and the clock it goes by.
final class StoreBed: Sendable {
    let kind: StoreKind
    let time = ManualTime()
    let folder: URL

    private init(_ kind: StoreKind) throws {
        self.kind = kind
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var path: String { folder.appendingPathComponent("store.db").path }

    /// Opens the store, once more for every process.
    func open() async throws -> any SyncStore {
        switch kind {
        case .sqliteInMemory: try await SQLiteStore.inMemory(time: time)
        case .sqliteFile: try await SQLiteStore.open(path, time: time)
        }
    }

    static func run(
        _ kind: StoreKind, _ test: (StoreBed, any SyncStore) async throws -> Void
    ) async throws {
        let bed = try StoreBed(kind)
        let store = try await bed.open()
        do {
            try await test(bed, store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

// MARK: - Values

let company = Company(1300)

func user(_ number: Int) -> SyncUserID {
    let digits = String(number)
    return SyncUserID(
        UUID(
            uuidString: "00000000-0000-5000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)!)
}

func syncUser(_ number: Int) -> SyncUser {
    SyncUser(
        id: user(number), code: LNUserCode("user\(number)"), name: "User \(number)",
        email: EmailAddress("user\(number)@shop.example"), isActive: true)
}

func linkID(_ contact: String, of number: Int = 1) -> ContactLinkID {
    ContactLinkID(user: user(number), company: company, contact: ContactCode(contact))
}

/// A new row.
func link(
    _ contact: String, of number: Int = 1, _ state: RowStatus.State = .settled, due: Date? = nil,
    _ priority: RowStatus.Priority = .live, partition: Int32 = 3
) -> ContactLink {
    var status = RowStatus(
        partition: partition, sequence: ReadSequence(epoch: 1_767_225_600, counter: 7), priority: priority)
    status.state = state
    status.due = due
    return ContactLink(id: linkID(contact, of: number), status: status)
}

func draft(_ item: String, _ user: SyncUserID? = nil) -> JournalDraft {
    JournalDraft(user: user, item: item, rule: "CON-4", action: "updated", detail: "all mapped fields written")
}

extension SyncStore {
    /// Commits what must not be lost.
    func put(
        _ mutations: Mutation..., holding leases: [Lease] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(try await commit(mutations, holding: leases) == .committed, sourceLocation: sourceLocation)
    }
}

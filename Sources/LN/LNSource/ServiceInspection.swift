import LNClient
import SyncStore
import Telemetry

/// Checks LN's services against the mapping before a reader asks them, and says once what they lack and what that costs.
struct ServiceInspection {
    let client: LNClient
    let sets: [LNEntitySet]
    /// By which rule the sets are read.
    let rule: String
    let store: any SyncStore
    let log: Logger
    private var told: Set<String> = []

    init(_ client: LNClient, _ sets: [LNEntitySet], rule: String = "CON-1", store: any SyncStore, log: Logger) {
        self.client = client
        self.sets = sets
        self.rule = rule
        self.store = store
        self.log = log
    }

    /// The client for these sets: it asks for nothing that the services do not have.
    /// - Throws: `LNError` that names all that nothing works without.
    mutating func inspect(_ lease: HeldLease) async throws -> LNClient {
        var unchecked: [String] = []
        let report = try await client.report(on: sets, unchecked: &unchecked)
        for reason in unchecked where told.insert(reason).inserted {
            log.warning(
                "LN's service can't be checked against the mapping: what is missing shows when it is asked for",
                ["reason": reason])
        }
        if let error = report.error { throw error }
        let new = report.gaps.map(\.description).filter { told.insert($0).inserted }
        for gap in new { log.warning("the LN service lacks something", ["detail": gap]) }
        if !new.isEmpty {
            let entries = new.map {
                Mutation.journal(
                    JournalDraft(item: "ln/\(client.company)", rule: rule, action: "reported", detail: $0))
            }
            guard try await store.commit(entries, holding: [lease.lease]) == .committed else {
                throw ReaderError.leaseLost
            }
        }
        return client.with(report.mapping)
    }
}

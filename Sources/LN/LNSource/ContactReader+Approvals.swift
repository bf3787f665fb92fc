import Runtime
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

extension ContactReader {
    /// A page of the contacts whose removal a person approved: each is read by key, and published as it is (CON-6).
    /// - Returns: whether no more of them wait.
    func approvedRemovals() async throws -> Bool {
        let waiting = RemovalHolds(company, try await store.holds(.approved)).keys.approved.sorted()
        let piece = Array(waiting.prefix(deadlines.pageSize))
        if !piece.isEmpty {
            let sequence = nextSequence()
            try await publisher.publishLive(try await readByKey(piece), sequence, cursors: [:], lease)
        }
        areApprovalsWaiting = piece.count < waiting.count
        return !areApprovalsWaiting
    }

    /// Looks from time to time whether a person has approved a hold.
    func lookForApprovals() async {
        guard !areApprovalsWaiting, time.uptime >= nextLook else { return }
        nextLook = time.uptime + deadlines.pollInterval
        do {
            areApprovalsWaiting = !RemovalHolds(company, try await store.holds(.approved)).keys.approved.isEmpty
        } catch {
            log.debug("holds can't be looked at", ["error": error.message])
        }
    }
}

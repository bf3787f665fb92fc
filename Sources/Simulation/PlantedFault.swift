import Foundation
import Runtime
import SyncModel
import SyncStore

/// A rule that is broken on purpose, at a port and never in the product, to see whether the checks notice.
public enum PlantedFault: String, Sendable, Hashable, CaseIterable {
    /// Writes that are not idempotent have no intent that a successor could wait out.
    case noIntent
    /// Positions move before the rows are merged.
    case positionsBeforeMerge
}

/// A store that breaks a rule; otherwise the store behind it.
struct FaultyStore: DecoratedStore {
    let base: any SyncStore
    let fault: PlantedFault

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        switch fault {
        case .noIntent:
            return try await base.commit(mutations.map(Self.withoutIntent), holding: leases)
        case .positionsBeforeMerge:
            let positions = mutations.filter { if case .intakePosition = $0 { true } else { false } }
            guard !positions.isEmpty, positions.count < mutations.count else {
                return try await base.commit(mutations, holding: leases)
            }
            let outcome = try await base.commit(positions, holding: leases)
            guard outcome == .committed else { return outcome }
            return try await base.commit(
                mutations.filter { if case .intakePosition = $0 { false } else { true } }, holding: leases)
        }
    }

    private static func withoutIntent(_ mutation: Mutation) -> Mutation {
        guard case .contactLink(var row) = mutation, row.status.intent != nil else { return mutation }
        row.status.intent = nil
        row.status.due = Date(timeIntervalSince1970: 0)
        return .contactLink(row)
    }
}

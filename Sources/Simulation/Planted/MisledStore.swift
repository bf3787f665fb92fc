import Foundation
import SyncModel
import SyncStore

/// A store that is told other rows and positions than the rules want.
struct MisledStore: DecoratedStore {
    let base: any SyncStore
    let fault: PlantedFault

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        switch fault {
        case .noIntent:
            return try await base.commit(mutations.map(Self.withoutIntent), holding: leases)
        case .positionsBeforeMerge:
            let positions = mutations.filter(\.isPosition)
            guard !positions.isEmpty, positions.count < mutations.count else {
                return try await base.commit(mutations, holding: leases)
            }
            let outcome = try await base.commit(positions, holding: leases)
            guard outcome == .committed else { return outcome }
            return try await base.commit(mutations.filter { !$0.isPosition }, holding: leases)
        case .equalLeavesSequence:
            let stored = try await rows(of: mutations)
            return try await base.commit(
                mutations.filter { !Self.raisesSequenceOnly($0, stored) }, holding: leases)
        case .settleForgetsNewer:
            let isMerge = mutations.contains(where: \.isPosition)
            let stored = isMerge ? [:] : try await rows(of: mutations)
            return try await base.commit(mutations.map { Self.forgetting($0, stored) }, holding: leases)
        case .removalWithoutRow:
            return try await base.commit(mutations.filter { !$0.isNewRemoval }, holding: leases)
        case .settledForgotten:
            return try await base.commit(mutations.map(Self.withoutSettled), holding: leases)
        default:
            return try await base.commit(mutations, holding: leases)
        }
    }

    private func rows(of mutations: [Mutation]) async throws(StoreError) -> [ContactLinkID: ContactLink] {
        let ids = mutations.compactMap { if case .contactLink(let row) = $0 { row.id } else { nil } }
        return ids.isEmpty ? [:] : try await base.contactLinks(ids)
    }

    private static func withoutIntent(_ mutation: Mutation) -> Mutation {
        guard case .contactLink(var row) = mutation, row.status.intent != nil else { return mutation }
        row.status.intent = nil
        row.status.due = Date(timeIntervalSince1970: 0)
        return .contactLink(row)
    }

    private static func withoutSettled(_ mutation: Mutation) -> Mutation {
        guard case .contactLink(var row) = mutation else { return mutation }
        row.settled = nil
        return .contactLink(row)
    }

    private static func raisesSequenceOnly(_ mutation: Mutation, _ stored: [ContactLinkID: ContactLink]) -> Bool {
        guard case .contactLink(var row) = mutation, let before = stored[row.id] else { return false }
        guard row.status.sequence > before.status.sequence else { return false }
        row.status.sequence = before.status.sequence
        return row == before
    }

    /// The row as settled where the settlement wrote the item and something else is still observed.
    private static func forgetting(_ mutation: Mutation, _ stored: [ContactLinkID: ContactLink]) -> Mutation {
        guard case .contactLink(var row) = mutation, let before = stored[row.id], row.observed != nil,
            row.status.intent == nil, row.item != before.item || row.settled != before.settled
        else { return mutation }
        row.observed = nil
        row.status.state = .settled
        row.status.due = nil
        return .contactLink(row)
    }
}

extension Mutation {
    fileprivate var isPosition: Bool { if case .intakePosition = self { true } else { false } }

    fileprivate var isNewRemoval: Bool {
        guard case .contactLink(let row) = self else { return false }
        guard row.status.version == 0, case .removal = row.observed else { return false }
        return true
    }
}

import Kafka
import SyncEvents
import SyncModel
import SyncStore

extension Replay {
    /// Items of one piece; the store remembers after each how far the replay is.
    private static let pieceSize = 200

    /// Compares each record's item with its row, and with Exchange where it can be read, one at a time. Writes nothing but how far it is.
    /// - Parameters:
    ///   - comparison: `nil`: only the rows are compared.
    ///   - progress: told how many offsets are read, of how many.
    public func verify(
        _ plan: ReplayPlan, _ comparison: ExchangeComparison?, progress: (Int64, Int64) -> Void
    ) async throws -> ReplayReport {
        var plan = plan
        plan.report.isExchangeRead = comparison != nil
        var verification = Verification(users: try await administration.store.users(), comparison: comparison)
        var piece: [ContactLinkID: ReplayedRecord] = [:]
        try await records(of: &plan, progress: progress) { plan, id, record in
            piece[id] = record
            guard piece.count >= Self.pieceSize else { return }
            try await check(piece, &verification, &plan)
            piece = [:]
            var reached = plan
            reached.passed(record.partition.partition, record.record.offset)
            try await keep(reached)
            progress(reached.total - reached.left, reached.total)
        }
        try await check(piece, &verification, &plan)
        try await end(plan)
        return plan.report
    }

    /// The last record of each item of a piece.
    private func check(
        _ piece: [ContactLinkID: ReplayedRecord], _ verification: inout Verification, _ plan: inout ReplayPlan
    ) async throws {
        guard !piece.isEmpty else { return }
        let rows = try await administration.store.contactLinks(Array(piece.keys))
        let positions = try await administration.store.intakePositions(
            group: administration.names.name(ofGroup: plan.group))
        for (id, found) in piece.sorted(by: { $0.key.description < $1.key.description }) {
            let place = IntakePartition(topic: found.partition.topic, partition: found.partition.partition)
            let isRead = (positions[place]?.next ?? 0) > found.record.offset
            try await verification.check(id, found, rows[id], isRead: isRead, &plan)
        }
    }
}

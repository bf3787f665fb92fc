import Foundation
import SQLite

/// The tables `intake_offset` and `dead_letter_decision`.
struct IntakeTables {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func positions(_ group: String) throws(SQLiteError) -> [IntakePartition: IntakePosition] {
        let positions = try connection.rows(
            "SELECT topic, partition, next, cluster_id, last_event_id FROM intake_offset WHERE group_name = ?",
            [.text(group)]
        ) { row throws(SQLiteError) in
            (
                IntakePartition(topic: row.text(0), partition: Int32(truncatingIfNeeded: row.integer(1))),
                IntakePosition(next: row.integer(2), clusterID: row.text(3), lastEventID: row.optionalText(4))
            )
        }
        return Dictionary(positions, uniquingKeysWith: { one, _ in one })
    }

    /// - Returns: `false` where the position is no longer `from`.
    func move(
        _ group: String, _ partition: IntakePartition, from: IntakePosition?, to: IntakePosition
    ) throws(SQLiteError) -> Bool {
        let values: [SQLiteValue] = [
            .integer(to.next), .text(to.clusterID), SQLiteValue(to.lastEventID), .text(group), .text(partition.topic),
            SQLiteValue(partition.partition),
        ]
        guard let from else {
            return try connection.run(
                """
                INSERT INTO intake_offset (next, cluster_id, last_event_id, group_name, topic, partition)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, values) == 1
        }
        return try connection.run(
            """
            UPDATE intake_offset SET next = ?, cluster_id = ?, last_event_id = ?
            WHERE group_name = ? AND topic = ? AND partition = ?
                AND next = ? AND cluster_id = ? AND last_event_id IS ?
            """,
            values + [.integer(from.next), .text(from.clusterID), SQLiteValue(from.lastEventID)]) == 1
    }

    func record(_ decision: DeadLetterDecision, of origin: DeadLetterOrigin) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO dead_letter_decision
                (group_name, topic, partition, record_offset, verdict, decided_by, decided)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET verdict = excluded.verdict, decided_by = excluded.decided_by,
                decided = excluded.decided
            """,
            [
                .text(origin.group), .text(origin.partition.topic), SQLiteValue(origin.partition.partition),
                .integer(origin.offset), .text(decision.verdict.rawValue), .text(decision.by),
                SQLiteValue(decision.at),
            ])
    }

    func decisions(_ group: String) throws(SQLiteError) -> [DeadLetterOrigin: DeadLetterDecision] {
        let decisions = try connection.rows(
            """
            SELECT topic, partition, record_offset, verdict, decided_by, decided FROM dead_letter_decision
            WHERE group_name = ?
            """,
            [.text(group)]
        ) { row throws(SQLiteError) in
            let partition = IntakePartition(topic: row.text(0), partition: Int32(truncatingIfNeeded: row.integer(1)))
            return (
                DeadLetterOrigin(group: group, partition: partition, offset: row.integer(2)),
                DeadLetterDecision(verdict: try row.choice(3), by: row.text(4), at: row.date(5))
            )
        }
        return Dictionary(decisions, uniquingKeysWith: { one, _ in one })
    }
}

extension SQLiteStore {
    public func intakePositions(group: String) async throws(StoreError) -> [IntakePartition: IntakePosition] {
        try await read { connection throws(SQLiteError) in try IntakeTables(connection).positions(group) }
    }

    public func deadLetterDecisions(
        group: String
    ) async throws(StoreError) -> [DeadLetterOrigin: DeadLetterDecision] {
        try await read { connection throws(SQLiteError) in try IntakeTables(connection).decisions(group) }
    }
}

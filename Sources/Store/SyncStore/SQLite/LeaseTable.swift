import Foundation
import Runtime
import SQLite
import SyncModel

/// The table `lease`. A lease that ended stays, for its epoch.
struct LeaseTable {
    private let connection: Connection
    private let now: Date

    init(_ connection: Connection, now: Date) {
        self.connection = connection
        self.now = now
    }

    func isHeld(_ lease: Lease) throws(SQLiteError) -> Bool {
        try connection.first(
            "SELECT 1 FROM lease WHERE name = ? AND owner = ? AND epoch = ? AND expires > ?",
            [SQLiteValue(lease.name), .text(lease.owner), .integer(lease.epoch), SQLiteValue(now)]
        ) { _ throws(SQLiteError) in true } ?? false
    }

    func acquire(_ name: LeaseName, owner: String, for duration: Duration) throws(SQLiteError) -> Lease? {
        let last = try connection.first(
            "SELECT epoch, owner <> ? AND expires > ? FROM lease WHERE name = ?",
            [.text(owner), SQLiteValue(now), SQLiteValue(name)]
        ) { row throws(SQLiteError) in (epoch: row.integer(0), isAnothers: row.flag(1)) }
        if let last, last.isAnothers { return nil }
        let seconds = Int64(now.timeIntervalSince1970.rounded(.down))
        let lease = Lease(name: name, owner: owner, epoch: max((last?.epoch ?? 0) + 1, seconds))
        try connection.run(
            """
            INSERT INTO lease (name, owner, epoch, expires) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, expires = excluded.expires
            """,
            [SQLiteValue(name), .text(owner), .integer(lease.epoch), SQLiteValue(end(of: duration))])
        return lease
    }

    func renew(_ lease: Lease, for duration: Duration) throws(SQLiteError) -> Bool {
        try setEnd(of: lease, end(of: duration)) == 1
    }

    func release(_ lease: Lease) throws(SQLiteError) {
        try setEnd(of: lease, now)
    }

    @discardableResult
    private func setEnd(of lease: Lease, _ end: Date) throws(SQLiteError) -> Int {
        try connection.run(
            "UPDATE lease SET expires = ? WHERE name = ? AND owner = ? AND epoch = ? AND expires > ?",
            [
                SQLiteValue(end), SQLiteValue(lease.name), .text(lease.owner), .integer(lease.epoch), SQLiteValue(now),
            ])
    }

    private func end(of duration: Duration) -> Date { now.addingTimeInterval(duration / .seconds(1)) }

    static func all(_ connection: Connection) throws(SQLiteError) -> [LeaseState] {
        try connection.rows("SELECT name, owner, epoch, expires FROM lease ORDER BY name") { row throws(SQLiteError) in
            LeaseState(
                lease: Lease(name: LeaseName(row.text(0)), owner: row.text(1), epoch: row.integer(2)),
                expires: row.date(3))
        }
    }
}

extension SQLiteStore {
    public func acquireLease(
        _ name: LeaseName, owner: String, for duration: Duration
    ) async throws(StoreError) -> Lease? {
        try await write { [clock] connection throws(SQLiteError) in
            let lease = try LeaseTable(connection, now: clock.now).acquire(name, owner: owner, for: duration)
            return lease == nil ? .rollback(nil) : .commit(lease)
        }
    }

    public func renewLease(_ lease: Lease, for duration: Duration) async throws(StoreError) -> Bool {
        try await write { [clock] connection throws(SQLiteError) in
            .commit(try LeaseTable(connection, now: clock.now).renew(lease, for: duration))
        }
    }

    public func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await write { [clock] connection throws(SQLiteError) in
            .commit(try LeaseTable(connection, now: clock.now).release(lease))
        }
    }

    public func leases() async throws(StoreError) -> [LeaseState] {
        try await read { connection throws(SQLiteError) in try LeaseTable.all(connection) }
    }
}

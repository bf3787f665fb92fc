import SQLite

/// The tables and how they came to be.
///
/// A migration is numbered, never changed once released, and a release has at most one. It expands (a table, a column with a
/// default, an index) or contracts what the release before it no longer uses, so that the releases N − 1 and N run together: a
/// file of the next schema is used, one beyond it refused.
enum SQLiteSchema {
    /// Tells our files from others: `LNXS`.
    private static let applicationID = 0x4C4E_5853

    private static let migrations = [first, CalendarSchema.sql]

    /// Brings the tables up to date, in the transaction that is open.
    /// - Returns: why the file can't be used; `nil` where it can.
    static func migrate(_ connection: Connection, _ path: String) throws(SQLiteError) -> TransactionEnd<StoreError?> {
        let version = Int(try number("PRAGMA user_version", connection))
        let application = Int(try number("PRAGMA application_id", connection))
        let isEmpty = try number("SELECT count(*) FROM sqlite_schema", connection) == 0
        guard application == applicationID || (isEmpty && version == 0) else {
            return .rollback(
                StoreError(.cannotOpen, "\(path) is another program's database: name a file of our own, or a new one"))
        }
        guard version <= migrations.count + 1 else {
            return .rollback(
                StoreError(
                    .newerSchema,
                    "\(path) has schema \(version), this program knows \(migrations.count) and can use "
                        + "\(migrations.count + 1): update this program"))
        }
        guard version < migrations.count else { return .rollback(nil) }
        for migration in migrations[version...] { try connection.execute(migration) }
        try connection.execute("PRAGMA user_version = \(migrations.count)")
        try connection.execute("PRAGMA application_id = \(applicationID)")
        return .commit(nil)
    }

    private static func number(_ sql: String, _ connection: Connection) throws(SQLiteError) -> Int64 {
        try connection.first(sql) { row throws(SQLiteError) in row.integer(0) } ?? 0
    }

    // Times are seconds since 2001-01-01 UTC, as Foundation's Date has them: they come back exactly as they were stored, for
    // intents are compared by them. Wide tables keep their rowid: without it they are written half as fast.
    private static let first = """
        CREATE TABLE sync_user (
            id BLOB NOT NULL PRIMARY KEY,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            is_active INTEGER NOT NULL,
            contacts_folder TEXT,
            folder TEXT,
            baseline INTEGER NOT NULL,
            baseline_after TEXT,
            quarantine_reason TEXT,
            quarantine_since REAL,
            quarantine_until REAL,
            quarantine_attempts INTEGER,
            is_paused INTEGER NOT NULL,
            check_round INTEGER NOT NULL DEFAULT 0,
            version INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL,
            version INTEGER NOT NULL,
            changed_by TEXT NOT NULL,
            changed REAL NOT NULL
        ) STRICT;

        CREATE TABLE control_changes (count INTEGER NOT NULL) STRICT;
        INSERT INTO control_changes VALUES (0);

        CREATE TABLE contact_link (
            user_id BLOB NOT NULL,
            company INTEGER NOT NULL,
            contact TEXT NOT NULL,
            state INTEGER NOT NULL,
            due REAL,
            priority INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            reason TEXT,
            intent_action TEXT,
            intent_owner TEXT,
            intent_key TEXT,
            intent_deadline REAL,
            generation INTEGER NOT NULL,
            partition INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            counter INTEGER NOT NULL,
            needs_check INTEGER NOT NULL,
            check_round INTEGER NOT NULL,
            item INTEGER NOT NULL,
            item_id TEXT,
            item_etag TEXT,
            settled TEXT,
            observed_hash TEXT,
            observed BLOB,
            removal TEXT,
            changed REAL NOT NULL,
            version INTEGER NOT NULL,
            UNIQUE (user_id, company, contact),
            CHECK (state <> 1 OR due IS NOT NULL)
        ) STRICT;
        CREATE INDEX contact_link_due ON contact_link (partition, user_id, priority, due) WHERE state = 1;
        CREATE INDEX contact_link_due_of_user ON contact_link (user_id, priority, due) WHERE state = 1;
        CREATE INDEX contact_link_resting ON contact_link (user_id) WHERE state = 4;
        CREATE INDEX contact_link_tombstone ON contact_link (changed) WHERE state = 5;

        CREATE TABLE published (
            company INTEGER NOT NULL,
            entity_set TEXT NOT NULL,
            key TEXT NOT NULL,
            ever_in_scope INTEGER NOT NULL,
            hash TEXT,
            PRIMARY KEY (company, entity_set, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE cursor (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE intake_offset (
            group_name TEXT NOT NULL,
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            next INTEGER NOT NULL,
            cluster_id TEXT NOT NULL,
            last_event_id TEXT,
            PRIMARY KEY (group_name, topic, partition)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE dead_letter_decision (
            group_name TEXT NOT NULL,
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            record_offset INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            decided_by TEXT NOT NULL,
            decided REAL NOT NULL,
            PRIMARY KEY (group_name, topic, partition, record_offset)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE lease (
            name TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            expires REAL NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE hold (
            id BLOB NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            keys TEXT NOT NULL,
            detail TEXT NOT NULL,
            state TEXT NOT NULL,
            opened REAL NOT NULL,
            decided_by TEXT,
            decided REAL
        ) STRICT;

        CREATE TABLE journal (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time REAL NOT NULL,
            user_id BLOB,
            item TEXT NOT NULL,
            rule TEXT NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX journal_time ON journal (time);
        CREATE INDEX journal_item ON journal (item);
        CREATE INDEX journal_user ON journal (user_id) WHERE user_id IS NOT NULL;
        """
}

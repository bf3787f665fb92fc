/// The second migration: calendars.
///
/// A meeting's key columns are what rows are found and counted by; all else of it is in `body`, as `StoredMeeting` has it.
enum CalendarSchema {
    static let sql = """
        ALTER TABLE sync_user ADD COLUMN calendar_folder TEXT;
        ALTER TABLE sync_user ADD COLUMN calendar_activated INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sync_user ADD COLUMN ln_baseline INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sync_user ADD COLUMN ln_begun REAL;
        ALTER TABLE sync_user ADD COLUMN ln_after TEXT;
        ALTER TABLE sync_user ADD COLUMN exchange_baseline INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sync_user ADD COLUMN exchange_begun REAL;
        ALTER TABLE sync_user ADD COLUMN exchange_after TEXT;
        ALTER TABLE sync_user ADD COLUMN meeting_round INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE meeting (
            id BLOB NOT NULL PRIMARY KEY,
            company INTEGER,
            activity TEXT,
            uid TEXT,
            occurrence TEXT NOT NULL,
            named_company INTEGER,
            named_activity TEXT,
            named_uid TEXT,
            mailbox BLOB NOT NULL,
            state INTEGER NOT NULL,
            due REAL,
            priority INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            reason TEXT,
            has_intent INTEGER NOT NULL,
            is_hidden INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            partition INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            counter INTEGER NOT NULL,
            needs_check INTEGER NOT NULL,
            check_round INTEGER NOT NULL,
            changed REAL NOT NULL,
            version INTEGER NOT NULL,
            body BLOB NOT NULL,
            CHECK (state <> 1 OR due IS NOT NULL),
            CHECK ((company IS NULL) = (activity IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX meeting_activity ON meeting (company, activity) WHERE activity IS NOT NULL;
        CREATE UNIQUE INDEX meeting_event ON meeting (uid, occurrence) WHERE uid IS NOT NULL;
        CREATE INDEX meeting_named_activity ON meeting (named_company, named_activity)
            WHERE named_activity IS NOT NULL;
        CREATE INDEX meeting_named_event ON meeting (named_uid) WHERE named_uid IS NOT NULL;
        CREATE INDEX meeting_mailbox ON meeting (mailbox, id);
        CREATE INDEX meeting_due ON meeting (partition, mailbox, priority, due) WHERE state = 1;
        CREATE INDEX meeting_due_of_mailbox ON meeting (mailbox, priority, due) WHERE state = 1;
        CREATE INDEX meeting_resting ON meeting (mailbox) WHERE state = 4;
        CREATE INDEX meeting_tombstone ON meeting (changed) WHERE state = 5;
        CREATE INDEX meeting_events_of_mailbox ON meeting (mailbox) WHERE uid IS NOT NULL AND state <> 5;
        CREATE INDEX meeting_activities_of_company ON meeting (company) WHERE activity IS NOT NULL AND state <> 5;

        CREATE TABLE meeting_item (
            mailbox BLOB NOT NULL,
            meeting BLOB NOT NULL,
            item TEXT NOT NULL,
            PRIMARY KEY (mailbox, meeting)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX meeting_item_item ON meeting_item (mailbox, item);
        CREATE INDEX meeting_item_meeting ON meeting_item (meeting);

        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time REAL NOT NULL,
            meeting BLOB NOT NULL,
            revision INTEGER NOT NULL,
            partition INTEGER NOT NULL,
            key TEXT NOT NULL,
            data BLOB NOT NULL
        ) STRICT;
        CREATE INDEX outbox_partition ON outbox (partition, number);
        CREATE INDEX outbox_meeting ON outbox (meeting);
        """
}

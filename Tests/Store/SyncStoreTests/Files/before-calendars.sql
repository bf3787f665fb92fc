-- A store of the release before calendars, as sqlite3's .dump has it.
BEGIN TRANSACTION;
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
INSERT INTO "contact_link" VALUES(X'635DEAD973525783A8BB3672C0CFB3B0',1300,'C00000001',0,NULL,0,0,NULL,NULL,NULL,NULL,NULL,1,7,1795514400,42,0,3,1,'AAMkAD1','W/"1"','f9843b72fb67ede653a19ff62d1f21c8',NULL,NULL,NULL,817000000.5,2);
INSERT INTO "contact_link" VALUES(X'635DEAD973525783A8BB3672C0CFB3B0',1300,'C00000002',1,817000060.25,0,0,NULL,'create','worker-1','k',817000060.25,1,7,1795514400,42,0,2,0,NULL,NULL,NULL,'d2f99d55ea821b0b3477f1571e930e1d',X'7B22636F6D70616E79223A313330307D',NULL,817000000.5,2);
INSERT INTO "contact_link" VALUES(X'635DEAD973525783A8BB3672C0CFB3B0',1300,'C00000003',5,NULL,0,0,NULL,NULL,NULL,NULL,NULL,1,7,1795514400,42,0,3,0,NULL,NULL,NULL,NULL,NULL,'deleted',817000000.5,2);
CREATE TABLE control_changes (count INTEGER NOT NULL) STRICT;
INSERT INTO "control_changes" VALUES(3);
CREATE TABLE cursor (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "cursor" VALUES('watermark/1300/Contacts','2026-11-24T10:00:00Z');
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
CREATE TABLE intake_offset (
    group_name TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    cluster_id TEXT NOT NULL,
    last_event_id TEXT,
    PRIMARY KEY (group_name, topic, partition)
) STRICT, WITHOUT ROWID;
INSERT INTO "intake_offset" VALUES('contact-worker','ln.contact-changes',7,43,'cluster','424ae19c-a318-5b7c-aca9-e6619cbb1b4a');
CREATE TABLE journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time REAL NOT NULL,
    user_id BLOB,
    item TEXT NOT NULL,
    rule TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
INSERT INTO "journal" VALUES(4,8.17352425434181571045e+08,NULL,'setting/editedInOutlook','SET-1','set','report in place of nextChange, by smith');
INSERT INTO "journal" VALUES(5,8.17352425525338649719e+08,NULL,'control','SET-3','started','by smith');
INSERT INTO "journal" VALUES(6,8.17352435507988810559e+08,NULL,'control','SET-3','stopped','by smith');
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    expires REAL NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "lease" VALUES('housekeeping','ln-producer-1',1795514400,817000013.0);
CREATE TABLE published (
    company INTEGER NOT NULL,
    entity_set TEXT NOT NULL,
    key TEXT NOT NULL,
    ever_in_scope INTEGER NOT NULL,
    hash TEXT,
    PRIMARY KEY (company, entity_set, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "published" VALUES(1300,'Contacts','C00000001',1,'f9843b72fb67ede653a19ff62d1f21c8');
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed REAL NOT NULL
) STRICT;
INSERT INTO "setting" VALUES('editedInOutlook','"report"',1,'smith',8.17352425434181571045e+08);
INSERT INTO "setting" VALUES('control','{"isStarted":false}',2,'smith',8.17352435507988810559e+08);
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
INSERT INTO "sync_user" VALUES(X'635DEAD973525783A8BB3672C0CFB3B0','hsato','Hana Sato','hsato@shop.example',1,'contacts','folder',2,NULL,NULL,NULL,NULL,NULL,0,3,9);
CREATE INDEX contact_link_due ON contact_link (partition, user_id, priority, due) WHERE state = 1;
CREATE INDEX contact_link_due_of_user ON contact_link (user_id, priority, due) WHERE state = 1;
CREATE INDEX contact_link_resting ON contact_link (user_id) WHERE state = 4;
CREATE INDEX contact_link_tombstone ON contact_link (changed) WHERE state = 5;
CREATE INDEX journal_time ON journal (time);
CREATE INDEX journal_item ON journal (item);
CREATE INDEX journal_user ON journal (user_id) WHERE user_id IS NOT NULL;
COMMIT;
PRAGMA application_id = 1280202835;
PRAGMA user_version = 1;

/// The invariants of the synchronisation rules that are checked here, in their words; a violation begins with the invariant's name.
///
/// - **I1** both sides agree, one copy per user and contact, nothing more: `Agreement`, at rest.
/// - **I2** a second run writes nothing: `Ending`, after all rows were read and compared again.
/// - **I3** no edit is lost without a conflict record: `MeetingHistory`, of each write of ours as it lands.
/// - **I4** one activity per meeting, one event per activity: `MeetingAgreement`, at rest.
/// - **I5** the order of users and messages does not matter: `OrderCheck`, with the records that are in the log at the end.
/// - **I6** the outbox holds what was approved, **I16** and only invitation-worker's requests mail: `MeetingAgreement`; nobody reads those
///   requests here, so that no app mails at all.
/// - **I7** deletions within the guard unless approved: `RemovalCheck`, of each record as it is sent; `MeetingEndCheck`, of each end.
/// - **I8** a crash at any point, then restart, gives the same end state: processes crash in each run, and `Ending` crashes them all
///   at once before the last comparison of both sides.
/// - **I10** private content appears nowhere: `Secrecy`, in every record, row, line of the journal and of the logs, and in LN.
/// - **I11** a bad item holds up no other, a bad mailbox no other: `Ending`, with mailboxes that can't be used until then, and records
///   that nobody can read.
/// - **I12** a cursor is never ahead of durable work: `CommitChecks`, of each commit.
/// - **I13** the same seed gives the same trace: `SeedTests` run seeds twice.
/// - **I14** content writes ≤ edits + retries: `WriteCheck`, of each write to Exchange; `MeetingHistory`, of calendars, with flags ≤ 2 per
///   attendee and life.
/// - **I15** an older read never wins over a newer: `CommitChecks`, of each commit.
///
/// I9 (clocks ±10 minutes apart change nothing) holds where these do: the clocks of each run are wrong.
enum Invariant: String, Sendable {
    case agreement = "I1"
    case secondRun = "I2"
    case edits = "I3"
    case uniqueness = "I4"
    case order = "I5"
    case mails = "I6"
    case removals = "I7"
    case crashes = "I8"
    case secrecy = "I10"
    case isolation = "I11"
    case durability = "I12"
    case writes = "I14"
    case newest = "I15"

    func violated(_ words: String) -> String { "\(rawValue): \(words)" }
}

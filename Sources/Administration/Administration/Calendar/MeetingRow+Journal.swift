import SyncModel

extension MeetingRow {
    /// How calendar-worker's journal names what the row is about.
    var journalItem: String { "meeting/\(id)" }
}

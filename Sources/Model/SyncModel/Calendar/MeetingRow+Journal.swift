extension MeetingRow {
    /// How the journal names what the row is about, whatever becomes of its activity and its event.
    public var journalItem: String { "meeting/\(id)" }
}

import Kafka
import SyncEvents
import SyncStore

extension JournalEntry {
    /// The entry as a record of `sync.journal`: the same bytes however often it is sent.
    func record(for topic: String) throws -> ProducerRecord {
        let envelope = Envelope(
            id: Identity.journalEntry(number: number, time: time, item: draft.item), source: "journal",
            type: .journalEntry, time: time, subject: draft.item)
        let event = JournalEvent(
            number: number, user: draft.user, item: draft.item, rule: draft.rule, action: draft.action,
            detail: draft.detail)
        return ProducerRecord(
            topic: topic, key: Array(draft.item.utf8), value: Array(try EventData.encode(event)),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
    }
}

import Foundation
import Kafka
import SyncEvents
import SyncModel
import SyncStore

/// I10: what an owner hides appears nowhere but in his calendar: in no record, row, line of the journal or of the logs, nor in LN.
struct Secrecy {
    let world: World

    func violations() throws -> [String] {
        var places: [String] = []
        for topic in Topic.all {
            let records = world.cluster.records(of: World.names.name(of: topic)).map(\.1)
            if records.contains(where: { Self.isTold($0.value?.string ?? "") }) { places.append("topic \(topic.name)") }
        }
        for row in try world.meetingRows() where Self.isTold(String(describing: row)) { places.append("row \(row.id)") }
        let journal = try World.ask { [store = world.store] in try await store.journal(after: 0, limit: 100_000) }
        for entry in journal where Self.isTold(entry.draft.detail + entry.draft.item) {
            places.append("line \(entry.number) of the journal")
        }
        for (item, meeting) in world.scenes[.ln] where Self.isTold(meeting.values.values.joined(separator: "\n")) {
            places.append("\(item)")
        }
        if world.trace.tellsSecrets { places.append("a log") }
        return places.sorted().map { Invariant.secrecy.violated("\($0) has what is hidden in Outlook") }
    }

    static func isTold(_ text: String) -> Bool { text.utf8.contains(CalendarUsers.hush.utf8) }
}

extension Sequence<UInt8> {
    fileprivate func contains(_ word: String.UTF8View) -> Bool {
        let word = Array(word)
        var matched = 0
        for byte in self {
            matched = byte == word[matched] ? matched + 1 : byte == word[0] ? 1 : 0
            if matched == word.count { return true }
        }
        return false
    }
}

import SyncEvents
import SyncStore

extension World {
    /// Whether the worker can tell that its topics were made anew in their cluster: of each something was read, whose `ce_id` the
    /// store remembers. Where nothing was, a topic made anew looks as it was, and its unread records are lost unseen: no step does that.
    func hasWitnesses() throws -> Bool {
        let names = Self.names
        let group = size.isCalendar ? ConsumerGroup.calendarWorker : ConsumerGroup.contactWorker
        return try Self.ask { [store] in
            let recorded = try await store.intakePositions(group: names.name(ofGroup: group))
            return Topic.all.filter { $0.groups.contains(group) }.allSatisfy { topic in
                recorded.contains { $0.key.topic == names.name(of: topic) && $0.value.lastEventID != nil }
            }
        }
    }
}

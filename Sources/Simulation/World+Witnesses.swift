import SyncEvents
import SyncStore

extension World {
    /// Whether contact-worker can tell that its topics were made anew in their cluster: of each something was read, whose `ce_id` the
    /// store remembers. Where nothing was, a topic made anew looks as it was, and its unread records are lost unseen: no step does that.
    func hasWitnesses() throws -> Bool {
        let names = Self.names
        return try Self.ask { [store] in
            let recorded = try await store.intakePositions(group: names.name(ofGroup: ConsumerGroup.contactWorker))
            return Topic.all.filter { $0.groups.contains(ConsumerGroup.contactWorker) }.allSatisfy { topic in
                recorded.contains { $0.key.topic == names.name(of: topic) && $0.value.lastEventID != nil }
            }
        }
    }
}

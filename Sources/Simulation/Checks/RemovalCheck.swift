import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Synchronization

/// I7: within an hour not more contacts are removed than the guard lets pass (CON-6), unless a person approved it. Seen from the topics:
/// what the guard remembers is not asked.
///
/// Exempt: a restored store's guard knows what it knew at the backup, so counting begins anew.
final class RemovalCheck: Sendable {
    private struct State {
        var newest: [String: ReadSequence] = [:]
        /// Contacts whose newest record has content.
        var present: Set<String> = []
        var everPresent: Set<String> = []
        /// When removals without approval were first sent.
        var passed: [String: Duration] = [:]
        var approved: Set<String> = []
        /// When a removal of the contact was last sent.
        var removed: [String: Duration] = [:]
        var violations: [String] = []
    }

    private let time: VirtualTime
    private let topics: Set<String>
    private let state = Mutex(State())

    /// The guard counts when it rules, this when the record is there.
    private static let window: Duration = .seconds(3600 - 120)

    /// - Parameter topics: those of contacts' states.
    init(_ time: VirtualTime, topics: Set<String>) {
        self.time = time
        self.topics = topics
    }

    var violations: [String] { state.withLock { $0.violations } }

    /// Whether a removal of the contact was sent since.
    func wasRemoved(_ contact: String, since moment: Duration) -> Bool {
        state.withLock { $0.removed[contact].map { $0 >= moment } ?? false }
    }

    func approved(_ hold: Hold) {
        state.withLock { $0.approved.formUnion(hold.keys.map { "\(World.company)/\($0)" }) }
    }

    /// The store was restored.
    func restored() {
        state.withLock { $0.passed = [:] }
    }

    func appended(_ record: ProducerRecord) {
        guard topics.contains(record.topic),
            let envelope = try? Envelope(header: { name in
                record.headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
            }), let sequence = envelope.sequence
        else { return }
        let (contact, now) = (envelope.subject, time.uptime)
        state.withLock { state in
            // What comes late says nothing new; each user has a record of his own of one read.
            guard state.newest[contact].map({ $0 < sequence }) ?? true else { return }
            state.newest[contact] = sequence
            guard envelope.type == .contactRemoved else {
                state.present.insert(contact)
                state.everPresent.insert(contact)
                state.approved.remove(contact)
                return
            }
            state.removed[contact] = now
            guard state.present.remove(contact) != nil, state.approved.remove(contact) == nil else { return }
            state.passed = state.passed.filter { now - $0.value < Self.window }
            guard state.passed[contact] == nil else { return }
            state.passed[contact] = now
            let count = state.passed.count
            guard count >= 10, count * 4 > state.everPresent.count else { return }
            state.violations.append(
                Invariant.removals.violated(
                    "\(contact) is the \(count)th contact removed within an hour, of \(state.everPresent.count), without approval"
                ))
        }
    }
}

import Kafka
import SyncEvents
import SyncModel
import SyncStore

/// The hints that were read and are not done, and how far each partition's position may move: behind what is done, never behind
/// what is not.
struct HintQueue: Sendable {
    enum Need: Sendable, Hashable {
        case pull
        case comparison
        case contacts
        /// Activities that LN's push names.
        case activities
        /// Activities that a replay or a check names: live changes go before them.
        case activitiesAnew
    }

    /// One record of the topic.
    struct Entry: Sendable {
        var offset: Int64
        var eventID: String?
        /// `nil`: another lease's, or unreadable: passed over.
        var hint: Hint?

        fileprivate var needs: Set<Need> {
            switch hint?.action {
            case nil: []
            case .pull: [.pull]
            case .fullPull: [.pull, .comparison]
            case .contacts: [.contacts]
            case .activities: hint?.isBackfill == true ? [.activitiesAnew] : [.activities]
            }
        }
    }

    struct ID: Sendable, Hashable {
        let partition: TopicPartition
        let offset: Int64
    }

    private struct Waiting: Sendable {
        let entry: Entry
        var needs: Set<Need>
    }

    private struct Partition: Sendable {
        var position: IntakePosition
        var entries: [Waiting] = []
    }

    private var partitions: [TopicPartition: Partition]

    /// - Parameter positions: what is recorded.
    init(_ positions: [TopicPartition: IntakePosition] = [:]) {
        partitions = positions.mapValues { Partition(position: $0) }
    }

    /// The clusters that the positions are of.
    var clusters: [TopicPartition: String] { partitions.mapValues(\.position.clusterID) }

    mutating func append(_ entry: Entry, _ partition: TopicPartition) {
        guard let known = partitions[partition], entry.offset >= known.position.next,
            entry.offset > known.entries.last?.entry.offset ?? -1
        else { return }
        partitions[partition]?.entries.append(Waiting(entry: entry, needs: entry.needs))
    }

    /// The hints that need this, in no particular order.
    func waiting(for need: Need) -> [ID] {
        partitions.flatMap { partition, state in
            state.entries.filter { $0.needs.contains(need) }.map { ID(partition: partition, offset: $0.entry.offset) }
        }
    }

    func isWaiting(for need: Need) -> Bool {
        partitions.values.contains { $0.entries.contains { $0.needs.contains(need) } }
    }

    /// The hint that waits longest for this.
    func next(_ need: Need) -> (id: ID, hint: Hint)? {
        let waiting = waiting(for: need).min { ($0.offset, $0.partition) < ($1.offset, $1.partition) }
        guard let id = waiting,
            let hint = partitions[id.partition]?.entries.first(where: { $0.entry.offset == id.offset })?.entry.hint
        else { return nil }
        return (id, hint)
    }

    /// The activities that the hints which wait longest name, of as many hints as name `limit` or fewer, but of one at least.
    func activities(limit: Int) -> (ids: [ID], activities: [ActivityCode]) {
        var ids: [ID] = []
        var codes: Set<ActivityCode> = []
        for id in waiting(for: .activities).sorted(by: { ($0.offset, $0.partition) < ($1.offset, $1.partition) }) {
            let entry = partitions[id.partition]?.entries.first { $0.entry.offset == id.offset }
            let named = codes.union(entry?.entry.hint?.activities ?? [])
            guard ids.isEmpty || named.count <= limit else { break }
            ids.append(id)
            codes = named
        }
        return (ids, codes.sorted())
    }

    /// What these hints needed is done.
    mutating func done(_ ids: [ID], _ need: Need) {
        for id in ids {
            guard let index = partitions[id.partition]?.entries.firstIndex(where: { $0.entry.offset == id.offset })
            else { continue }
            partitions[id.partition]?.entries[index].needs.remove(need)
        }
    }

    /// The positions that may move now: from what is recorded to behind what is done.
    func moves() -> [TopicPartition: (from: IntakePosition, to: IntakePosition)] {
        var moves: [TopicPartition: (from: IntakePosition, to: IntakePosition)] = [:]
        for (partition, state) in partitions {
            guard let last = state.entries.prefix(while: { $0.needs.isEmpty }).last?.entry else { continue }
            let to = IntakePosition(
                next: last.offset + 1, clusterID: state.position.clusterID, lastEventID: last.eventID)
            moves[partition] = (state.position, to)
        }
        return moves
    }

    /// The positions are recorded.
    mutating func moved(_ positions: [TopicPartition: IntakePosition]) {
        for (partition, position) in positions {
            partitions[partition]?.position = position
            partitions[partition]?.entries.removeAll { $0.entry.offset < position.next }
        }
    }
}

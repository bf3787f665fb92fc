import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Synchronization

/// What must hold of every commit, whoever made it: a position passes over no record that its row does not know (I12), and no row
/// goes back to an older read, nor does a reader write what it read once another has taken its lease (I15).
final class CommitChecks: Sendable {
    fileprivate struct State {
        var sequences: [ContactLinkID: ReadSequence] = [:]
        /// What some row knows of a meeting.
        var views: [View: ReadSequence] = [:]
        /// What each row knows.
        var rows: [MeetingID: [View: ReadSequence]] = [:]
        /// Who took each lease last.
        var holders: [LeaseName: String] = [:]
        var violations: [String] = []
    }

    private let cluster: SimulatedCluster
    private let topics: Set<String>
    /// The reader that there is one of at a time, whatever it reads; none where each mailbox has its own.
    private let reader: LeaseName?
    private let state = Mutex(State())

    private static let activities = ["Activities", "Attendees", "ActivityTexts", "activity"]

    /// More say nothing new.
    fileprivate static let mostViolations = 10

    /// - Parameter topics: those whose records are contacts' states.
    init(_ cluster: SimulatedCluster, topics: Set<String>, isCalendar: Bool) {
        self.cluster = cluster
        reader = isCalendar ? nil : LeaseName("reader/\(World.company)/contact")
        self.topics = topics
    }

    var violations: [String] { state.withLock { $0.violations } }

    /// The store is as it was: its rows have taken what they had taken then.
    func restored(_ sequences: [ContactLinkID: ReadSequence], _ meetings: [MeetingRow] = []) {
        state.withLock { state in
            state.sequences = sequences
            state.views = meetings.map(Self.views).reduce([:]) { known, views in known.merging(views) { max($0, $1) } }
            state.rows = Dictionary(uniqueKeysWithValues: meetings.map { ($0.id, Self.views($0)) })
            state.holders = [:]
        }
    }

    /// A process took a lease.
    func taken(_ lease: LeaseName, by process: String) {
        state.withLock { $0.holders[lease] = process }
    }

    /// These were committed together.
    func committed(_ mutations: [Mutation], by process: String) {
        if let reader, mutations.contains(where: isReaders) {
            state.withLock { state in
                guard let holder = state.holders[reader], holder != process else { return }
                state.note(.newest, "\(process) writes what it read, though \(holder) has taken the reader's lease")
            }
        }
        for case .contactLink(let row) in mutations {
            state.withLock { state in
                let before = state.sequences[row.id] ?? row.status.sequence
                state.sequences[row.id] = max(before, row.status.sequence)
                guard row.status.sequence < before else { return }
                state.note(
                    .newest, "\(process) takes \(row.id) back from read \(before) to read \(row.status.sequence)")
            }
        }
        // What rows leave for another event, as its own is gone.
        var left: Set<View> = []
        for case .meeting(let row) in mutations {
            for (view, sequence) in Self.views(row).sorted(by: { $0.key.description < $1.key.description }) {
                state.withLock { state in
                    state.views[view] = max(state.views[view] ?? sequence, sequence)
                    // A row of another event begins anew.
                    guard let before = state.rows[row.id]?[view], sequence < before else { return }
                    state.note(.newest, "\(process) takes \(view) back from read \(before) to read \(sequence)")
                }
            }
            state.withLock { state in
                let views = Self.views(row)
                left.formUnion((state.rows[row.id] ?? [:]).keys.filter { views[$0] == nil })
                state.rows[row.id] = views
            }
        }
        for case .intakePosition(_, let partition, let from, let to) in mutations where topics.contains(partition.topic)
        {
            // A position of another log begins anew.
            guard let from, from.clusterID == to.clusterID, from.next < to.next else { continue }
            check(partition, from.next..<to.next, until: to, process, left)
        }
    }

    /// Whether only who holds the contact reader's lease may write it. The reader of settings has a lease of its own, under which it keeps
    /// its own troubles.
    private func isReaders(_ mutation: Mutation) -> Bool {
        switch mutation {
        case .published(_, let set, _, _): set.rawValue != Self.activities[0]
        // The reader of activities has a lease of its own too.
        case .cursor(let name, _) where Self.activities.contains { name.rawValue.hasSuffix("/\($0)") }: false
        case .cursor(let name, _):
            !name.rawValue.hasPrefix("trouble/") || name.rawValue.hasSuffix("/\(reader?.rawValue ?? "")")
        default: false
        }
    }

    private func check(
        _ partition: IntakePartition, _ offsets: Range<Int64>, until position: IntakePosition, _ process: String,
        _ left: Set<View>
    ) {
        let records = cluster.records(
            of: TopicPartition(partition.topic, partition.partition), offsets, clusterID: position.clusterID)
        // A batch that was fetched before the topic was made anew is of the old log; its position is found to be so later.
        guard records.last?.header("ce_id")?.string == position.lastEventID else { return }
        for record in records {
            if checkMeeting(record, partition, process, left) { continue }
            guard let envelope = try? Envelope(header: { record.header($0)?.string }), let sequence = envelope.sequence,
                let id = ContactLinkID(key: record.key?.string ?? "", subject: envelope.subject)
            else { continue }
            state.withLock { state in
                if let known = state.sequences[id], known >= sequence { return }
                state.note(
                    .durability,
                    "\(process) passes over read \(sequence) of \(id) in \(partition), which its row does not know"
                )
            }
        }
    }

    /// - Returns: whether the record is of a meeting.
    private func checkMeeting(
        _ record: ConsumerRecord, _ partition: IntakePartition, _ process: String, _ left: Set<View>
    ) -> Bool {
        guard let envelope = try? Envelope(header: { record.header($0)?.string }), let sequence = envelope.sequence,
            let view = View(envelope, record)
        else { return false }
        state.withLock { state in
            if let known = state.views[view], known >= sequence { return }
            // The record that told it, and the one of the other event, were taken in together.
            if left.contains(view) { return }
            state.note(
                .durability, "\(process) passes over read \(sequence) of \(view) in \(partition), which no row knows")
        }
        return true
    }
}

extension CommitChecks.State {
    fileprivate mutating func note(_ invariant: Invariant, _ words: String) {
        if violations.count < CommitChecks.mostViolations { violations.append(invariant.violated(words)) }
    }
}

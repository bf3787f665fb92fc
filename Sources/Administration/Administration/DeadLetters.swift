public import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore

/// A group's dead letters: the records of `<topic>.<group>.dead-letter`, read beside everything else, and what is decided of
/// them. The records stay where they are until retention; decisions are kept in the store.
public struct DeadLetters: Sendable {
    /// Counts how often a record was redriven.
    static let redriveCountHeader = "x-redrive-count"
    /// A record that failed so often fails again: it has to be mended at its source.
    static let redriveLimit = 3
    /// Records sent and decided together.
    private static let batchSize = 100

    /// Which of them.
    public enum Selection: Sendable, Hashable {
        /// Those that nobody has decided yet.
        case undecided
        /// One, by its id.
        case id(String)
    }

    /// What became of one.
    public struct Outcome: Sendable, Hashable, Codable {
        public enum Word: String, Sendable, Hashable, Codable {
            case redriven, discarded
            /// Redriven, though its contact or meeting has moved on: it will be passed over.
            case superseded
            /// Nothing was done.
            case refused
        }

        public var id: String
        public var outcome: Word
        /// Why, where it was refused.
        public var reason: String?
    }

    private struct Letter {
        let entry: DeadLetterEntry
        let record: ConsumerRecord
    }

    private let administration: Administration
    private let consumer: any RecordConsumer
    private let groups: [String]

    /// - Parameters:
    ///   - consumer: of this alone, without a group.
    ///   - group: without the installation's prefix; `nil`: all groups.
    /// - Throws: `AdministrationError` where there is no such group.
    public init(
        _ administration: Administration, _ consumer: any RecordConsumer, group: String? = nil
    ) throws(AdministrationError) {
        self.administration = administration
        self.consumer = consumer
        groups = try administration.groups(named: group)
    }

    /// All of them, by their place.
    public func list() async throws -> [DeadLetterEntry] {
        var entries: [String: DeadLetterEntry] = [:]
        try await read { entry, _ in entries[entry.id] = entry }
        return entries.values.sorted {
            ($0.group, $0.topic, $0.partition, $0.offset) < ($1.group, $1.topic, $1.partition, $1.offset)
        }
    }

    /// How many of a group nobody has decided yet.
    public func undecided() async throws -> [String: Int] {
        Dictionary(grouping: try await list().filter { $0.state == .undecided }, by: \.group).mapValues(\.count)
    }

    /// - Throws: `AdministrationError` where there is none of that id.
    public func show(_ id: String) async throws -> DeadLetterContent {
        var content: DeadLetterContent?
        try await forEach(.id(id)) { letters in
            content = letters.first.map { DeadLetterContent($0.entry, $0.record) }
        }
        guard let content else { throw AdministrationError("there is no dead letter “\(id)”") }
        return content
    }

    /// Sends records to the topic and partition they came from, with key, value and `ce_` headers untouched.
    public func redrive(_ selection: Selection, _ producer: any RecordProducer) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        try await forEach(selection) { outcomes += try await redrive($0, producer) }
        return outcomes
    }

    /// Decides that nothing is to become of records.
    public func discard(_ selection: Selection) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        try await forEach(selection) { letters in
            try await decide(letters.map(\.entry).filter { $0.state == .undecided }, .discarded)
            outcomes += letters.map { letter in
                Self.refusal(letter.entry).map { Outcome(id: letter.entry.id, outcome: .refused, reason: $0) }
                    ?? Outcome(id: letter.entry.id, outcome: .discarded)
            }
        }
        return outcomes
    }

    // MARK: Redriving

    private func redrive(
        _ letters: [Letter], _ producer: any RecordProducer
    ) async throws -> [Outcome] {
        let moved = try await superseded(letters)
        var outcomes: [Outcome] = []
        var sent: [DeadLetterEntry] = []
        let ready = letters.filter { redriveRefusal($0.entry) == nil }
        var results = await producer.send(ready.map(Self.record)).makeIterator()
        var failure: KafkaError?
        for letter in letters {
            let id = letter.entry.id
            if let reason = redriveRefusal(letter.entry) {
                outcomes.append(Outcome(id: id, outcome: .refused, reason: reason))
                continue
            }
            switch results.next() {
            case .success:
                sent.append(letter.entry)
                outcomes.append(Outcome(id: id, outcome: moved.contains(id) ? .superseded : .redriven))
            case .failure(let error):
                failure = failure ?? error
            case nil:
                failure = failure ?? KafkaError(.other, "the producer answered nothing for \(id)")
            }
        }
        // Decided behind the acknowledgement: what is sent twice after a crash changes nothing, what is not sent stays undecided.
        try await decide(sent, .redriven)
        if let failure { throw failure }
        return outcomes
    }

    private static func refusal(_ entry: DeadLetterEntry) -> String? {
        guard entry.state != .undecided else { return nil }
        return "\(entry.decidedBy ?? "somebody") has \(entry.state.rawValue) it already"
    }

    private func redriveRefusal(_ entry: DeadLetterEntry) -> String? {
        if let refusal = Self.refusal(entry) { return refusal }
        let anew = administration.names.topic(named: entry.topic)?.broughtAnew.map { "; \($0)" } ?? ""
        if !entry.hasOrigin { return "it does not say where it comes from: it can only be discarded" }
        if !entry.hasContent {
            return
                "it was too large to be kept: it stands in \(entry.topic), partition \(entry.partition), at offset \(entry.offset). Mend it "
                + "where it is made, then discard this one" + anew
        }
        if entry.redriveCount >= Self.redriveLimit {
            return
                "it was redriven \(entry.redriveCount) times and failed each time (\(entry.message)): mend it where it is "
                + "made, then discard this one" + anew
        }
        return nil
    }

    private static func record(_ letter: Letter) -> ProducerRecord {
        let kept = letter.record.headers.filter { !$0.name.hasPrefix("x-dlq-") && $0.name != redriveCountHeader }
        return ProducerRecord(
            topic: letter.entry.topic, partition: letter.entry.partition, key: letter.record.key?.array,
            value: letter.record.value?.array,
            headers: kept + [RecordHeader(redriveCountHeader, String(letter.entry.redriveCount + 1))])
    }

    /// Those whose contact or meeting has taken a newer read meanwhile.
    private func superseded(_ letters: [Letter]) async throws -> Set<String> {
        var reads: [String: (row: ContactLinkID, sequence: ReadSequence)] = [:]
        for letter in letters {
            guard let key = letter.record.key?.string, let subject = letter.entry.subject,
                let row = ContactLinkID(key: key, subject: subject),
                let sequence = letter.record.header("ce_sequence")?.string.flatMap({ ReadSequence($0) })
            else { continue }
            reads[letter.entry.id] = (row, sequence)
        }
        let rows = try await administration.store.contactLinks(reads.values.map(\.row))
        return try await supersededMeetings(letters).union(
            reads.filter { (rows[$0.value.row]?.status.sequence ?? .none) >= $0.value.sequence }.keys)
    }

    private func supersededMeetings(_ letters: [Letter]) async throws -> Set<String> {
        var superseded: Set<String> = []
        for letter in letters {
            guard let envelope = try? Envelope(header: { letter.record.header($0)?.string }),
                let subject = MeetingSubject(envelope), let sequence = envelope.sequence
            else { continue }
            let rows: [MeetingRow]
            let side: Side
            switch subject {
            case .activity(let activity):
                (side, rows) = (.ln, try await administration.store.meetings(activities: [activity], events: []))
            case .event(let uid, let occurrence):
                rows = try await administration.store.meetings(activities: [], events: [uid])
                    .filter { $0.occurrence == occurrence }
                side = .exchange
            }
            if rows.contains(where: { $0.meeting.sequence[side] >= sequence }) { superseded.insert(letter.entry.id) }
        }
        return superseded
    }

    private func decide(_ entries: [DeadLetterEntry], _ verdict: DeadLetterDecision.Verdict) async throws {
        guard !entries.isEmpty else { return }
        let decision = DeadLetterDecision(
            verdict: verdict, by: administration.by, at: try await administration.store.now())
        _ = try await administration.store.commit(
            entries.flatMap { entry in
                [
                    Mutation.deadLetterDecision(entry.origin, decision),
                    .journal(
                        JournalDraft(
                            item: "topic/\(entry.origin.partition)/\(entry.offset)", rule: "DeadLetter",
                            action: verdict.rawValue, detail: "by \(administration.by)")),
                ]
            })
    }

    // MARK: Reading

    /// Gives the selected ones to `body`, so many at a time that memory stays bounded.
    private func forEach(_ selection: Selection, _ body: ([Letter]) async throws -> Void) async throws {
        var batch: [Letter] = []
        var seen: Set<String> = []
        try await read { entry, record in
            guard seen.insert(entry.id).inserted, selection.includes(entry) else { return }
            batch.append(Letter(entry: entry, record: record))
            guard batch.count == Self.batchSize else { return }
            try await body(batch)
            batch = []
        }
        if !batch.isEmpty { try await body(batch) }
        if case .id(let id) = selection, !seen.contains(id) {
            let nearest = Spelling.nearest(to: id, among: seen)
            throw AdministrationError(
                "there is no dead letter “\(id)”" + (nearest.map { "; “\($0)” was probably meant" } ?? "")
                    + ". lnsync dead-letters list --all shows them")
        }
    }

    /// A letter that was written twice, after a crash between its acknowledgement and its commit, is given twice.
    private func read(_ body: (DeadLetterEntry, ConsumerRecord) async throws -> Void) async throws {
        struct Place {
            let topic: String
            let group: String
        }
        let names = administration.names
        let now = try await administration.store.now()
        var places: [String: Place] = [:]
        var decisions: [String: [DeadLetterOrigin: DeadLetterDecision]] = [:]
        for group in groups {
            let name = names.name(ofGroup: group)
            decisions[name] = try await administration.store.deadLetterDecisions(group: name)
            for topic in Topic.all where topic.groups.contains(group) {
                places[names.deadLetters(of: topic, group: group)] = Place(topic: names.name(of: topic), group: name)
            }
        }
        let read = BoundedRead(consumer: consumer)
        let ranges = try await read.facts(of: places.keys.sorted()).mapValues { $0.start..<$0.end }
        try await read.records(in: ranges) { partition, record in
            guard let place = places[partition.topic] else { return }
            try await body(
                DeadLetterEntry(
                    record, at: partition, of: place.topic, group: place.group, decisions[place.group] ?? [:],
                    now: now),
                record)
        }
    }
}

extension DeadLetters.Selection {
    fileprivate func includes(_ entry: DeadLetterEntry) -> Bool {
        switch self {
        case .undecided: entry.state == .undecided
        case .id(let id): entry.id == id
        }
    }
}

public import Kafka
public import SyncEvents
import SyncModel
import SyncStore

/// What Kafka knows of groups: `KafkaAdmin`.
public protocol GroupKeeper: Sendable {
    /// Kafka's word for a group, `Stable` or `Empty`; `nil` where the broker can't tell, as the embedded one can't.
    func state(ofGroup group: String) async throws(KafkaError) -> String?
    /// Sets the offsets of a group without members.
    /// - Throws: `.invalid` where it has members.
    func setOffsets(ofGroup group: String, _ offsets: [TopicPartition: Int64]) async throws(KafkaError)
}

extension KafkaAdmin: GroupKeeper {
    public func state(ofGroup group: String) async throws(KafkaError) -> String? {
        do throws(KafkaError) {
            return try await groups().first { $0.id == group }?.state ?? "Empty"
        } catch {
            guard error.code == .notSupported else { throw error }
            return nil
        }
    }
}

/// Moves the positions at which a group goes on reading: the store's, and Kafka's copy of them. What is read again changes nothing
/// that is newer; what is passed over is lost to the group.
public struct GroupReset: Sendable {
    public enum Target: Sendable, Hashable {
        /// The oldest record that is still there.
        case logStart
        /// This offset of each partition, or the log's start or end where that is nearer.
        case offset(Int64)
    }

    private let administration: Administration
    private let keeper: any GroupKeeper
    private let consumer: any RecordConsumer

    /// - Parameter consumer: of this reset alone, without a group.
    public init(_ administration: Administration, _ keeper: any GroupKeeper, _ consumer: any RecordConsumer) {
        self.administration = administration
        self.keeper = keeper
        self.consumer = consumer
    }

    /// What a reset would change.
    /// - Parameters:
    ///   - group: with or without the installation's prefix.
    ///   - topic: only this one; `nil`: all that the group reads.
    public func plan(_ group: String, to target: Target, topic: Topic? = nil) async throws -> GroupResetPlan {
        let group = try administration.groups(named: group)[0]
        let topics = Topic.all.filter { $0.groups.contains(group) && (topic == nil || $0 == topic) }
        guard !topics.isEmpty else {
            throw AdministrationError("the group \(group) does not read the topic \(topic?.name ?? "")")
        }
        var partitions: [TopicPartition] = []
        for topic in topics { partitions += try await consumer.partitions(of: administration.names.name(of: topic)) }
        return try await plan(administration.names.name(ofGroup: group), partitions) { _, facts, _ in
            let next =
                switch target {
                case .logStart: facts.start
                case .offset(let offset): max(facts.start, min(offset, facts.end))
                }
            // No witness: the record before is not the one that was merged last.
            return .to(GroupResetPlan.Position(next: next, clusterID: facts.clusterID, lastEventID: nil))
        }
    }

    /// What would take a reset back.
    /// - Parameter done: as it was applied.
    public func plan(undoing done: GroupResetPlan) async throws -> GroupResetPlan {
        guard
            try administration.groups(named: nil).contains(where: {
                administration.names.name(ofGroup: $0) == done.group
            })
        else {
            throw AdministrationError("the undo file is of the group \(done.group), which is not of this installation")
        }
        let moves = Dictionary(
            done.moves.map { (TopicPartition($0.topic, $0.partition), $0) }, uniquingKeysWith: { one, _ in one })
        return try await plan(done.group, moves.keys.sorted()) { partition, facts, current in
            guard let move = moves[partition] else { return .stays("it is not in the undo file") }
            let position = move.from
            if position.clusterID != facts.clusterID { return .stays("the log is another one than at the reset") }
            if position.next < facts.start { return .stays("what followed the position is deleted by retention") }
            if move.again > 0, current > position.next { return .stays("the group has read beyond it since") }
            return .to(position)
        }
    }

    private enum Wish {
        case to(GroupResetPlan.Position)
        case stays(String)
    }

    private func plan(
        _ group: String, _ partitions: [TopicPartition],
        _ wish: (_ partition: TopicPartition, LogFacts, _ current: Int64) -> Wish
    ) async throws -> GroupResetPlan {
        let recorded = try await administration.store.intakePositions(group: group)
        let facts = try await consumer.facts(of: partitions)
        var plan = GroupResetPlan(
            group: group, moves: [], stays: [], groupState: try await keeper.state(ofGroup: group),
            by: administration.by,
            made: try await administration.store.now())
        for partition in partitions.sorted() {
            func stay(_ why: String) {
                plan.stays.append(
                    GroupResetPlan.Stay(topic: partition.topic, partition: partition.partition, why: why))
            }
            guard let facts = facts[partition] else {
                stay("Kafka has no leader for it at the moment")
                continue
            }
            guard
                let from = recorded[IntakePartition(topic: partition.topic, partition: partition.partition)]
            else {
                stay("it was never read: it begins at the log's start by itself")
                continue
            }
            guard from.clusterID == facts.clusterID else {
                stay("the log is another one than was read: it begins at the log's start by itself")
                continue
            }
            switch wish(partition, facts, from.next) {
            case .stays(let why): stay(why)
            case .to(let to) where to.next == from.next: stay("it is there already")
            case .to(let to):
                plan.moves.append(
                    GroupResetPlan.Move(
                        topic: partition.topic, partition: partition.partition,
                        from: GroupResetPlan.Position(from), to: to))
            }
        }
        return plan
    }

    /// Moves the positions.
    /// - Parameter onRefusal: called where nothing was changed, neither in Kafka nor in the store, before the error is thrown.
    /// - Throws: `AdministrationError` where the group has members or has read on since the plan was made; the store's
    ///   positions are then as they were.
    public func apply(_ plan: GroupResetPlan, onRefusal: () -> Void = {}) async throws {
        do {
            guard !plan.hasMembers else {
                throw AdministrationError(
                    "the group \(plan.group) has members (\(plan.groupState ?? "")): stop its programs first, then try again"
                )
            }
            guard !plan.moves.isEmpty else { return }
            // Kafka first: it refuses a group with members, and a copy behind the store's position means nothing, while one beyond it
            // would pass for a restored store.
            try await setOffsets(plan)
        } catch let error as AdministrationError {
            onRefusal()
            throw error
        }
        let again = plan.moves.reduce(0) { $0 + $1.again }
        let passedOver = plan.moves.reduce(0) { $0 + $1.passedOver }
        let mutations = plan.moves.map { move in
            Mutation.intakePosition(
                group: plan.group, IntakePartition(topic: move.topic, partition: move.partition),
                from: move.from.recorded, to: move.to.recorded)
        }
        let journal = JournalDraft(
            item: "group/\(plan.group)", rule: "GroupReset", action: "reset",
            detail: "\(plan.moves.count) partitions, by \(administration.by): \(again) records are read again, "
                + "\(passedOver) are passed over")
        if case .lost = try await administration.store.commit(mutations + [.journal(journal)]) {
            throw AdministrationError(
                "the group \(plan.group) has read on meanwhile: stop its programs first, then try again")
        }
    }

    private func setOffsets(_ plan: GroupResetPlan) async throws {
        let offsets = Dictionary(
            plan.moves.map { (TopicPartition($0.topic, $0.partition), $0.to.next) }, uniquingKeysWith: { one, _ in one }
        )
        do throws(KafkaError) {
            try await keeper.setOffsets(ofGroup: plan.group, offsets)
        } catch {
            guard error.code == .invalid, plan.groupState == nil else { throw error }
            let topics = Set(plan.moves.map(\.topic)).sorted()
            let anew = topics.compactMap { name in
                administration.names.topic(named: name)?.broughtAnew.map { "\(name): \($0)" }
            }
            throw AdministrationError(
                "the broker refuses it: the group \(plan.group) has members, or had some on the embedded broker, which forgets "
                    + "none while it runs. What the records say comes anew without a reset. \(anew.joined(separator: "; "))"
            )
        }
    }
}

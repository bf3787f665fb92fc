import Kafka
import Runtime
import Synchronization
import Telemetry

extension IntakeWorker {
    /// Reads what the store has recorded of these partitions and what the broker knows of their logs, records what begins anew
    /// or is broken, and lets the consumer read them.
    func position(_ topicPartitions: [TopicPartition: Bool], _ assignment: Int) async {
        do throws(IntakeError) {
            let recorded = try await merger.positions(of: topicPartitions.keys.sorted())
            let facts = try await logFacts(of: topicPartitions.keys.sorted())
            var positions: [TopicPartition: RecordedPosition] = [:]
            for (topicPartition, isWitnessRefuted) in topicPartitions.sorted(by: { $0.key < $1.key }) {
                guard let facts = facts[topicPartition] else { continue }
                positions[topicPartition] = recorded[topicPartition]
                let beginning = LogBeginning.decide(
                    topicPartition, recorded: recorded[topicPartition], facts: facts, isWitnessRefuted: isWitnessRefuted
                )
                guard let beginning else { continue }
                if beginning.reason != .firstTime {
                    log.warning(
                        "a partition can't simply be read on; what it feeds is sent anew",
                        ["partition": topicPartition.description, "why": beginning.reason.description])
                }
                positions[topicPartition] = try await merger.begin(beginning) ? beginning.position : nil
            }
            await whileSteering { await read(positions, facts, assignment) }
            for topicPartition in topicPartitions.keys where positions[topicPartition] == nil {
                stop(
                    topicPartition,
                    facts[topicPartition] == nil
                        ? "Kafka has no leader for it at the moment" : "another process has moved the position",
                    assignment)
            }
        } catch {
            for topicPartition in topicPartitions.keys.sorted() { stop(topicPartition, error.message, assignment) }
        }
        work.raise()
    }

    private func logFacts(of topicPartitions: [TopicPartition]) async throws(IntakeError) -> [TopicPartition: LogFacts]
    {
        do {
            return try await consumer.facts(of: topicPartitions)
        } catch {
            throw IntakeError(.log, error.message)
        }
    }

    /// Lets the consumer read these partitions, beside those that it reads already.
    private func read(
        _ positions: [TopicPartition: RecordedPosition], _ facts: [TopicPartition: LogFacts], _ assignment: Int
    ) async {
        let (from, isNew) = state.withLock { state in
            guard state.assignment == assignment else { return ([TopicPartition: StartPosition](), false) }
            for (topicPartition, position) in positions {
                state.schedule.positioned(topicPartition, at: position, logStart: facts[topicPartition]?.start ?? 0)
            }
            let isNew = !state.read.isSuperset(of: positions.keys)
            if isNew {
                state.schedule.forgetPauses()
                state.read.formUnion(positions.keys)
            }
            return (state.schedule.readFrom, isNew)
        }
        do {
            if isNew {
                try await consumer.assign(from)
            } else {
                for topicPartition in positions.keys.sorted() {
                    if let position = from[topicPartition] { try await consumer.seek(topicPartition, to: position) }
                }
            }
        } catch {
            for topicPartition in positions.keys.sorted() { stop(topicPartition, error.message, assignment) }
        }
    }

    // MARK: Kafka's copy

    /// Copies the recorded positions to Kafka from time to time, for Kafka's tools to see.
    func copyPositions() async {
        while !Task.isCancelled {
            do throws(CancellationError) {
                try await time.sleep(for: configuration.commitInterval)
            } catch {
                return
            }
            await copyPositionsNow()
        }
    }

    func copyPositionsNow() async {
        let (changed, assignment) = state.withLock { state in
            (state.schedule.positions.filter { state.committed[$0.key] != $0.value }, state.assignment)
        }
        guard !changed.isEmpty else { return }
        do {
            try await consumer.commit(changed)
            state.withLock { state in
                if state.assignment == assignment { state.committed.merge(changed) { _, new in new } }
            }
        } catch {
            // The store has the truth; the copy follows with the next.
            log.debug("positions were not copied to Kafka", ["error": error.description])
        }
    }
}

import CRDKafka
import Telemetry

extension ConsumerThread {
    // MARK: The group

    /// Takes a rebalance: assignments and revocations become events, and the reader's answers to them calls.
    func take(_ rebalance: ConsumerContext.Rebalance) {
        switch rebalance.kind {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            // Answered at once with nothing to read, so that the group is not held up while positions are looked for.
            assignNothing()
            isRevoking = false
            given = Set(rebalance.partitions)
            exchange.change { $0.append(.assigned(rebalance.partitions.sorted())) }
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS where !given.isEmpty && exchange.closing == nil:
            // Answered by the reader's `release()`. Heartbeats go on meanwhile; the limit is max.poll.interval.ms.
            isRevoking = true
            exchange.change { $0.append(.revoked(rebalance.partitions.sorted(), lost: rebalance.isLost)) }
            // No position may be committed of what is lost: it would move another member's back.
            if rebalance.isLost { given = [] }
        default:
            if rebalance.kind != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
                let error = KafkaError(rebalance.kind, "the group's rebalance failed")
                exchange.change { $0.append(.trouble(error)) }
            }
            giveBack()
        }
    }

    /// Answers a revocation, or ends a self-assignment.
    func giveBack() {
        resumeAll()
        let error = rd_kafka_assign(client.handle, nil)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            log.warning("\(KafkaError(error, "partitions could not be given back").message)")
        }
        given = []
        reading = [:]
        assignAt = nil
        isRevoking = false
        exchange.change { $0.forgetRecords() }
    }

    private func assignNothing() {
        resumeAll()
        reading = [:]
        assignAt = nil
        exchange.change { $0.forgetRecords() }
        let nothing = TopicPartitionList([:])
        let error = rd_kafka_assign(client.handle, nothing.pointer)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            log.warning("\(KafkaError(error, "an assignment could not be answered").message)")
        }
    }

    // MARK: Calls

    func release() {
        // Unasked, a member stops to read and keeps what the group has given it.
        if hasGroup && !isRevoking { assignNothing() } else { giveBack() }
    }

    func assign(_ positions: [TopicPartition: StartPosition]) throws(KafkaError) {
        if hasGroup {
            guard given.isSuperset(of: positions.keys) else { throw notAssigned }
            // The reader has not heard yet that this assignment is over.
            guard !isRevoking, exchange.change({ $0.assignmentsAhead }) == 0 else { throw notAssigned }
        }
        // Pauses would survive the assignment (issue 1802).
        resumeAll()
        exchange.change { $0.forgetRecords() }
        outside = []
        reading = positions
        if !hasGroup { given = Set(positions.keys) }
        try readAnew()
    }

    func seek(_ topicPartition: TopicPartition, to position: StartPosition) throws(KafkaError) {
        guard !isRevoking, reading[topicPartition] != nil else { throw notAssigned }
        exchange.change { $0.forgetRecords(of: topicPartition) }
        reading[topicPartition] = position
        if outside.remove(topicPartition) != nil {
            // librdkafka has stopped the partition and refuses to seek there: all are assigned anew, the others where they are. One
            // that begins at the log's end and has had no record begins at its end anew.
            try resume(paused)
            try readAnewWhenSafe()
            return
        }
        if paused.contains(topicPartition) { try resume([topicPartition]) }
        let list = TopicPartitionList([topicPartition: position.rawOffset])
        // Before 2.1.0 a millisecond is taken for a microsecond (pull request 4230).
        let second: Int32 = rd_kafka_version() < 0x0201_0000 ? 1_000_000 : 1000
        if let error = rd_kafka_seek_partitions(client.handle, list.pointer, 5 * second) {
            throw KafkaError(consuming: error, "the position of \(topicPartition) can't be moved")
        }
        try list.check("the position can't be moved")
    }

    /// Between two assignments of the same partitions. Before the first one's stops are through, 2.0.2 stops a partition a second
    /// time and aborts the process (assertion in rd_kafka_assignment_partition_stopped): many that are outside the log at once,
    /// as behind another log, are assigned together.
    private static let assignmentSpacing: Duration = .milliseconds(500)

    /// Has librdkafka read what is to be read, from where the next records are.
    private func readAnew() throws(KafkaError) {
        assigned = .now
        assignAt = nil
        let list = TopicPartitionList(reading.filter { !outside.contains($0.key) }.mapValues(\.rawOffset))
        let error = rd_kafka_assign(client.handle, list.pointer)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error, "partitions can't be assigned") }
    }

    /// At once, or as soon as the stops of the last assignment are through. Until then nothing is read of the partitions that were
    /// outside the log; the others go on.
    private func readAnewWhenSafe() throws(KafkaError) {
        guard let assigned, ContinuousClock.now - assigned < Self.assignmentSpacing else { return try readAnew() }
        assignAt = assigned + Self.assignmentSpacing
    }

    /// Makes the assignment that had to wait.
    func assignWhenDue() {
        guard let assignAt, .now >= assignAt else { return }
        do throws(KafkaError) {
            try readAnew()
        } catch {
            exchange.change { $0.append(.trouble(error)) }
        }
    }

    func pause(_ topicPartitions: Set<TopicPartition>) throws(KafkaError) {
        guard !isRevoking, topicPartitions.isSubset(of: reading.keys) else { throw notAssigned }
        exchange.change { $0.pause(topicPartitions) }
        synchronisePauses()
    }

    func resume(pausedByReader topicPartitions: Set<TopicPartition>) {
        exchange.change { $0.resume(topicPartitions) }
        synchronisePauses()
    }

    private var notAssigned: KafkaError {
        KafkaError(.notAssigned, "partitions are not ours, or not any more")
    }

    // MARK: Pauses

    /// Lets librdkafka pause what is to stand still, and resume the rest.
    func synchronisePauses() {
        let wanted = isThrottled ? Set(reading.keys) : exchange.change { $0.overfull }
        guard wanted != paused else { return }
        do throws(KafkaError) {
            let more = wanted.subtracting(paused)
            if !more.isEmpty {
                let list = TopicPartitionList(more)
                let error = rd_kafka_pause_partitions(client.handle, list.pointer)
                if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error, "partitions can't be paused") }
                paused.formUnion(more)
            }
            try resume(paused.subtracting(wanted))
        } catch {
            log.warning("\(error.message)")
        }
    }

    private func resume(_ topicPartitions: Set<TopicPartition>) throws(KafkaError) {
        if topicPartitions.isEmpty { return }
        let list = TopicPartitionList(topicPartitions)
        let error = rd_kafka_resume_partitions(client.handle, list.pointer)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error, "partitions can't be resumed") }
        paused.subtract(topicPartitions)
    }

    private func resumeAll() {
        isThrottled = false
        do throws(KafkaError) {
            try resume(paused)
        } catch {
            log.warning("\(error.message)")
        }
        paused = []
    }
}

import CRDKafka
import Foundation

extension ConsumerQueries {
    func offsets(at time: Date, of partitions: [TopicPartition], _ reply: Reply<[TopicPartition: Int64]>) {
        // Records are dated in whole milliseconds.
        let milliseconds = Int64(max(0, (time.timeIntervalSince1970 * 1000).rounded(.up)))
        start(reply) { (deadline) throws(KafkaError) in try self.offsets(at: milliseconds, of: partitions, by: deadline)
        }
    }

    private func offsets(
        at milliseconds: Int64, of partitions: [TopicPartition], by deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        // Asked before: what is written in between is behind the end, and not before it.
        let extents = extents(of: partitions, by: deadline)
        var offsets = try lookUp(milliseconds, in: Array(extents.keys), by: deadline)
        let ends = offsets.keys.filter { offsets[$0] == Int64(RD_KAFKA_OFFSET_END) }
        let filled = ends.filter { extents[$0]?.isEmpty == false }
        // No record so late, or a broker that can't look up (librdkafka's mock cluster always says so): then it does not find the
        // first record of all either.
        let firsts = try lookUp(0, in: filled, by: deadline)
        for partition in ends {
            let isKnown = extents[partition]?.isEmpty == true || firsts[partition, default: -1] >= 0
            offsets[partition] = isKnown ? extents[partition]?.upperBound : nil
        }
        return offsets
    }

    /// Where each partition's log starts and ends; those are absent of which nobody says.
    func extents(
        of partitions: [TopicPartition], by deadline: ContinuousClock.Instant
    ) -> [TopicPartition: Range<Int64>] {
        var extents = partitions.count > 1 ? extentsAtOnce(of: Set(partitions), by: deadline) : [:]
        // One by one, librdkafka looks for a new leader itself.
        for partition in partitions where extents[partition] == nil {
            var (start, end): (Int64, Int64) = (0, 0)
            let left = milliseconds(until: deadline)
            if left == 0 { break }
            let error = rd_kafka_query_watermark_offsets(
                handle, partition.topic, partition.partition, &start, &end, left)
            if error == RD_KAFKA_RESP_ERR_NO_ERROR, start <= end { extents[partition] = start..<end }
        }
        return extents
    }

    /// By two requests for each broker, whatever the number of partitions: in Kafka's ListOffsets the times -2 and -1 mean the log's start
    /// and its end, as librdkafka's own watermark query sends them. Nothing where a broker does not answer in half of the time.
    private func extentsAtOnce(
        of partitions: Set<TopicPartition>, by deadline: ContinuousClock.Instant
    ) -> [TopicPartition: Range<Int64>] {
        let now = ContinuousClock.now
        let half = now + (deadline - now) / 2
        do throws(KafkaError) {
            let starts = try lookUp(Int64(RD_KAFKA_OFFSET_BEGINNING), in: Array(partitions), by: half)
            let ends = try lookUp(Int64(RD_KAFKA_OFFSET_END), in: Array(starts.keys), by: half)
            var extents: [TopicPartition: Range<Int64>] = [:]
            for (partition, start) in starts {
                if let end = ends[partition], start >= 0, start <= end { extents[partition] = start..<end }
            }
            return extents
        } catch {
            return [:]
        }
    }

    /// librdkafka's answer for each partition: an offset, or `RD_KAFKA_OFFSET_END`; those without a leader are absent.
    private func lookUp(
        _ milliseconds: Int64, in partitions: [TopicPartition], by deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        var open = partitions
        // Before 2.10.0 librdkafka asks a leader that has changed again and again, unless its metadata is refreshed.
        for attempt in 1...3 where !open.isEmpty {
            if attempt > 1 { refreshMetadata(by: deadline) }
            let list = TopicPartitionList(Dictionary(uniqueKeysWithValues: open.map { ($0, milliseconds) }))
            let error = rd_kafka_offsets_for_times(handle, list.pointer, self.milliseconds(until: deadline))
            switch error {
            case RD_KAFKA_RESP_ERR_NO_ERROR: break
            case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: continue
            default: throw KafkaError(error, "the offsets of a time are unknown")
            }
            for (partition, offset, error) in list.entries where error == RD_KAFKA_RESP_ERR_NO_ERROR {
                offsets[partition] = offset
            }
            open.removeAll { offsets[$0] != nil }
        }
        return offsets
    }

    private func refreshMetadata(by deadline: ContinuousClock.Instant) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(handle, 0, nil, &metadata, milliseconds(until: deadline))
        if error == RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_metadata_destroy(metadata) }
    }
}

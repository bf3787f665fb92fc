import Kafka

/// Records of one partition that wait to be merged, and their bytes. They stay in the batches in which they were read.
struct RecordQueue {
    /// None is empty.
    private var batches: [ArraySlice<ConsumerRecord>] = []
    private(set) var count = 0
    private(set) var bytes = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ records: ArraySlice<ConsumerRecord>) {
        if records.isEmpty { return }
        batches.append(records)
        count += records.count
        for record in records { bytes += record.size }
    }

    /// Takes the first records: at least one where there is one.
    mutating func take(atMost most: Int, bytes limit: Int) -> [ConsumerRecord] {
        var taken: [ConsumerRecord] = []
        taken.reserveCapacity(min(most, count))
        var (size, emptied) = (0, 0)
        batches: for place in batches.indices {
            var end = batches[place].startIndex
            while end < batches[place].endIndex, taken.count + (end - batches[place].startIndex) < most {
                let next = batches[place][end].size
                if size + next > limit, size > 0 { break }
                size += next
                end += 1
            }
            taken += batches[place][..<end]
            if end < batches[place].endIndex {
                batches[place] = batches[place][end...]
                break batches
            }
            emptied += 1
        }
        batches.removeFirst(emptied)
        count -= taken.count
        bytes -= size
        return taken
    }
}

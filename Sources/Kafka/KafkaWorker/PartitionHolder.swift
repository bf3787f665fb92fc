/// Whoever works on what the partitions feed, and so must know which of them this process holds: settling.
public protocol PartitionHolder: Sendable {
    /// These partition numbers are ours, and no others.
    func hold(_ partitions: Set<Int32>)

    /// The partitions are to be given back. Returns when nothing more is begun for them, and what is under way has ended or may
    /// be left to its intents.
    func release() async

    /// The partitions are another process's already: nothing more is begun.
    func lose()
}

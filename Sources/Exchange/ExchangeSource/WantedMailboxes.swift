import KafkaWorker
import Runtime
import SyncModel
import SyncStore
import Synchronization

/// What intake has found to be wanted and the loop has not seen yet.
final class WantedMailboxes: PartitionHolder {
    private struct State {
        var news: [SyncUserID: MailboxWants] = [:]
        var isReassigned = false
        var isEnding = false
    }

    private let state = Mutex(State())
    let work = Signal()

    func take(_ wanted: [SyncUserID: MailboxWants]) {
        state.withLock { $0.news.merge(wanted) { _, new in new } }
        work.raise()
    }

    func takeNews() -> (news: [SyncUserID: MailboxWants], isReassigned: Bool) {
        state.withLock { state in
            defer {
                state.news = [:]
                state.isReassigned = false
            }
            return (state.news, state.isReassigned)
        }
    }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    func end() {
        state.withLock { $0.isEnding = true }
    }

    /// What its partitions' hints asked for before, another process may have left to be read.
    func hold(_ partitions: Set<Int32>) {
        state.withLock { $0.isReassigned = true }
        work.raise()
    }

    /// Rounds go on: they have leases of their own.
    func release() async {}

    func lose() {}
}

import LNClient
import SyncStore
import Synchronization
import Telemetry

/// Tells what is wrong with LN for one reader once, however often it happens, and when it is over: in the log, and in the store for
/// status. What only a person mends is journalled too.
final class LNTrouble: Sendable {
    private struct State {
        var told: LNError?
        /// The store has none. Whoever held the lease before may have kept one.
        var isNoneKept = false
    }

    private let lease: HeldLease
    private let store: any SyncStore
    private let log: Logger
    private let state = Mutex(State())

    init(_ lease: HeldLease, store: any SyncStore, log: Logger) {
        self.lease = lease
        self.store = store
        self.log = log
    }

    private var reader: LeaseName { lease.lease.name }

    func failed(_ error: LNError) async {
        let isNew = state.withLock { state in
            defer { state = State(told: error) }
            return state.told?.code != error.code || (!error.isRetriable && state.told?.message != error.message)
        }
        guard isNew else {
            log.debug("LN is still in trouble", ["error": error.message])
            return
        }
        if error.isRetriable {
            log.warning("LN can't be read at the moment; it is tried again", ["error": error.message])
        } else {
            log.error("LN can't be read until a person mends it", ["error": error.message])
        }
        // The log has it already where the store can't be written.
        _ = try? await keep(error)
    }

    func succeeded() async {
        let (error, isNoneKept) = state.withLock { state in
            defer { state.told = nil }
            return (state.told, state.isNoneKept)
        }
        if error != nil { log.notice("LN is read again") }
        guard !isNoneKept, (try? await keepNone()) != nil else { return }
        state.withLock { $0.isNoneKept = $0.told == nil }
    }

    private func keep(_ error: LNError) async throws {
        let now = try await store.now()
        let since = ReadingTrouble.kept(in: try await store.cursors())[reader]?.since
        let trouble = ReadingTrouble(since: since ?? now, text: error.message, needsPerson: !error.isRetriable)
        try await commit(trouble, error.isRetriable ? nil : ("trouble", error.message))
    }

    private func keepNone() async throws {
        guard let kept = ReadingTrouble.kept(in: try await store.cursors())[reader] else { return }
        try await commit(nil, kept.needsPerson ? ("mended", "LN is read again") : nil)
    }

    /// Where the lease is lost, its next holder tells.
    private func commit(_ trouble: ReadingTrouble?, _ entry: (action: String, detail: String)?) async throws {
        var mutations = [try ReadingTrouble.keep(trouble, of: reader)]
        if let entry {
            mutations.append(
                .journal(JournalDraft(item: "ln/\(reader)", rule: "SET-3", action: entry.action, detail: entry.detail)))
        }
        _ = try await store.commit(mutations, holding: [lease.lease])
    }
}

import LNClient
import SyncStore
import Synchronization
import Telemetry

/// Tells what is wrong with LN for one reader once, however often it happens, and when it is over.
final class LNTrouble: Sendable {
    private let reader: LeaseName
    private let store: any SyncStore
    private let log: Logger
    private let told = Mutex<LNError?>(nil)

    init(reader: LeaseName, store: any SyncStore, log: Logger) {
        self.reader = reader
        self.store = store
        self.log = log
    }

    func failed(_ error: LNError) async {
        let isNew = told.withLock { told in
            defer { told = error }
            return told?.code != error.code || (!error.isRetriable && told?.message != error.message)
        }
        guard isNew else {
            log.debug("LN is still in trouble", ["error": error.message])
            return
        }
        guard !error.isRetriable else {
            log.warning("LN can't be read at the moment; it is tried again", ["error": error.message])
            return
        }
        log.error("LN can't be read until a person mends it", ["error": error.message])
        await journal("trouble", error.message)
    }

    func succeeded() async {
        guard let error = told.withLock({ $0.take() }) else { return }
        log.notice("LN is read again")
        if !error.isRetriable { await journal("mended", "LN is read again") }
    }

    /// The log has it already where the store can't be written.
    private func journal(_ action: String, _ detail: String) async {
        let draft = JournalDraft(item: "ln/\(reader)", rule: "SET-3", action: action, detail: detail)
        _ = try? await store.commit([.journal(draft)])
    }
}

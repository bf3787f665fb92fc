public import SyncStore

extension Administration {
    /// Why the store can't be written; `nil` where it can. Found out by a commit of its own: on a full disk reading goes well, and the
    /// programs that can't renew their leases look as if they did not run.
    public func storeTrouble() async -> StoreError? {
        do throws(StoreError) {
            // Nobody holds this lease, and status lists no signs.
            _ = try await store.acquireLease(ProgramSign.lease(of: "lnsync"), owner: by, for: .zero)
            return nil
        } catch {
            return error
        }
    }

    /// - Throws: `StoreError` where the store can't be written.
    public func requireWritableStore() async throws(StoreError) {
        if let trouble = await storeTrouble() { throw trouble }
    }
}

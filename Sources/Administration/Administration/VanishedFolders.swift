import Foundation
import SyncModel
import SyncStore

/// The contacts folders that are not where they were made, by their holds (CON-5): those that wait for a decision, and those that
/// somebody decided to leave so.
struct VanishedFolders: Sendable {
    private let holds: [Hold]

    /// - Parameter open: all open holds.
    init(open: [Hold], _ store: any SyncStore) async throws(StoreError) {
        holds = (open + (try await store.holds(.discarded))).filter { $0.kind == Hold.vanishedFolder }
    }

    /// The user's; `nil` where his folder is there, as far as is known.
    func hold(of user: SyncUser) -> Hold? {
        guard let folder = user.mailbox?.folder else { return nil }
        return holds.first { $0.subject == user.id.description && $0.keys == [folder.rawValue] }
    }
}

extension Hold {
    /// Why nothing is in a mailbox whose folder was left as it is, and how that is changed; `nil` before that is decided.
    var leftFolder: String? {
        guard kind == Hold.vanishedFolder, state == .discarded else { return nil }
        return
            "his contacts folder was deleted in Outlook, and \(decidedBy ?? "somebody") decided to leave it so: none of LN's contacts "
            + "is in his mailbox. lnsync holds approve \(id.uuidString.lowercased()) makes it again"
    }
}

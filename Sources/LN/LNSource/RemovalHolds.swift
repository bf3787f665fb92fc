import Foundation
import SyncModel
import SyncPlanner
import SyncStore

/// The holds of a company's removals, as the store has them at one moment, and what is to become of them (CON-6).
///
/// Who holds the reader's lease opens a hold and puts contacts into it while it is open; a person decides; from then on it only
/// loses contacts: an approved one those that were published as they are, a discarded one those that came back or are asked
/// again. What a hold loses is in the journal.
///
/// A hold has no version. A decision committed between our read and our commit is overwritten, and then asked once more; a contact
/// that a decision overwrites is withheld again with the next comparison. Nothing is removed by either.
struct RemovalHolds: Sendable {
    private let company: Company
    /// The oldest first.
    private var holds: [Hold]
    private var changed: Set<UUID> = []

    /// - Parameter all: holds of any kind and subject.
    init(_ company: Company, _ all: [Hold]) {
        self.company = company
        holds = all.filter { $0.kind == Hold.removals && $0.subject == company.description && !$0.keys.isEmpty }
    }

    /// The contacts they name.
    var keys: RemovalGuard.Holds {
        func keys(_ state: Hold.State) -> Set<ContactCode> {
            Set(holds.filter { $0.state == state }.flatMap(\.keys).map { ContactCode($0) })
        }
        return RemovalGuard.Holds(
            open: keys(.open), approved: keys(.approved), discarded: keys(.discarded))
    }

    /// Puts contacts into the open hold, or opens one with this id.
    mutating func withhold(_ codes: Set<ContactCode>, id: UUID, now: Date) {
        guard !codes.isEmpty else { return }
        remove(codes, from: .discarded)
        if !holds.contains(where: { $0.state == .open }) {
            holds.append(
                Hold(
                    id: id, kind: Hold.removals, subject: company.description, keys: [], detail: "", opened: now))
        }
        for index in holds.indices where holds[index].state == .open {
            holds[index].keys = Set(holds[index].keys).union(codes.map(\.rawValue)).sorted()
            holds[index].detail = Self.detail(holds[index].keys.count)
            changed.insert(holds[index].id)
            break
        }
    }

    /// Contacts that are in scope again leave the open and the discarded holds; an open one that is empty then is over.
    mutating func release(_ codes: Set<ContactCode>, now: Date) {
        remove(codes, from: .discarded)
        remove(codes, from: .open)
        for index in holds.indices where holds[index].state == .open {
            guard holds[index].keys.isEmpty else {
                holds[index].detail = Self.detail(holds[index].keys.count)
                continue
            }
            holds[index].state = .discarded
            holds[index].decidedBy = "LN"
            holds[index].decided = now
            holds[index].detail = "All its contacts are in scope again: nothing is withheld any more."
        }
    }

    /// Contacts that were published as they are leave the approved holds.
    mutating func carriedOut(_ codes: Set<ContactCode>) {
        remove(codes, from: .approved)
        for index in holds.indices where changed.contains(holds[index].id) && holds[index].keys.isEmpty {
            guard holds[index].state == .approved else { continue }
            holds[index].detail =
                "Carried out: each contact was read from LN again, and sent to all mailboxes as LN has it."
        }
    }

    private mutating func remove(_ codes: Set<ContactCode>, from state: Hold.State) {
        let keys = Set(codes.map(\.rawValue))
        for index in holds.indices where holds[index].state == state && !keys.isDisjoint(with: holds[index].keys) {
            holds[index].keys.removeAll(where: keys.contains)
            changed.insert(holds[index].id)
        }
    }

    /// What was changed since they were read or last taken, to be committed.
    mutating func takeMutations() -> [Mutation] {
        defer { changed = [] }
        return holds.filter { changed.contains($0.id) }.map(Mutation.hold)
    }

    private static func detail(_ count: Int) -> String {
        """
        Too many contacts left LN's scope within an hour (more than 250, or more than a quarter of all): the removal of \(count) is \
        withheld, and they stay in Exchange. Approved, each is read from LN again, and removed from all mailboxes if LN still has it \
        out of scope. Discarded, they stay; the next comparison of all contacts (daily, or sync now --full) asks again for those \
        that LN still has out of scope.
        """
    }
}

import SyncModel
import SyncStore

/// What need not be so at the end, because somebody decided otherwise. Nothing else is exempt.
struct Exemptions {
    /// A contact that a user deleted in Outlook or moved away may be missing in his mailbox: it is made again only when LN's state goes
    /// off and on and the deletion was noticed before (CON-5).
    private let takenAway: Set<Place>
    /// A contact that a user edited in Outlook keeps his values until LN's next change of it (CON-4), or until it is read and compared.
    private let edited: Set<Place>
    /// A contact that a user copied in Outlook may be there twice, until its folder is searched for it (CON-7).
    private let copied: Set<Place>
    /// A mailbox whose folder a user deleted, and of which a person decided to leave it so, is not looked at (CON-5).
    private let left: Set<String>
    /// A contact whose removal is withheld, or whose withheld removal was discarded, stays in all mailboxes (CON-6).
    private let withheld: Set<String>

    /// A contact whose item a restored store does not know as it is, and whose records were lost with their log since the backup, may be
    /// missing, and may remain though it left the scope.
    private let forgotten: Set<Place>

    struct Place: Hashable {
        let user: String
        let contact: String
    }

    /// - Parameter isCompared: every item was read and compared since the last edit in Outlook or restoration.
    init(_ world: World, isCompared: Bool) throws {
        let acts = world.outlookActs
        takenAway = Set(acts.filter { $0.kind == .takenAway }.map { Place(user: $0.user, contact: $0.contact) })
        copied =
            isCompared ? [] : Set(acts.filter { $0.kind == .copied }.map { Place(user: $0.user, contact: $0.contact) })
        edited =
            isCompared ? [] : Set(acts.filter { $0.kind == .edited }.map { Place(user: $0.user, contact: $0.contact) })
        forgotten = world.oblivion.forgotten
        let (holds, users) = try World.ask { [store = world.store] in
            (try await store.holds(nil), try await store.users())
        }
        // A vanished folder's hold names the folder.
        let discarded = Set(
            holds.filter { $0.kind == Hold.vanishedFolder && $0.state == .discarded }.flatMap(\.keys))
        left = Set(
            users.filter { user in
                user.mailbox.map { discarded.contains($0.folder.rawValue) } ?? false
            }.map(\.email.rawValue))
        withheld = Set(
            holds.filter { $0.kind == Hold.removals && $0.state != .approved }.flatMap(\.keys)
                .map { "\(World.company)/\($0)" })
    }

    func isLeft(_ user: String) -> Bool { left.contains(user) }

    func mayBeTwice(_ contact: String, in user: String) -> Bool {
        copied.contains(Place(user: user, contact: contact))
    }

    func mayBeMissing(_ contact: String, in user: String) -> Bool {
        let place = Place(user: user, contact: contact)
        return takenAway.contains(place) || forgotten.contains(place)
    }

    func mayDiffer(_ contact: String, in user: String) -> Bool {
        edited.contains(Place(user: user, contact: contact))
    }

    func mayRemain(_ contact: String, in user: String) -> Bool {
        withheld.contains(contact) || forgotten.contains(Place(user: user, contact: contact))
    }
}

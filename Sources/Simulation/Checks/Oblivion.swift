import SyncModel
import SyncStore
import Synchronization

/// What a restored store can't find out again: of which items it does not know, or knows though they are gone, where the records that
/// would tell it were lost with their log since the backup.
final class Oblivion: Sendable {
    private struct State {
        var lastNewLog: Duration?
        /// What the log can still tell.
        var open: Set<Exemptions.Place> = []
        var forgotten: Set<Exemptions.Place> = []
    }

    private let state = Mutex(State())

    var forgotten: Set<Exemptions.Place> { state.withLock { $0.forgotten } }

    func newLog(at moment: Duration) {
        state.withLock { state in
            state.lastNewLog = moment
            state.forgotten.formUnion(state.open)
        }
    }

    /// The store is as it was at the backup; these are its rows.
    func restored(_ backup: Duration, _ rows: [ContactLinkID: ContactLink], in world: World) throws {
        var known: [Exemptions.Place: String] = [:]
        let addresses = try World.ask { [store = world.store] in
            Dictionary(uniqueKeysWithValues: try await store.users().map { ($0.id, $0.email.rawValue) })
        }
        for (id, row) in rows {
            guard case .made(let item, _) = row.item, let user = addresses[id.user] else { continue }
            known[Exemptions.Place(user: user, contact: id.propertyValue)] = item.rawValue
        }
        var differing: Set<Exemptions.Place> = []
        for user in world.users {
            let items = try world.exchange.ourItems(of: user).mapValues { Set($0.map(\.id)) }
            for (contact, ids) in items {
                let place = Exemptions.Place(user: user, contact: contact)
                if known[place].map({ ids != [$0] }) ?? true { differing.insert(place) }
            }
            for place in known.keys where place.user == user && items[place.contact] == nil { differing.insert(place) }
        }
        state.withLock { state in
            if let last = state.lastNewLog, last >= backup {
                state.forgotten.formUnion(differing)
            } else {
                state.open.formUnion(differing)
            }
        }
    }
}

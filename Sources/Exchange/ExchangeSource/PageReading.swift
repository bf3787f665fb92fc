import ExchangeClient
import SyncModel

/// A page's rows, each item once: rows may come twice, in any order, and an event may be said to be removed that is there. Of several
/// rows of an item the last counts; one that is told as removed is proven, whatever else the page says.
struct PageReading: Sendable {
    struct Master: Sendable, Hashable {
        var uid: ICalUID
        var owner: MeetingOwner
        var organizer: EmailAddress?
    }

    private(set) var events: [ExchangeEvent] = []
    private(set) var occurrences: [CalendarOccurrence] = []
    private(set) var removed: [ItemID] = []
    /// The series that are known, by their items.
    var masters: [ItemID: Master] = [:]

    init(_ rows: [CalendarPage.Row]) {
        var last: [ItemID: Int] = [:]
        var gone: Set<ItemID> = []
        for (index, row) in rows.enumerated() {
            last[row.item] = index
            if case .removed(let item) = row { gone.insert(item) }
        }
        for (index, row) in rows.enumerated() where last[row.item] == index {
            if gone.contains(row.item) {
                removed.append(row.item)
                continue
            }
            switch row {
            case .event(let event): events.append(event)
            case .occurrence(let occurrence): occurrences.append(occurrence)
            case .removed: break
            }
        }
    }

    /// Every item that the page shows to be there.
    var items: [ItemID] { events.map(\.key.item) + occurrences.map(\.item) }

    /// By what an event is known: its own id, or its series' and its original start; `nil` where its series is not known.
    func name(of event: ExchangeEvent) -> (uid: ICalUID, occurrence: String)? {
        switch event.kind {
        case .single, .master: return (event.key.uid, "")
        case .occurrence(let master, let start):
            return masters[master].map { ($0.uid, EventReduction.name(ofOccurrence: start)) }
        }
    }

    /// The ids of all that can be named.
    var uids: [ICalUID] {
        events.compactMap { name(of: $0)?.uid } + occurrences.compactMap { masters[$0.master]?.uid }
    }

    /// The series that occurrences are of and that nobody knows, in the page's order.
    var missingMasters: [ItemID] {
        var missing: [ItemID] = []
        for event in events {
            if case .occurrence(let master, _) = event.kind { missing.append(master) }
        }
        missing += occurrences.map(\.master)
        var seen = Set(masters.keys)
        return missing.filter { seen.insert($0).inserted }
    }
}

extension CalendarPage.Row {
    fileprivate var item: ItemID {
        switch self {
        case .event(let event): event.key.item
        case .occurrence(let occurrence): occurrence.item
        case .removed(let item): item
        }
    }
}

public import SyncModel

/// To which row an item belongs that a reader has sent (CAL-5).
public enum MeetingPlace: Sendable, Hashable {
    /// The row at this index has it already.
    case known(Int)
    /// The row at this index has none on this side, and the item names it: it becomes the row's.
    case named(Int)
    /// A row of its own. A copy names a row that has a living item.
    case new(isCopy: Bool)

    /// - Parameters:
    ///   - activity: the one that the event names by our property.
    ///   - rows: those that have the event or that activity; there may be others among them.
    public init(event: EventKey, naming activity: ActivityKey?, among rows: [Meeting]) {
        self.init(
            rows, has: { $0.event?.uid == event.uid }, isNamed: { activity != nil && $0.activity == activity },
            on: .exchange)
    }

    /// - Parameters:
    ///   - uid: the event that the activity names by its meeting key.
    ///   - rows: those that have the activity or that event; there may be others among them.
    public init(activity: ActivityKey, naming uid: ICalUID?, among rows: [Meeting]) {
        self.init(
            rows, has: { $0.activity == activity }, isNamed: { uid != nil && $0.event?.uid == uid }, on: .ln)
    }

    private init(_ rows: [Meeting], has: (Meeting) -> Bool, isNamed: (Meeting) -> Bool, on side: Side) {
        if let index = rows.firstIndex(where: has) {
            self = .known(index)
        } else if let index = rows.firstIndex(where: isNamed) {
            self = rows[index].hasLivingItem(on: side) ? .new(isCopy: true) : .named(index)
        } else {
            self = .new(isCopy: false)
        }
    }
}

extension Meeting {
    func hasLivingItem(on side: Side) -> Bool {
        switch side {
        case .ln: activity != nil && !observed.ln.isGone
        case .exchange: event != nil && !observed.exchange.isGone
        }
    }
}

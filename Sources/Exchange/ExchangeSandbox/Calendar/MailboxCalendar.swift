import Foundation

/// A mailbox's calendars and the events in them. A value; extended properties, uids and transaction ids are indexed.
struct MailboxCalendar: Sendable {
    static let main = 1
    static let deletedItems = 2

    /// The mailbox's user.
    let owner: Recipient
    /// Makes ids differ from every other mailbox's.
    let seed: UInt64
    private(set) var names = [main: "Calendar", deletedItems: "Deleted Items"]
    private(set) var events: [Int: EventItem] = [:]
    private var members: [Int: Set<Int>] = [:]
    private var linked: [Link: Set<Int>] = [:]
    /// In lower case: Exchange compares them without regard to case, and others' systems write them as they like.
    private var uids: [String: Set<Int>] = [:]
    private var transactions: [String: Int] = [:]
    private(set) var nextNumber = 3
    private(set) var history = ChangeHistory()
    /// What series were before they were given other days, for delta rounds that told of the former ones.
    private(set) var formerSeries: [FormerSeries] = []
    private(set) var changed: Set<Change> = []
    /// Mails that have been written and not yet taken to the post.
    private(set) var unsent: [MeetingMessage] = []

    enum Change: Sendable, Hashable {
        case event(Int)
        case calendar(Int)
    }

    struct FormerSeries: Sendable {
        /// The change that ended it.
        let revision: Int
        let item: EventItem
    }

    private struct Link: Hashable {
        let property: String
        let value: String
    }

    init(owner address: String, seed: UInt64) {
        owner = Recipient(mailbox: address)
        self.seed = seed
    }

    mutating func takeChanged() -> Set<Change> {
        defer { changed = [] }
        return changed
    }

    mutating func takeUnsent() -> [MeetingMessage] {
        defer { unsent = [] }
        return unsent
    }

    mutating func send(_ message: MeetingMessage) {
        if !message.to.isEmpty { unsent.append(message) }
    }

    // MARK: Calendars

    mutating func addCalendar(_ name: String) -> Int {
        let number = nextNumber
        put(calendar: number, name)
        return number
    }

    mutating func put(calendar number: Int, _ name: String) {
        names[number] = name
        nextNumber = max(nextNumber, number + 1)
        changed.insert(.calendar(number))
    }

    // MARK: Events

    /// Those of a calendar, in the order in which they came.
    func events(in calendar: Int) -> [EventItem] {
        (members[calendar] ?? []).sorted().compactMap { events[$0] }
    }

    func events(in calendar: Int, property: String, value: String) -> [EventItem] {
        (linked[Link(property: property, value: value.lowercased())] ?? []).sorted().compactMap { events[$0] }
            .filter { $0.calendar == calendar }
    }

    /// The copies of a meeting, those in Deleted Items too.
    func events(uid: String) -> [EventItem] { (uids[uid.lowercased()] ?? []).sorted().compactMap { events[$0] } }

    /// The event that was made with that transaction id.
    func event(transaction id: String) -> EventItem? { transactions[id].flatMap { events[$0] } }

    mutating func add(
        _ fields: EventFields, in calendar: Int, uid: String? = nil, organizer: Recipient? = nil,
        transactionID: String? = nil, now: Date
    ) -> EventItem {
        let item = EventItem(
            number: nextNumber, calendar: calendar, uid: uid ?? EventUID.text(seed: seed, number: nextNumber),
            organizer: organizer ?? owner, isOrganizer: organizer == nil, fields: fields, transactionID: transactionID,
            created: now)
        put(item)
        return item
    }

    /// Keeps an event as it has become, with another etag.
    mutating func change(_ item: EventItem, now: Date) -> EventItem {
        var item = item
        item.touch(now)
        put(item)
        return item
    }

    /// An event goes to another calendar, or to Deleted Items.
    mutating func move(_ number: Int, to calendar: Int, now: Date) {
        guard var item = events[number], item.calendar != calendar, names[calendar] != nil else { return }
        item.calendar = calendar
        _ = change(item, now: now)
    }

    /// To Deleted Items; from there it is gone.
    mutating func remove(_ number: Int, forGood: Bool = false, now: Date) {
        if forGood || events[number]?.calendar == Self.deletedItems {
            purge(number)
        } else {
            move(number, to: Self.deletedItems, now: now)
        }
    }

    // MARK: The tables and their indices

    mutating func put(_ item: EventItem) {
        let old = events[item.number]
        if let old { forget(old) }
        events[item.number] = item
        members[item.calendar, default: []].insert(item.number)
        for (property, value) in item.fields.extended {
            linked[Link(property: property, value: value.lowercased()), default: []].insert(item.number)
        }
        uids[item.uid.lowercased(), default: []].insert(item.number)
        if let id = item.transactionID { transactions[id] = item.number }
        history.put(item.number, in: item.calendar)
        if let old, old.isSeries, old.days != item.days {
            formerSeries.append(FormerSeries(revision: history.latest, item: old))
        }
        nextNumber = max(nextNumber, item.number + 1)
        changed.insert(.event(item.number))
    }

    /// For good.
    mutating func purge(_ number: Int) {
        reserve(number)
        guard let item = events.removeValue(forKey: number) else { return }
        forget(item)
        history.purge(number)
        changed.insert(.event(number))
    }

    /// No event will have that number.
    mutating func reserve(_ number: Int) { nextNumber = max(nextNumber, number + 1) }

    private mutating func forget(_ item: EventItem) {
        members[item.calendar]?.remove(item.number)
        for (property, value) in item.fields.extended {
            linked[Link(property: property, value: value.lowercased())]?.remove(item.number)
        }
        uids[item.uid.lowercased()]?.remove(item.number)
        if let id = item.transactionID { transactions[id] = nil }
    }
}

extension EventItem {
    /// What decides on which days the series has occurrences.
    fileprivate var days: [AnyHashable] {
        [fields.recurrence, fields.start, fields.end, cancelledDays, exceptions.mapValues(\.fields.start)]
    }
}

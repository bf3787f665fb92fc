public import Foundation
public import SyncModel

/// Calendars in Exchange: the operations of the port that reader and calendar-worker need. None of them can mail anybody.
///
/// A mailbox is named by its address; only its default calendar is looked at. Ids are immutable ones. Our property is
/// `String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity`, its value `<company>/<activity>`.
public protocol ExchangeCalendar: Sendable {
    /// The id of the mailbox's default calendar, which tells one mailbox from another (USR-1).
    func defaultCalendar(in mailbox: EmailAddress) async throws(ExchangeError) -> ItemID

    /// The zone of the mailbox's settings; `nil` where the app may not read them, or the zone is unknown (CAL-18).
    func zone(of mailbox: EmailAddress) async throws(ExchangeError) -> ZoneName?

    /// An event as it is now, with our property.
    /// - Throws: `.notFound` where it is gone, or in Deleted Items; `.inAnotherCalendar` where its user has moved it to another one.
    func event(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> ExchangeEvent

    /// The events whose property has this value, the oldest first.
    func events(named propertyValue: String, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent]

    /// The events of that id over all mailboxes in this one: normally one or none, of a series its master.
    func events(uid: ICalUID, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent]

    /// The events that begin at that instant (of an all-day event: at that UTC midnight), for the search of twins (CAL-5).
    func events(startingAt start: Date, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent]

    /// Makes an event without attendees, with our property. Not idempotent but for `transactionID`: an intent comes first. A repetition with the
    /// same id answers what the first one made.
    /// - Parameter zone: for content that names none.
    func createEvent(
        _ content: MeetingContent, zone: ZoneName, propertyValue: String, transactionID: String,
        in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CreatedEvent

    /// Writes these groups of an event that was read without attendees, if it is still that version. Attendees among them are refused.
    /// - Throws: `.conflict` where it is another version, `.notFound` where it is gone.
    func updateEvent(
        _ event: SilentEvent, _ changes: [FieldGroup: FieldValue], zone: ZoneName, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent

    /// Writes our property, which nobody is told of and nobody sees, to an event that was read without attendees (`nil`: takes it away).
    func setProperty(_ propertyValue: String?, of event: SilentEvent, of mailbox: EmailAddress)
        async throws(ExchangeError) -> ExchangeEvent

    /// Moves an event that was read without attendees to Deleted Items, if it is still that version.
    func deleteEvent(_ event: SilentEvent, of mailbox: EmailAddress) async throws(ExchangeError)

    /// One page of the default calendar's changes.
    /// - Throws: `.syncStateLost` where the place is not known any more: a new round from `.window` follows.
    func calendarChanges(_ place: CalendarPlace, in mailbox: EmailAddress) async throws(ExchangeError) -> CalendarPage
}

extension ExchangeCalendar {
    /// The same, where its iCalUId is known by one request, which shows event, property and that it is in the calendar. A mailbox may have two
    /// items of one meeting (`living`): where this one is gone or cancelled, and another is not, it is the other.
    public func event(
        _ id: ItemID, uid: ICalUID?, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent {
        guard let uid else { return try await event(id, of: mailbox) }
        let found = try await events(uid: uid, in: mailbox)
        let other = found.living.first
        if let event = found.first(where: { $0.key.item == id }) {
            return event.isCancelled ? other ?? event : event
        }
        do throws(ExchangeError) {
            return try await event(id, of: mailbox)
        } catch {
            guard error.kind == .notFound, let other else { throw error }
            return other
        }
    }
}

extension [ExchangeEvent] {
    /// Of what a mailbox has of one iCalUId: which are no series and not cancelled. They are two where an update has made an invitation anew that
    /// its user had deleted, and he takes it out of Deleted Items.
    public var living: [ExchangeEvent] { filter { $0.kind == .single && !$0.isCancelled } }
}

/// What a create came to.
public enum CreatedEvent: Sendable, Hashable {
    case made(ExchangeEvent)
    /// An earlier request with the same `transactionID` made it, and it is gone again: a user deleted it.
    case madeAndDeleted
    /// An earlier request made it; Exchange does not say which event it is, and the calendar has none with our property. So nothing proves
    /// that it is gone (CAL-14): it may be in another calendar, or without the property.
    case madeAndMissing
}

/// Where reading of a calendar's changes goes on.
public enum CalendarPlace: Sendable, Hashable {
    /// A new round over events that touch this window, whose end is not part of it. The window stays that of all rounds that follow.
    case window(start: Date, end: Date)
    /// A page's `next`, verbatim.
    case link(String)
}

/// One page of changes. It may be empty and still not be the last; rows may come more than once, and in any order.
public struct CalendarPage: Sendable, Hashable {
    public enum Row: Sendable, Hashable {
        /// The event as the page shows it: without our property, which no page shows. Of an occurrence that was never changed for itself only
        /// its place in the series and its time are there (`CalendarOccurrence`).
        case event(ExchangeEvent)
        case occurrence(CalendarOccurrence)
        /// Gone, or out of the window, or never seen: proven by a GET only.
        case removed(ItemID)
    }

    public enum Next: Sendable, Hashable {
        /// The round goes on.
        case page(String)
        /// The round is over; the next one begins here.
        case round(String)
    }

    public var rows: [Row]
    public var next: Next
    /// What was passed over because it can't be read at all: a line each, which names the field.
    public var remarks: [String]

    public init(rows: [Row], next: Next, remarks: [String] = []) {
        self.rows = rows
        self.next = next
        self.remarks = remarks
    }
}

/// An occurrence of a series as a page shows it.
public struct CalendarOccurrence: Sendable, Hashable {
    public var item: ItemID
    public var etag: ETag
    public var master: ItemID
    public var start: Date
    public var end: Date

    public init(item: ItemID, etag: ETag, master: ItemID, start: Date, end: Date) {
        self.item = item
        self.etag = etag
        self.master = master
        self.start = start
        self.end = end
    }
}

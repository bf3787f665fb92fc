public import ExchangeClient
public import Foundation
public import HTTPTypes
public import Runtime
public import SyncModel
public import Telemetry

/// The port for calendars over Microsoft Graph v1.0, with an app-only token.
///
/// Throws nothing but `ExchangeError`. Cancelling a task ends its request; of a write the outcome is unknown then.
///
/// Requests: a create, an update, a property and a removal cost one each, a page of changes one. An event by its id costs two, the second to
/// see that it is not in Deleted Items; by its id and iCalUId one. One that is in no list of the default calendar costs two more for each
/// other calendar of the mailbox, and one.
public struct GraphCalendar: ExchangeCalendar {
    let graph: GraphClient

    /// Times as instants; bodies as HTML, for only it shows what a plain text over it would lose.
    static let prefer = [#"outlook.timezone="UTC""#]
    private static let pageSize = 50

    /// - Throws: `.authConfig` where a URL of the configuration is none.
    public init(
        _ configuration: GraphConfiguration, transport: any HTTPTransport, metrics: Metrics,
        time: any TimeSource = SystemTime(), randomness: any Randomness = SystemRandomness()
    ) throws(ExchangeError) {
        graph = try GraphClient(configuration, "Calendars.ReadWrite", transport, metrics, time, randomness)
    }

    // MARK: The mailbox

    public func defaultCalendar(in mailbox: EmailAddress) async throws(ExchangeError) -> ItemID {
        struct Calendar: Decodable { let id: String }
        let calendar: Calendar = try await graph.read(["calendar"], in: mailbox, [("$select", "id")])
        return ItemID(calendar.id)
    }

    public func zone(of mailbox: EmailAddress) async throws(ExchangeError) -> ZoneName? {
        struct Settings: Decodable { let timeZone: String? }
        do throws(ExchangeError) {
            let settings: Settings = try await graph.read(["mailboxSettings"], in: mailbox, [("$select", "timeZone")])
            return settings.timeZone.flatMap(GraphZone.init(wire:))?.name
        } catch {
            switch error.kind {
            // A permission of its own, which nothing else here needs.
            case .forbiddenMailbox, .authConfig, .invalid: return nil
            default: throw error
            }
        }
    }

    // MARK: Reading

    public func event(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> ExchangeEvent {
        let row: GraphEventRow = try await graph.read(
            ["events", id.rawValue], in: mailbox, [("$select", GraphEventItem.selection), Self.expansion],
            prefer: Self.prefer)
        let event = try Self.event(try Self.item(row), mailbox)
        // An immutable id goes on in Deleted Items, and nothing in the answer tells. A list shows what is in the calendar; of a series, its
        // master.
        if case .occurrence = event.kind { return event }
        guard try await isListed(event, Self.filter(event.key.uid), mailbox) else {
            // An absence ends meetings. Another program's iCalUId may be one that a filter does not find: the list of that time is asked too.
            if let span = Self.beginning(of: event), try await isListed(event, Self.filter(span), mailbox) {
                return event
            }
            if try await isElsewhere(event, mailbox) {
                throw ExchangeError(
                    .inAnotherCalendar,
                    "the event is in another calendar of the mailbox, and only the default one is kept in step: "
                        + "move it back to Calendar in Outlook")
            }
            throw ExchangeError(.notFound, "the event is in Deleted Items")
        }
        return event
    }

    /// Whether another of the mailbox's own calendars shows the event.
    private func isElsewhere(_ event: ExchangeEvent, _ mailbox: EmailAddress) async throws(ExchangeError) -> Bool {
        struct Calendar: Decodable {
            let id: String
            let isDefaultCalendar: Bool?
        }
        let calendars: [Calendar] = try await graph.list(
            ["calendars"], in: mailbox, [("$select", "id,isDefaultCalendar")])
        let filters = [Self.filter(event.key.uid)] + (Self.beginning(of: event).map { [Self.filter($0)] } ?? [])
        for calendar in calendars where calendar.isDefaultCalendar != true {
            do throws(ExchangeError) {
                for filter in filters {
                    if try await isListed(event, filter, mailbox, ["calendars", calendar.id]) { return true }
                }
            } catch {
                // Another's that is shared with him, or one that is gone by now: his event, by this id, is not in it.
                guard [.notFound, .forbiddenMailbox, .mailboxMissing].contains(error.kind) else { throw error }
            }
        }
        return false
    }

    /// Whether a calendar's list shows the event.
    private func isListed(
        _ event: ExchangeEvent, _ filter: (name: String, value: String), _ mailbox: EmailAddress,
        _ calendar: [String] = ["calendar"]
    ) async throws(ExchangeError) -> Bool {
        struct Listed: Decodable { let id: String }
        let listed: [Listed] = try await graph.list(calendar + ["events"], in: mailbox, [filter, ("$select", "id")])
        return listed.contains { $0.id == event.key.item.rawValue }
    }

    public func events(
        named propertyValue: String, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> [ExchangeEvent] {
        try await items(named: propertyValue, in: mailbox).map { item throws(ExchangeError) in
            try Self.event(item, mailbox)
        }.sorted(by: Self.isOlder)
    }

    public func events(uid: ICalUID, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent] {
        try await list(Self.filter(uid), mailbox).map { item throws(ExchangeError) in
            try Self.event(item, mailbox)
        }.sorted(by: Self.isOlder)
    }

    public func events(startingAt start: Date, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent]
    {
        let isMidnight = start.timeIntervalSince1970.truncatingRemainder(dividingBy: 86400) == 0
        let span = isMidnight ? Self.anyZone(start) : start..<start + 60
        return try await list(Self.filter(span), mailbox).map { item throws(ExchangeError) in
            try Self.event(item, mailbox)
        }.filter { event in
            switch event.content.time {
            case .timed(let first, _, _): (start..<start + 60).contains(first)
            case .allDay(let first, _): GraphEventTime(first, in: .utc).instant == start
            case nil: false
            }
        }.sorted(by: Self.isOlder)
    }

    // MARK: Writing

    public func createEvent(
        _ content: MeetingContent, zone: ZoneName, propertyValue: String, transactionID: String,
        in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CreatedEvent {
        let body = try GraphEventBody(
            content, zone: zone, propertyValue: propertyValue, transactionID: transactionID)
        do throws(ExchangeError) {
            let item: GraphEventItem = try await graph.write(
                .post, ["events"], in: mailbox, body, prefer: Self.prefer)
            return .made(try Self.written(item, mailbox, ActivityKey(propertyValue)))
        } catch {
            guard error.kind == .alreadyExists else { throw error }
            return try await earlier(error.existing, propertyValue, transactionID, mailbox)
        }
    }

    /// What an earlier request with the same transaction id made, or that it is gone again: by a read of it, never by a list alone.
    private func earlier(
        _ id: String?, _ propertyValue: String, _ transactionID: String, _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> CreatedEvent {
        if let id {
            do throws(ExchangeError) {
                return .made(try await event(ItemID(id), of: mailbox))
            } catch {
                guard error.kind == .notFound else { throw error }
            }
        }
        // It was made with our property.
        let found = try await items(named: propertyValue, in: mailbox).first { $0.transactionId == transactionID }
        guard let found else { return id == nil ? .madeAndMissing : .madeAndDeleted }
        return .made(try Self.event(found, mailbox))
    }

    public func updateEvent(
        _ event: SilentEvent, _ changes: [FieldGroup: FieldValue], zone: ZoneName, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent {
        try await patch(event, try GraphEventBody(changes, zone: zone), event.activity, mailbox)
    }

    public func setProperty(
        _ propertyValue: String?, of event: SilentEvent, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent {
        let activity = propertyValue.flatMap(ActivityKey.init)
        return try await patch(event, GraphEventBody(propertyValue: propertyValue), activity, mailbox)
    }

    private func patch(
        _ event: SilentEvent, _ body: GraphEventBody, _ activity: ActivityKey?, _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent {
        let item: GraphEventItem = try await graph.write(
            .patch, ["events", event.item.rawValue], in: mailbox, body, prefer: Self.prefer, ifMatch: event.etag)
        return try Self.written(item, mailbox, activity)
    }

    public func deleteEvent(_ event: SilentEvent, of mailbox: EmailAddress) async throws(ExchangeError) {
        try await graph.delete(["events", event.item.rawValue], in: mailbox, ifMatch: event.etag)
    }

    // MARK: Requests

    private static let expansion = ("$expand", GraphProperty.expansion([GraphProperty.activity]))

    private static func filter(_ uid: ICalUID) -> (name: String, value: String) {
        ("$filter", "iCalUId eq \(GraphURL.literal(uid.rawValue))")
    }

    private static func filter(_ span: Range<Date>) -> (name: String, value: String) {
        (
            "$filter",
            "start/dateTime ge \(literal(span.lowerBound)) and start/dateTime lt \(literal(span.upperBound))"
        )
    }

    /// An all-day event begins at midnight of the zone it was made in, which may be half a day from UTC's.
    private static func anyZone(_ midnight: Date) -> Range<Date> { midnight - 15 * 3600..<midnight + 15 * 3600 }

    private static func beginning(of event: ExchangeEvent) -> Range<Date>? {
        switch event.content.time {
        case .timed(let start, _, _): start..<start + 60
        case .allDay(let first, _): GraphEventTime(first, in: .utc).instant.map(anyZone)
        case nil: nil
        }
    }

    private static func literal(_ date: Date) -> String {
        GraphURL.literal(String(date.formatted(.iso8601).prefix(19)))
    }

    /// Events of the default calendar: singles and masters of series.
    private func list(
        _ filter: (name: String, value: String), _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> [GraphEventItem] {
        let rows: [GraphEventRow] = try await graph.list(
            ["calendar", "events"], in: mailbox,
            [filter, ("$select", GraphEventItem.selection), Self.expansion, ("$top", String(Self.pageSize))],
            prefer: Self.prefer)
        return try rows.map { row throws(ExchangeError) in try Self.item(row) }
    }

    /// Exchange compares values without regard to case; a code of LN's in another case is another activity.
    private func items(
        named propertyValue: String, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> [GraphEventItem] {
        try await list(("$filter", GraphProperty.condition(GraphProperty.activity, propertyValue)), mailbox)
            .filter { $0.propertyValue(GraphProperty.activity) == propertyValue }
    }

    private static func isOlder(_ one: ExchangeEvent, _ other: ExchangeEvent) -> Bool {
        (one.created, one.key.item) < (other.created, other.key.item)
    }

    private static func event(
        _ item: GraphEventItem, _ mailbox: EmailAddress
    ) throws(ExchangeError) -> ExchangeEvent {
        do throws(GraphUnreadable) {
            return try item.event(of: mailbox, activity: nil)
        } catch {
            throw unreadable(error)
        }
    }

    /// One event that can't be read is no failure of the mailbox's.
    private static func item(_ row: GraphEventRow) throws(ExchangeError) -> GraphEventItem {
        do throws(GraphUnreadable) {
            return try row.item.get()
        } catch {
            throw unreadable(error)
        }
    }

    private static func unreadable(_ error: GraphUnreadable) -> ExchangeError {
        ExchangeError(
            .invalid,
            "Graph's answer of an event is not as documented: \(error.place); open it in Outlook and save it")
    }

    /// The answer to a write shows no property: it is what was written, or what the read before it showed.
    private static func written(
        _ item: GraphEventItem, _ mailbox: EmailAddress, _ activity: ActivityKey?
    ) throws(ExchangeError) -> ExchangeEvent {
        do throws(GraphUnreadable) {
            return try item.event(of: mailbox, activity: activity)
        } catch {
            throw ExchangeError(
                .transient, "Graph's answer to a write is not as documented: \(error.place)", isOutcomeUnknown: true)
        }
    }
}

public import ExchangeClient
public import Foundation
public import HTTPTypes
public import Runtime
public import SyncModel
public import Telemetry

/// The port for calendars over Microsoft Graph v1.0, with an app-only token.
///
/// Throws nothing but `ExchangeError`. Cancelling a task ends its request; of a write the outcome is unknown then.
public struct GraphCalendar: ExchangeCalendar {
    let graph: GraphClient

    /// - Throws: `.authConfig` where a URL of the configuration is none.
    public init(
        _ configuration: GraphConfiguration, transport: any HTTPTransport, metrics: Metrics,
        time: any TimeSource = SystemTime(), randomness: any Randomness = SystemRandomness()
    ) throws(ExchangeError) {
        graph = try GraphClient(configuration, "Calendars.ReadWrite", transport, metrics, time, randomness)
    }

    private static let unfinished = ExchangeError(.invalid, "calendars are not read and written yet")

    public func defaultCalendar(in mailbox: EmailAddress) async throws(ExchangeError) -> ItemID {
        throw Self.unfinished
    }

    public func zone(of mailbox: EmailAddress) async throws(ExchangeError) -> ZoneName? { throw Self.unfinished }

    public func event(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> ExchangeEvent {
        throw Self.unfinished
    }

    public func events(named propertyValue: String, in mailbox: EmailAddress) async throws(ExchangeError)
        -> [ExchangeEvent]
    { throw Self.unfinished }

    public func events(uid: ICalUID, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent] {
        throw Self.unfinished
    }

    public func events(startingAt start: Date, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent]
    { throw Self.unfinished }

    public func createEvent(
        _ content: MeetingContent, zone: ZoneName, propertyValue: String, transactionID: String,
        in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CreatedEvent { throw Self.unfinished }

    public func updateEvent(
        _ event: SilentEvent, _ changes: [FieldGroup: FieldValue], zone: ZoneName, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent { throw Self.unfinished }

    public func setProperty(_ propertyValue: String?, of event: SilentEvent, of mailbox: EmailAddress)
        async throws(ExchangeError) -> ExchangeEvent
    { throw Self.unfinished }

    public func deleteEvent(_ event: SilentEvent, of mailbox: EmailAddress) async throws(ExchangeError) {
        throw Self.unfinished
    }

    public func calendarChanges(
        _ place: CalendarPlace, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CalendarPage { throw Self.unfinished }
}

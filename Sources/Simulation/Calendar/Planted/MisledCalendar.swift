import ExchangeClient
import Foundation
import SyncModel
import Synchronization

/// Calendars in Exchange as a process sees them that breaks a rule.
struct MisledCalendar: ExchangeCalendar {
    let base: any ExchangeCalendar
    let fault: PlantedFault
    let rumours: Rumours

    /// What delta rounds said was removed, whoever heard it.
    final class Rumours: Sendable {
        private let items = Mutex<Set<ItemID>>([])

        func heard(_ item: ItemID) { items.withLock { _ = $0.insert(item) } }

        func has(_ item: ItemID) -> Bool { items.withLock { $0.contains(item) } }
    }

    func event(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> ExchangeEvent {
        guard isBelieved(id) else { throw ExchangeError(.notFound, "it is said to be removed") }
        return seen(try await base.event(id, of: mailbox))
    }

    func events(named propertyValue: String, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent] {
        shown(try await base.events(named: propertyValue, in: mailbox))
    }

    func events(uid: ICalUID, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent] {
        shown(try await base.events(uid: uid, in: mailbox))
    }

    func events(startingAt start: Date, in mailbox: EmailAddress) async throws(ExchangeError) -> [ExchangeEvent] {
        shown(try await base.events(startingAt: start, in: mailbox))
    }

    func createEvent(
        _ content: MeetingContent, zone: ZoneName, propertyValue: String, transactionID: String,
        in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CreatedEvent {
        try await base.createEvent(
            content, zone: zone, propertyValue: propertyValue, transactionID: transactionID, in: mailbox)
    }

    func calendarChanges(
        _ place: CalendarPlace, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CalendarPage {
        var page = try await base.calendarChanges(place, in: mailbox)
        for index in page.rows.indices {
            switch page.rows[index] {
            case .event(let event): page.rows[index] = .event(seen(event))
            case .removed(let item): rumours.heard(item)
            case .occurrence: break
            }
        }
        return page
    }

    /// What a search finds.
    private func shown(_ events: [ExchangeEvent]) -> [ExchangeEvent] {
        fault == .noTwinSearch ? [] : events.filter { isBelieved($0.key.item) }.map(seen)
    }

    /// Whether it is there for all that this process asks, by whatever request.
    private func isBelieved(_ item: ItemID) -> Bool { fault != .removedWithoutProof || !rumours.has(item) }

    private func seen(_ event: ExchangeEvent) -> ExchangeEvent {
        var event = event
        switch fault {
        case .viewsConfused:
            event.isOrganizer = true
            event.organizer = nil
        case .maskedAsEmpty where event.content.sensitivity?.isPrivate == true:
            // As a mailbox's delegate is shown what he may not see.
            (event.content.subject, event.content.location, event.content.body) = ("", "", MeetingBody(""))
            (event.content.attendees, event.content.sensitivity) = ([:], .normal)
        case .privateNotReduced: event.content.sensitivity = event.content.sensitivity.map { _ in .normal }
        default: break
        }
        return event
    }

    // MARK: What no fault is about

    func defaultCalendar(in mailbox: EmailAddress) async throws(ExchangeError) -> ItemID {
        try await base.defaultCalendar(in: mailbox)
    }

    func zone(of mailbox: EmailAddress) async throws(ExchangeError) -> ZoneName? { try await base.zone(of: mailbox) }

    func updateEvent(
        _ event: SilentEvent, _ changes: [FieldGroup: FieldValue], zone: ZoneName, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent {
        try await base.updateEvent(event, changes, zone: zone, of: mailbox)
    }

    func setProperty(
        _ propertyValue: String?, of event: SilentEvent, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ExchangeEvent {
        try await base.setProperty(propertyValue, of: event, of: mailbox)
    }

    func deleteEvent(_ event: SilentEvent, of mailbox: EmailAddress) async throws(ExchangeError) {
        try await base.deleteEvent(event, of: mailbox)
    }
}

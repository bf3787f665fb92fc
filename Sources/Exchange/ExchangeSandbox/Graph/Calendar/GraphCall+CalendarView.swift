import Foundation
import HTTPTypes

/// `calendarView`: singles and the occurrences of series that take up some of a time.
///
/// https://learn.microsoft.com/graph/api/calendar-list-calendarview
extension GraphCall {
    private static let longest = 1825
    /// In seconds.
    static let longestWindow = Double(longest * 86400)

    func calendarView(_ mailbox: Mailbox, in calendar: Int) throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        let window = try window()
        let options = try eventOptions()
        let entries = mailbox.calendar.events(in: calendar).flatMap { Self.entries($0, in: window) }
        return list(mailbox, entries, options, "calendarView")
    }

    /// `events/{series}/instances`
    func instances(_ mailbox: Mailbox, _ item: EventItem) throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        let window = try window()
        let options = try eventOptions()
        let entries = item.isSeries ? Self.entries(item, in: window) : []
        return list(
            mailbox, entries, options, "events('\(mailbox.id(of: item, immutable: wantsImmutableIDs))')/instances")
    }

    private static func entries(_ item: EventItem, in window: Range<Date>) -> [(item: EventItem, day: CivilDay?)] {
        if item.isSeries { return item.days(in: window).map { (item, $0) } }
        return item.fields.intersects(window) ? [(item, nil)] : []
    }

    /// The window of the query; times without an offset are UTC's, whatever zone is preferred.
    func window() throws(GraphError) -> Range<Date> {
        func value(_ name: String) throws(GraphError) -> Date? {
            guard let text = query.first(where: { $0.key.lowercased() == name })?.value else { return nil }
            // A plus sign that was not escaped has become a blank on the way.
            let time = text.replacing(" ", with: "+")
            let instant =
                EventTime.instant(time) ?? EventTime.wall(time).map { Date(timeIntervalSince1970: Double($0)) }
            guard let instant else {
                throw GraphError(400, "ErrorInvalidParameter", "The value '\(text)' of \(name) is no time.")
            }
            return instant
        }
        guard let start = try value("startdatetime"), let end = try value("enddatetime") else {
            throw GraphError(
                400, "ErrorInvalidParameter",
                "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime."
            )
        }
        guard start <= end else {
            throw GraphError(400, "ErrorInvalidParameter", "The end of the time window is before its start.")
        }
        guard end.timeIntervalSince(start) <= Self.longestWindow else {
            throw GraphError(
                400, "ErrorInvalidRequest",
                "The requested time duration specified for calendar view is too long. The maximum allowed is \(Self.longest) days."
            )
        }
        return start..<end
    }
}

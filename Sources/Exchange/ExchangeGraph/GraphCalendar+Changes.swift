public import ExchangeClient
import Foundation
import HTTPTypes
public import SyncModel

/// Changes of the default calendar: `calendarView/delta`, whose links are opaque and used to the letter.
extension GraphCalendar {
    /// Rows of a page; one that is larger than an answer may be is asked for again, row by row.
    private static let rowsOfPage = 50

    public func calendarChanges(
        _ place: CalendarPlace, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> CalendarPage {
        do throws(ExchangeError) {
            return try await page(place, rows: Self.rowsOfPage, mailbox)
        } catch {
            guard error.kind == .invalid else { throw error }
        }
        return try await page(place, rows: 1, mailbox)
    }

    private func page(
        _ place: CalendarPlace, rows: Int, _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> CalendarPage {
        let prefer = Self.prefer + ["odata.maxpagesize=\(rows)"]
        let call = GraphClient.Call(method: .get, url: try url(of: place, mailbox), prefer: prefer)
        let page: GraphPage<GraphEventRow>
        do throws(ExchangeError) {
            page = try GraphClient.decode(try await graph.send(call, mailbox), isWrite: false)
        } catch {
            // 410 without a code of its own.
            guard case .link = place, error.kind == .notFound else { throw error }
            throw ExchangeError(.syncStateLost, error.message)
        }
        var answer = CalendarPage(rows: [], next: try next(page))
        for row in page.value {
            if let row = try await read(row, &answer.remarks, mailbox) { answer.rows.append(row) }
        }
        return answer
    }

    private func url(of place: CalendarPlace, _ mailbox: EmailAddress) throws(ExchangeError) -> String {
        switch place {
        case .window(let start, let end):
            return graph.resource(
                ["calendarView", "delta"],
                [("startDateTime", start.formatted(.iso8601)), ("endDateTime", end.formatted(.iso8601))], mailbox)
        case .link(let link):
            do throws(ExchangeError) {
                return try graph.url.checked(nextLink: link)
            } catch {
                throw ExchangeError(.syncStateLost, "the place was kept of another Graph than \(graph.url.base)")
            }
        }
    }

    private func next(_ page: GraphPage<GraphEventRow>) throws(ExchangeError) -> CalendarPage.Next {
        if let link = page.nextLink { return .page(try graph.url.checked(nextLink: link)) }
        if let link = page.deltaLink { return .round(try graph.url.checked(nextLink: link)) }
        throw ExchangeError(.transient, "Graph's answer is not as documented: at “@odata.deltaLink”")
    }

    /// A row that does not show what an event must have is read by its id; what can't be read then either is passed over, and told.
    private func read(
        _ row: GraphEventRow, _ remarks: inout [String], _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> CalendarPage.Row? {
        guard let id = row.id else {
            remarks.append("id: a row of the calendar's changes has none and is passed over")
            return nil
        }
        if row.isRemoved { return .removed(ItemID(id)) }
        do throws(GraphUnreadable) {
            let item = try row.item.get()
            return item.isPlainOccurrence
                ? .occurrence(try item.occurrence()) : .event(try item.event(of: mailbox, activity: nil))
        } catch {}
        do throws(ExchangeError) {
            return .event(try await event(ItemID(id), of: mailbox))
        } catch {
            switch error.kind {
            case .notFound, .inAnotherCalendar: return .removed(ItemID(id))
            case .invalid:
                remarks.append("event \(id): passed over; \(error.message)")
                return nil
            default: throw error
            }
        }
    }
}

import ExchangeClient
import Foundation
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// A new round over the whole window, as far as it has got. A process that is cut off by a mailbox's rest goes on with it; one that ends
/// does not: the round begins again.
struct WindowRound: Sendable {
    /// The baseline that it is: another one begins another round.
    var begun: Date
    var window: CalendarCursor.Window
    /// The next page; `nil`: the first one.
    var link: String?
    /// What Exchange has shown to be there.
    var seen: Set<ItemID> = []
    var masters: [ItemID: PageReading.Master] = [:]
    var events = 0
    /// As this process committed it last: another's round has moved it.
    var cursor: CalendarCursor?
}

extension MailboxRound {
    /// Reads the whole window by a new round, then proves what rows know and the round has not shown. The link of before stays until all
    /// of that is done.
    func readWindow(_ now: Date) async throws {
        var round = try await beginWindow(now)
        window = round
        while true {
            try await ports.publisher.requireRoom(for: user.id, isBackfill: true)
            let sequence = nextSequence()
            let place: CalendarPlace =
                round.link.map { .link($0) } ?? .window(start: round.window.start, end: round.window.end)
            let page: CalendarPage
            switch await read(place) {
            case .success(let read): page = read
            case .failure(let error):
                if let error = error as? ExchangeError, [.syncStateLost, .invalid].contains(error.kind) {
                    // From its start, by the next attempt.
                    window = nil
                }
                throw error
            }
            let remarks = try await publish(page, sequence, isBackfill: true)
            let items = PageReading(page.rows).items
            round.masters = window?.masters ?? [:]
            round.seen.formUnion(items)
            round.events += items.count
            cursor.progress = CalendarCursor.Progress(begun: round.begun, events: round.events)
            let end: String?
            switch page.next {
            case .page(let link):
                round.link = link
                end = nil
            case .round(let link): end = link
            }
            round.cursor = cursor
            try await commit(remarks.map { .journal($0) })
            if let end {
                try await reconcile(round)
                try await endWindow(round, link: end)
                return
            }
            window = round
        }
    }

    private func beginWindow(_ now: Date) async throws -> WindowRound {
        if let window, case .running(window.begun, _) = user.calendar.baselines.exchange, window.cursor == cursor {
            return window
        }
        try await change { user in
            if case .running = user.calendar.baselines.exchange { return false }
            user.calendar.baselines.exchange = .running(begun: now, after: nil)
            return true
        }
        guard let begun = user.calendar.baselines.exchange.begun else { throw RoundEnd.stopped }
        ports.log.info("a mailbox's whole window is read", ["user": user.id.description])
        let days = CalendarWindow().days
        return WindowRound(
            begun: begun,
            window: CalendarCursor.Window(start: now, end: now + TimeInterval(days) * 86400))
    }

    private func endWindow(_ round: WindowRound, link: String) async throws {
        cursor.link = link
        cursor.isInRound = false
        cursor.window = round.window
        cursor.progress = nil
        window = nil
        try await change { user in
            // Another baseline has begun meanwhile: it is a round of its own.
            guard case .running(round.begun, _) = user.calendar.baselines.exchange else { return false }
            user.calendar.baselines.exchange = .done(begun: round.begun)
            return true
        }
        ports.metrics.roundIsOver(isBaseline: true)
        ports.log.info(
            "a mailbox's whole window is sent",
            ["user": user.id.description, "events": String(round.events)])
    }

    // MARK: Reconciliation

    private static var rowsAtOnce: Int { 200 }

    /// What rows have in this mailbox and window, and what no page has shown, is proven one by one: absence proves nothing.
    private func reconcile(_ round: WindowRound) async throws {
        var after: MeetingID?
        while true {
            let rows = try await ports.store.meetings(seenIn: user.id, after: after, limit: Self.rowsAtOnce)
            var batch = Batch()
            for row in rows {
                guard let item = row.item(in: user.id), !round.seen.contains(item), row.isExpected(in: round.window)
                else { continue }
                try await takeNamed(item, row, isNamed: true, &batch)
            }
            let remarks = try await send(batch, isBackfill: true)
            if !remarks.isEmpty { try await commit(remarks.map { .journal($0) }) }
            guard rows.count == Self.rowsAtOnce, let last = rows.last?.id else { return }
            after = last
        }
    }
}

extension MeetingRow {
    /// Whether a round over that window would show the event, as far as the row knows.
    fileprivate func isExpected(in window: CalendarCursor.Window) -> Bool {
        guard status.state != .tombstone, case .present(let content, _) = meeting.observed.exchange else {
            return false
        }
        switch content.time {
        case nil: return true
        case .timed(let start, let end, _): return end > window.start && start < window.end
        // Its days begin and end in the owner's zone.
        case .allDay(let start, let end):
            let zone = ZoneName("UTC")
            let day: TimeInterval = 86400
            let days = MeetingTime.allDay(start: start, end: end)
            return !days.isOver(in: zone, now: window.start - day)
                && CalendarWindow().contains(days, in: zone, now: window.start - day)
        }
    }
}

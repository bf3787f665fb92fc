import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore

extension ActivityReader {
    /// One page of the calendars' baselines that run: those of users at the same place together, so that LN is asked no more often for many
    /// users than for one. The hindmost go first, and join the others.
    ///
    /// Whatever `published` says: the state of each present and future activity of theirs, and for every other key of `published` or of a
    /// mailbox's rows, after a keyed read, what it is.
    func baselinePage() async throws -> Bool {
        let running = try await store.users().filter {
            $0.isActive && !$0.isPaused && $0.calendar.baselines.ln.isRunning
        }
        let ready = Set(try await sender.pacing.ready(running.map(\.id)))
        let byPlace = Dictionary(grouping: running.filter { ready.contains($0.id) }) { $0.calendar.baselines.ln.place }
        guard let (place, users) = byPlace.min(by: { ($0.key ?? "") < ($1.key ?? "") }) else {
            // Who is not read yet by the watch is looked for again.
            try await watch.refresh()
            schedule.hasNoRoom(.baseline, until: time.uptime + deadlines.pollInterval)
            return true
        }
        let ids = Set(users.map(\.id))
        let after = place.map { ActivityCode($0) }
        let sequence = nextSequence()
        let page = try await client.activities(endingAfter: horizon, after: after, limit: deadlines.pageSize)
        let last = page.next == nil ? nil : page.keys.last
        try await publisher.publish(page.activities.map(ReadActivity.present), sequence, on: .baseline(ids), lease)
        let others = try await otherKeys(than: page.keys, after: after, upTo: last) { ids.contains($0.mailbox) }
        try await publishByKey(others, on: .baseline(ids))
        let begun = Dictionary(users.map { ($0.id, $0.calendar.baselines.ln) }, uniquingKeysWith: { one, _ in one })
        try await advance(users, isDone: last == nil) { user in
            guard user.isActive, user.calendar.baselines.ln == begun[user.id],
                let date = user.calendar.baselines.ln.begun
            else { return nil }
            var user = user
            user.calendar.baselines.ln = last.map { .running(begun: date, after: $0.rawValue) } ?? .done(begun: date)
            return user
        }
        return true
    }
}

extension CalendarBaseline {
    /// The key it runs behind; `nil` at its beginning.
    fileprivate var place: String? {
        if case .running(_, let after) = self { after } else { nil }
    }
}

import Foundation
import Runtime
import SyncModel
import SyncPlanner
import SyncStore
import Synchronization
import Telemetry

/// What is to be read: what the loop knows of the mailboxes, from the store and from its own intake.
extension ExchangeReader {
    var quarantined: Int { watch.snapshot.users.values.count { $0.isActive && $0.quarantine != nil } }

    /// Takes in what hints ask for and, from time to time, what other processes have read or have left to be read.
    func look() async {
        let (news, isReassigned) = wanted.takeNews()
        let now = time.uptime
        let isDue = state.withLock { state in
            for (user, wants) in news { state.wants[user] = wants }
            guard state.isStale || isReassigned || now - state.asked >= configuration.deadlines.lookInterval else {
                return false
            }
            state.isStale = false
            state.asked = now
            return true
        }
        guard isDue else { return }
        do throws(StoreError) {
            let snapshot = try await watch.refresh()
            let cursors = try await store.cursors()
            let kept = CalendarCursor.kept(in: cursors)
            let wants = MailboxWants.kept(in: cursors)
            let isTroubleKept = ReadingTrouble.kept(in: cursors)[.exchangeReader] != nil
            state.withLock { state in
                state.cursors = kept
                for (user, asked) in wants where asked.number > state.wants[user]?.number ?? -1 {
                    state.wants[user] = asked
                }
                state.isTroubleKept = isTroubleKept
                state.hasLooked = true
                let users = Set(snapshot.users.keys)
                state.schedule.keep(users)
                state.wants = state.wants.filter { users.contains($0.key) }
                state.windows = state.windows.filter { users.contains($0.key) }
                state.ticks = state.ticks.filter { users.contains($0.key) }
            }
        } catch {
            if storeTrouble.failed(error) {
                log.error("the store can't be asked for what is to be read", ["error": error.message])
            }
            state.withLock { $0.isStale = true }
        }
    }

    /// What is to be read of the mailboxes that may be read.
    func facts() -> [MailboxSchedule.Facts] {
        let snapshot = watch.snapshot
        guard let ticks = ticks(snapshot) else { return [] }
        let now = time.now
        let users = snapshot.users.values.filter { $0.isRead(now: now) }.sorted { $0.id < $1.id }
        return state.withLock { state in
            users.map { facts(of: $0, ticks, now, &state) }
        }
    }

    /// `nil` while no calendar is read.
    func ticks(_ snapshot: StoreSnapshot) -> PullSchedule? {
        guard snapshot.isStarted, snapshot.comParameters?.synchronizeActivities == true else { return nil }
        return snapshot.syncSettings.map { PullSchedule($0.calendarPullInterval, in: configuration.zone) }
    }

    func facts(
        of user: SyncUser, _ ticks: PullSchedule, _ now: Date, _ state: inout State
    ) -> MailboxSchedule.Facts {
        var facts = MailboxSchedule.Facts(user: user.id)
        let cursor = state.cursors[user.id] ?? CalendarCursor()
        let wants = state.wants[user.id]
        facts.lastRound = cursor.lastRound
        facts.isBaselineDue =
            cursor.link == nil || !user.calendar.baselines.exchange.isDone
            || wants?.isFull(after: cursor.hintsDone) == true
        facts.isHinted = wants?.isAny(after: cursor.hintsDone) == true
        facts.isDue = cursor.isInRound || isTickDue(user.id, cursor.lastRound, ticks, now, &state)
        return facts
    }

    /// One catch-up where ticks were missed (SET-2). A clock that was set back does not stop the ticks.
    private func isTickDue(
        _ user: SyncUserID, _ last: Date?, _ ticks: PullSchedule, _ now: Date, _ state: inout State
    ) -> Bool {
        guard let last else { return true }
        if let known = state.ticks[user], known.last == last, known.schedule == ticks, last <= now {
            return known.next <= now
        }
        let next = ticks.next(after: min(last, now))
        state.ticks[user] = NextTick(last: last, schedule: ticks, next: next)
        return next <= now
    }
}

import ExchangeClient
import Foundation
import Kafka
import Runtime
import SyncModel
import SyncStore
import Synchronization
import Telemetry

extension ExchangeReader {
    /// One round under the mailbox's lease, where it is still wanted.
    /// - Throws: `CancellationError`.
    func round(of id: SyncUserID, _ lease: HeldLease) async throws -> MailboxSchedule.Outcome {
        let failures = state.withLock { $0.schedule.failures(of: id) } + 1
        func later(_ pause: Duration? = nil) -> MailboxSchedule.Outcome {
            metrics.failed()
            return .failed(
                until: time.uptime + max(pause ?? .zero, configuration.deadlines.pause(after: failures, randomness)))
        }
        var reading: MailboxRound?
        do {
            guard let round = try await begin(id, lease) else { return .done }
            reading = round
            try await round.run()
            try await endQuarantine(round)
            keep(round, of: id, isDone: true)
            await isReadAgain(round)
            await mended()
            return .done
        } catch {
            if let reading { keep(reading, of: id, isDone: false) }
            try Task.checkCancellation()
            switch error {
            case let end as RoundEnd:
                switch end {
                case .leaseLost:
                    log.notice("a mailbox's lease is lost: another reads it", ["user": id.description])
                    return .notNow(until: time.uptime + configuration.leaseInterval)
                case .stopped, .begunAnew: return .notNow(until: time.uptime)
                case .noRoom: return .notNow(until: time.uptime + configuration.deadlines.pollInterval)
                case .unusable(let rule, let reason):
                    return .failed(until: time.uptime + (try await quarantine(reading, rule, reason)))
                }
            case let error as ExchangeError:
                // Stopped while a request was under way: no fault, and nothing to wait for.
                guard watch.snapshot.isReading(id) else { return .notNow(until: time.uptime) }
                switch MailboxFailure(error) {
                case .rests(let pause):
                    log.info(
                        "Exchange asked for rest for a mailbox", ["user": id.description, "error": error.message])
                    metrics.failed()
                    let pause = max(pause, configuration.deadlines.firstPause)
                    await tell(error, of: reading, after: failures, pause: pause)
                    return .failed(until: time.uptime + pause)
                case .needsPerson:
                    await needsPerson(error)
                    return .failed(until: time.uptime + configuration.deadlines.mendPause)
                case .refused:
                    metrics.failed()
                    await tell(error, of: reading, after: failures, needsPerson: true)
                    return .failed(until: time.uptime + configuration.deadlines.mendPause)
                case .unusable:
                    return .failed(until: time.uptime + (try await quarantine(reading, "USR-3", error.message)))
                case .later:
                    log.warning(
                        "a mailbox can't be read at the moment; it is tried again",
                        ["user": id.description, "error": error.message])
                    await tell(error, of: reading, after: failures)
                    return later()
                }
            case let error as StoreError:
                log.warning(
                    "the store failed; what was read of a mailbox is read again",
                    ["user": id.description, "error": error.message])
                return later()
            case let error as KafkaError where error.code == .fatal || error.code == .closed:
                state.withLock { $0.failure = error }
                return later()
            case let error as KafkaError:
                log.warning(
                    "a page was not sent; it is read again", ["user": id.description, "error": error.message])
                return later()
            default:
                log.error("a mailbox's round failed", ["user": id.description, "error": "\(error)"])
                return later()
            }
        }
    }

    /// What is asked for by now, as the store has it while the lease is held; `nil`: another process has done it.
    private func begin(_ id: SyncUserID, _ lease: HeldLease) async throws -> MailboxRound? {
        let snapshot = try await watch.refresh()
        let now = time.now
        guard let ticks = ticks(snapshot), let user = snapshot.users[id], user.isRead(now: now) else { return nil }
        let name = CalendarCursor.lease(of: id)
        let texts = try await store.cursors([
            CalendarCursor.name(of: id), MailboxWants.name(of: id), ReadingTrouble.cursor(of: name),
        ])
        let cursor = texts[CalendarCursor.name(of: id)].flatMap { CalendarCursor(text: $0) } ?? CalendarCursor()
        let wants = texts[MailboxWants.name(of: id)].flatMap { MailboxWants(text: $0) } ?? MailboxWants()
        // Somebody may have read it since this process looked.
        let isWanted = state.withLock { state in
            state.cursors[id] = cursor
            state.wants[id] = wants
            let facts = facts(of: user, ticks, now, &state)
            return facts.isDue || facts.isBaselineDue || facts.isHinted
        }
        guard isWanted else { return nil }
        let (directory, window) = state.withLock { state in
            if state.directory?.changes != snapshot.changes {
                state.directory = (snapshot.changes, UserDirectory(Array(snapshot.users.values)))
            }
            return (state.directory?.value ?? UserDirectory([]), state.windows[id])
        }
        return MailboxRound(
            ports, lease, user: user, directory: directory, cursor: cursor, wants: wants, window: window,
            trouble: ReadingTrouble.kept(in: texts)[name])
    }

    /// What a round has come to is known to the loop at once. Of one that failed the store knows less.
    private func keep(_ round: MailboxRound, of id: SyncUserID, isDone: Bool) {
        let (cursor, window) = (round.cursor, round.window)
        state.withLock { state in
            state.windows[id] = window
            if isDone { state.cursors[id] = cursor }
        }
    }

    // MARK: Trouble

    /// Keeps for others that a mailbox can't be read: when that begins and when it comes to need a person, not at each further try.
    /// - Parameters:
    ///   - failures: in a row, with this one. What passes at once is nobody's concern.
    private func tell(
        _ error: ExchangeError, of round: MailboxRound?, after failures: Int, pause: Duration = .zero,
        needsPerson: Bool = false
    ) async {
        guard let round, needsPerson || failures > 1 || pause > configuration.deadlines.untoldPause,
            round.trouble?.needsPerson != needsPerson
        else { return }
        if needsPerson {
            log.error(
                "a mailbox can't be read until a person mends it; it is tried again by itself",
                ["user": round.user.id.description, "error": error.message])
        }
        do {
            let since = try await store.now()
            try await round.keep(ReadingTrouble(since: since, text: error.message, needsPerson: needsPerson))
        } catch {
            log.debug("trouble with a mailbox was not kept", ["error": "\(error)"])
        }
    }

    /// What was kept of it is over.
    private func isReadAgain(_ round: MailboxRound) async {
        guard round.trouble != nil else { return }
        do {
            try await round.keep(nil)
        } catch {
            log.debug("trouble with a mailbox was not taken back", ["error": "\(error)"])
        }
    }

    // MARK: Quarantine

    /// Leaves the mailbox alone for growing pauses (USR-3).
    /// - Returns: for how long this reader does: what the store says counts, for a person may end it (`lnsync users resume`).
    private func quarantine(_ round: MailboxRound?, _ rule: String, _ reason: String) async throws -> Duration {
        guard let round else { return .zero }
        let pauses = configuration.deadlines.quarantinePauses
        let attempts = (round.user.quarantine?.attempts ?? 0) + 1
        let pause = pauses[min(attempts, pauses.count) - 1]
        metrics.failed()
        do {
            let now = try await store.now()
            let known = round.user.quarantine
            round.cursor.quarantine = reason
            let entry = JournalDraft(
                user: round.user.id, item: "user/\(round.user.code)", rule: rule, action: "quarantined", detail: reason)
            try await round.change(with: [.journal(entry)]) { user in
                // Another program has put it there meanwhile: that one counts.
                guard user.quarantine == known else { return false }
                user.quarantine = Quarantine(
                    reason: reason, since: known?.since ?? now, until: now + pause / .seconds(1), attempts: attempts)
                return true
            }
            try await watch.refresh()
            log.warning(
                "a mailbox can't be used and is left alone", ["user": round.user.id.description, "why": reason])
            return configuration.deadlines.firstPause
        } catch let error as StoreError {
            log.error(
                "a quarantine could not be stored", ["user": round.user.id.description, "error": error.message])
        } catch let end as RoundEnd {
            log.debug("a quarantine is another's to tell", ["why": "\(end)"])
        }
        return pause
    }

    /// The mailbox answers again. What another program holds against it is that one's to end.
    private func endQuarantine(_ round: MailboxRound) async throws {
        guard let reason = round.cursor.quarantine else { return }
        round.cursor.quarantine = nil
        guard round.user.quarantine?.reason == reason else {
            try await round.commit([])
            return
        }
        let entry = JournalDraft(
            user: round.user.id, item: "user/\(round.user.code)", rule: "USR-3", action: "released",
            detail: "the mailbox answers again")
        try await round.change(with: [.journal(entry)]) { user in
            guard user.quarantine?.reason == reason else { return false }
            user.quarantine = nil
            return true
        }
        try await watch.refresh()
    }

    // MARK: The app registration

    /// Told once, in the log and for status, however many mailboxes it concerns.
    private func needsPerson(_ error: ExchangeError) async {
        metrics.failed()
        let isNew = state.withLock { state in
            defer { state.isTroubleKept = true }
            return !state.isTroubleKept
        }
        guard isNew else { return }
        log.error(
            "Exchange can't be read until a person mends it; it is tried again by itself",
            ["error": error.message, "next": "in \(configuration.deadlines.mendPause / .seconds(1)) s"])
        do {
            let trouble = ReadingTrouble(since: try await store.now(), text: error.message, needsPerson: true)
            _ = try await store.commit([try ReadingTrouble.keep(trouble, of: .exchangeReader)])
        } catch {
            log.debug("trouble was not kept", ["error": "\(error)"])
        }
    }

    private func mended() async {
        let wasKept = state.withLock { state in
            defer { state.isTroubleKept = false }
            return state.isTroubleKept
        }
        guard wasKept else { return }
        log.notice("Exchange is read again")
        do {
            _ = try await store.commit([try ReadingTrouble.keep(nil, of: .exchangeReader)])
        } catch {
            log.debug("trouble was not taken back", ["error": "\(error)"])
        }
    }
}

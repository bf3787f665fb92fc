import Foundation
public import Kafka
public import Runtime
import SyncEvents
public import Telemetry

/// What waits, as metrics: backlog, oldest due row, rows by state, leases without a holder. Any program may show them; an alert needs
/// one.
public struct StatusGauges: Sendable {
    private let administration: Administration
    /// A consumer without a group, for one reading. One that fetches would let each question wait behind what it fetches.
    private let makeReader: @Sendable () throws -> any RecordConsumer
    private let metrics: Metrics
    private let time: any TimeSource
    private let log: Logger
    private let deadLetters: DeadLetterGauges

    /// Counting reads all rows: not every second.
    private static let interval: Duration = .seconds(30)

    /// - Parameter makeReader: makes a consumer without a group, for one reading.
    public init(
        _ administration: Administration, metrics: Metrics, time: any TimeSource, log: Logger,
        makeReader: @escaping @Sendable () throws -> any RecordConsumer
    ) {
        self.administration = administration
        self.makeReader = makeReader
        self.metrics = metrics
        self.time = time
        self.log = log.labelled("StatusGauges")
        deadLetters = DeadLetterGauges(administration, metrics: metrics, makeReader: makeReader)
    }

    /// Keeps the metrics up to date until the task is cancelled.
    public func run() async throws {
        var deadLetters = deadLetters
        while true {
            do {
                try await refresh(&deadLetters)
            } catch {
                log.debug("the status can't be read", ["error": "\(error)"])
            }
            try await time.sleep(for: Self.interval)
        }
    }

    private func refresh(_ deadLetters: inout DeadLetterGauges) async throws {
        let reader = try makeReader()
        do {
            show(try await administration.status(reader, zone: .gmt))
            try await deadLetters.refresh(reader)
            await reader.close(within: .seconds(3))
        } catch {
            await reader.close(within: .seconds(3))
            throw error
        }
    }

    func show(_ report: StatusReport) {
        for group in report.groups {
            metrics.gauge(
                "backlog", "Records to merge and rows to write; absent where the broker does not say.",
                [("group", group.group)]
            ).set(group.backlog.map(Double.init))
        }
        let oldest = report.users.compactMap(\.oldestDue).min()
        metrics.gauge("oldest_due_seconds", "Since when the row that waits longest is due.")
            .set(oldest.map { max(0, time.now.timeIntervalSince($0)) } ?? 0)
        for (state, count) in [
            ("settled", report.users.reduce(0) { $0 + $1.settled }), ("due", report.dueRows),
            ("held", report.users.reduce(0) { $0 + $1.held }), ("refused", report.users.reduce(0) { $0 + $1.refused }),
            ("resting", report.users.reduce(0) { $0 + $1.resting }),
        ] {
            metrics.gauge("rows", "Contacts in mailboxes by their state.", [("state", state)]).set(Double(count))
        }
        let meetings = report.users.compactMap(\.meetings)
        let oldestMeeting = meetings.compactMap(\.oldestDue).min()
        metrics.gauge("oldest_due_meeting_seconds", "Since when the meeting that waits longest is due.")
            .set(oldestMeeting.map { max(0, time.now.timeIntervalSince($0)) } ?? 0)
        for (state, count) in [
            ("settled", meetings.reduce(0) { $0 + $1.settled }), ("due", report.dueMeetings),
            ("held", meetings.reduce(0) { $0 + $1.held }), ("refused", meetings.reduce(0) { $0 + $1.refused }),
            ("resting", meetings.reduce(0) { $0 + $1.resting }),
        ] {
            metrics.gauge("meetings", "Meetings by their state.", [("state", state)]).set(Double(count))
        }
        metrics.gauge(
            "meetings_waiting_for_approval",
            "Meetings of which something is written when a person approves their user's plan."
        )
        .set(Double(meetings.reduce(0) { $0 + $1.waitingForApproval }))
        metrics.gauge("users_quarantined", "Active users whose mailbox can't be used at the moment.")
            .set(Double(report.users.count { $0.state == "quarantined" }))
        metrics.gauge("holds_open", "Decisions that wait for a person.").set(Double(report.openHolds))
        metrics.gauge("leases_without_holder", "Work that nobody does: its lease has ended.")
            .set(Double(report.leases.count(where: \.isExpired)))
        let missing = Set(report.missingPrograms.map(\.program))
        for program in [ConsumerGroup.contactWorker, ConsumerGroup.calendarWorker, ConsumerGroup.exchangeReader] {
            metrics.gauge(
                "programs_missing", "1: no process of a program runs that what is switched on needs.",
                [("program", program)]
            ).set(missing.contains(program) ? 1 : 0)
        }
        metrics.gauge("synchronisation_started", "1: started, 0: stopped.").set(report.isStarted ? 1 : 0)
    }
}

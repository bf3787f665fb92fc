import Foundation
import SyncEvents
import SyncModel
import SyncStore

/// One thing that is not as it should be, in a sentence for an administrator.
public struct StatusConcern: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// It gets by on its own.
        case underWay
        /// Somebody has to do something; the text says what.
        case person
    }

    public var kind: Kind
    public var text: String
}

extension StatusReport {
    /// What keeps the installation from being in step, what a person has to do first. None: all is as wanted.
    public var concerns: [StatusConcern] { person + underWay }

    /// Something waits for a person's decision: a hold, held contacts, a dead letter, a mailbox in quarantine.
    public var needsDecision: Bool { !decisions.isEmpty }

    /// Meetings that are refused, by whose they are, and what a person does about them. They count as done, as refused contacts do: no concern.
    public var refusals: [String] {
        guard synchronizesActivities == true else { return [] }
        return users.filter(\.isServed).compactMap { user in
            guard let meetings = user.meetings, meetings.refused > 0 else { return nil }
            let names = meetings.refusedMeetings ?? []
            let isOne = meetings.refused == 1
            let which =
                names.isEmpty
                ? "lnsync plan --user \(user.user) says which, and why"
                : names.joined(separator: ", ") + (names.count < meetings.refused ? " …" : "")
                    + " (lnsync item explain \(names[0]) says why)"
            return
                "\(meetings.refused.of("meeting")) of \(user.user) \(isOne ? "is" : "are") refused: \(which). Mend what is said there; "
                + "lnsync sync now --calendars --full then tries \(isOne ? "it" : "them") again"
        }
    }

    private var person: [StatusConcern] {
        (stillness + decisions).map { StatusConcern(kind: .person, text: $0) }
    }

    /// What stands still.
    private var stillness: [String] {
        var texts: [String] = []
        if !isStarted { texts.append("synchronisation is stopped: lnsync start") }
        if isStarted, synchronizesContacts == nil {
            texts.append("settings and users were not read from LN yet: see ln-producer's log")
        }
        texts += lnTroubles(needPerson: true).map { "LN can't be read: \($0)" }
        if let trouble = exchangeTrouble, trouble.needsPerson {
            texts.append("Outlook's calendars can't be read: \(trouble.text). \(Self.triedAgain)")
        }
        texts += calendarTroubles(needPerson: true)
        if let storeTrouble {
            texts.append(
                "the store can't be written, and all programs wait until it can; they go on by themselves then: \(storeTrouble)"
            )
        }
        for program in missingPrograms where storeTrouble == nil {
            let last = program.owner.map { " any more (the last was \($0))" } ?? ""
            texts.append(
                "no \(program.program) runs\(last): \(program.task). Start it: docker compose up -d \(program.program). Where it "
                    + "ends again, its log says why")
        }
        if let kafkaTrouble {
            texts.append("Kafka can't be asked, nothing is merged or written until it answers: \(kafkaTrouble)")
        }
        texts += intakeTroubles.filter(\.isLong).map(\.trouble.text)
        for lease in leases where lease.isExpired && isStarted && storeTrouble == nil {
            texts.append("nobody does \(lease.lease): \(lease.owner) did until it ended. Start that program again")
        }
        return texts + failures.filter(\.needsPerson).map(\.text)
    }

    /// What was mended is found by itself.
    private static let triedAgain = "It is tried again every minute: nothing has to be started anew"

    /// Readers of one company meet the same.
    private func lnTroubles(needPerson: Bool) -> [String] {
        guard isStarted else { return [] }
        let alike = lnTroubles.filter { ($0.trouble.needsPerson || $0.isLong) == needPerson }
        return Set(alike.map(\.trouble.text)).sorted()
    }

    /// Calendars that can't be read, each by what is said of it: what Exchange tells names the request.
    private func calendarTroubles(needPerson: Bool) -> [String] {
        guard isStarted, synchronizesActivities == true else { return [] }
        let failing = users.compactMap { user in
            user.meetings?.trouble.flatMap { trouble in
                (trouble.trouble.needsPerson || trouble.isLong) == needPerson ? (user, trouble.trouble) : nil
            }
        }
        let told = failing.prefix(Self.toldReasons).map { user, trouble in
            let what = "the calendar of \(user.user) (\(user.email)) can't be read"
            if trouble.needsPerson { return "\(what): \(trouble.text). \(Self.triedAgain)" }
            return needPerson
                ? "\(what) for \(Self.length(time.timeIntervalSince(trouble.since))): \(trouble.text). Look whether the mailbox can be "
                    + "opened in Outlook, and what Microsoft 365's service health says. It is tried again by itself"
                : "\(what) at the moment, and is tried again: \(trouble.text)"
        }
        let others = failing.count - told.count
        return told
            + (others == 0
                ? [] : ["\(others.of("more calendar")) can't be read: lnsync status --json says which, and why"])
    }

    /// Contacts that were tried and are not written, by what is said of them.
    private var failures: [(needsPerson: Bool, text: String)] {
        failures("contact", \.failing) + failures("meeting", \.meetings?.failing)
    }

    private func failures(
        _ what: String, _ rows: (User) -> FailingRows?
    ) -> [(needsPerson: Bool, text: String)] {
        let failing = users.filter { $0.isServed && $0.state != UserStanding.quarantined.rawValue }
            .compactMap { user in rows(user).map { (user.user, $0) } }
        let reasons = Dictionary(grouping: failing) { $0.1.reason }.sorted {
            ($0.value.count, $1.key) > ($1.value.count, $0.key)
        }
        let told = reasons.prefix(Self.toldReasons).map { reason, users in
            let count = users.reduce(0) { $0 + $1.1.count }
            let whose = users.count == 1 ? "\(users[0].0)" : "\(users.count) users"
            let toMend = RowStatus.toMend(reason)
            return (
                toMend != nil,
                "\(count.of(what)) of \(whose) can't be written\(toMend == nil ? " yet" : ""): "
                    + (toMend.map { "\($0). \(Self.triedAgain)" } ?? reason)
            )
        }
        let others = reasons.dropFirst(Self.toldReasons).reduce(0) { $0 + $1.value.count }
        return told
            + (others == 0
                ? [] : [(false, "\(what)s of \(others.of("more user")) can't be written yet: see lnsync item explain")])
    }

    /// Every mailbox may have a reason of its own: what Exchange tells names the request.
    private static let toldReasons = 5

    private var decisions: [String] {
        var texts: [String] = []
        for group in groups {
            guard let count = group.undecidedDeadLetters, count > 0 else { continue }
            texts.append(
                "\(count.of("dead letter")) of \(group.group) \(count == 1 ? "waits" : "wait") for a decision: "
                    + "lnsync dead-letters list")
        }
        if openHolds > 0 {
            texts.append(
                "\(openHolds.of("hold")) \(openHolds == 1 ? "waits" : "wait") for a decision: lnsync holds list")
        }
        for user in users where user.isServed {
            if user.held > 0 {
                texts.append(
                    "\(user.held.of("contact")) of \(user.user) \(user.held == 1 ? "is" : "are") held: lnsync holds list"
                )
            }
            texts += decisions(user)
            if user.state == UserStanding.paused.rawValue, user.due > 0 {
                texts.append(
                    "\(user.user) is paused, and \(user.due.of("contact")) of his \(user.due == 1 ? "waits" : "wait"): lnsync resume \(user.user)"
                )
            }
            if user.state == UserStanding.quarantined.rawValue {
                let retry = user.retry.map { "in \(Self.length($0.timeIntervalSince(time))), or " } ?? ""
                texts.append(
                    "the mailbox of \(user.user) (\(user.email)) is left alone: \(user.reason ?? "it can't be used"). "
                        + "It is tried again by itself \(retry)at once by lnsync resume \(user.user)")
            }
        }
        return texts
    }

    private static func length(_ time: TimeInterval) -> String {
        let minutes = max(1, Int((time / 60).rounded(.up)))
        return minutes < 120 ? "\(minutes) min" : "\((minutes + 30) / 60) h"
    }

    /// What waits for a person about a user's meetings. While the switch is off nobody can approve a plan; other questions can be answered.
    private func decisions(_ user: User) -> [String] {
        guard let meetings = user.meetings else { return [] }
        var texts: [String] = []
        if synchronizesActivities == true {
            if meetings.waitingForApproval > 0 {
                texts.append(
                    "\(meetings.waitingForApproval.of("meeting")) of \(user.user) \(meetings.waitingForApproval == 1 ? "waits" : "wait") for the approval of his plan: "
                        + "lnsync plan --user \(user.user)")
            } else if meetings.isLinkOnly, meetings.reading == nil {
                texts.append(
                    "nothing is written of \(user.user)'s meetings before his plan is approved: lnsync plan --user \(user.user)"
                )
            }
        }
        let held = meetings.held - meetings.waitingForApproval
        if held > 0 {
            texts.append("\(held.of("meeting")) of \(user.user) \(held == 1 ? "is" : "are") held: lnsync holds list")
        }
        return texts
    }

    private var underWay: [StatusConcern] {
        var texts: [String] = []
        if synchronizesActivities == true {
            let read = users.count { $0.isServed && $0.meetings?.reading != nil }
            if read > 0 { texts.append("\(read.of("calendar")) to be read as a whole") }
            texts += calendarTroubles(needPerson: false)
            let overdue = users.count { $0.isServed && $0.meetings?.isOverdue == true && $0.meetings?.trouble == nil }
            if overdue > 0, isRunning(ConsumerGroup.exchangeReader), exchangeTrouble?.needsPerson != true {
                texts.append(
                    "\(overdue.of("calendar")) of Outlook's \(overdue == 1 ? "was" : "were") not read to the end since the last pull: "
                        + "exchange-producer's log says why")
            }
        }
        let first = users.filter { $0.isServed && $0.state == UserStanding.firstSync.rawValue }
        if !first.isEmpty {
            texts.append(
                "\(first.count.of("mailbox", "mailboxes")) \(first.count == 1 ? "gets" : "get") all contacts in scope")
        }
        for group in groups {
            if let lag = group.lag, lag > 0 { texts.append("\(Int(lag).of("record")) of \(group.group) to be read") }
        }
        if dueRows > 0 { texts.append("\(dueRows.of("contact")) to be written") }
        if dueMeetings > 0 { texts.append("\(dueMeetings.of("meeting")) to be settled") }
        texts += intakeTroubles.filter { !$0.isLong }.map { "\($0.trouble.text). It is tried again" }
        texts += failures.filter { !$0.needsPerson }.map(\.text)
        texts += lnTroubles(needPerson: false).map { "LN can't be read at the moment, and is tried again: \($0)" }
        if kafkaTrouble == nil, groups.contains(where: { $0.undecidedDeadLetters == nil }) {
            texts.append("dead letters could not be counted")
        }
        return texts.map { StatusConcern(kind: .underWay, text: $0) }
    }
}

extension StatusReport.User {
    /// He is active in LN.
    public var isServed: Bool { state != UserStanding.inactive.rawValue }
}

import Administration
import CommandLine
import Foundation
import Runtime
import SyncModel

enum StatusCommand {
    static let status = Command(
        "status", "Shows what is in step and what waits.", options: [.flag("json", "As JSON.")],
        discussion: """
            Exit code 0: synchronisation is started, all records are merged, all contacts that are due are written, no first sync
            runs, and nothing waits for a person. 1: one of these is not so, or Kafka can't be asked. Contacts that LN or Exchange
            refuses count as done: lnsync item explain shows why.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let report = try await session.withConsumer { consumer in
                var report = try await session.administration.status(consumer, zone: session.zone)
                if report.kafkaTrouble == nil {
                    do {
                        report.count(try await DeadLetters(session.administration, consumer).undecided())
                    } catch {
                        session.note("dead letters can't be counted: \(error)")
                    }
                }
                return report
            }
            if invocation.flag("json") {
                try session.printJSON(report)
            } else {
                Terminal.print(text(report, session))
            }
            let isKnown = report.groups.allSatisfy { $0.undecidedDeadLetters != nil }
            return report.isStarted && report.isIdle && isKnown && !report.needsDecision ? .success : .failure
        }
    }

    private static func text(_ report: StatusReport, _ session: Session) -> String {
        var text = "synchronisation: \(report.isStarted ? "started" : "stopped (lnsync start)")\n"
        switch report.synchronizesContacts {
        case nil: text += "settings: not read from LN yet\n"
        case false?: text += "Synchronize Contacts is off in COM Parameters (tccom0000s000)\n"
        case true?:
            text += "contacts are pulled every \(report.contactPullInterval ?? "?")"
            text += report.nextContactPull.map { ", next at \($0.formatted(session.dateStyle))\n" } ?? "\n"
        }
        if let trouble = report.kafkaTrouble {
            text += "Kafka can't be asked, nothing is merged or written until it answers: \(trouble)\n"
        }
        for group in report.groups {
            let lag = group.lag.map(String.init) ?? "unknown"
            text += "\(group.group): \(lag) records to read, \(group.dueRows) contacts to write\n"
            if let count = group.undecidedDeadLetters, count > 0 {
                text += "\(group.group): \(count) dead letters wait for a decision (lnsync dead-letters list)\n"
            }
        }
        for lease in report.leases where lease.isExpired {
            text += "nobody does \(lease.lease): \(lease.owner) did until it ended\n"
        }
        if report.openHolds > 0 { text += "\(report.openHolds) holds wait for a decision (lnsync holds list)\n" }
        var table = Table("USER", "E-MAIL", "STATE", "IN STEP", "DUE", "HELD", "REFUSED", "RESTING", "OLDEST")
        for user in report.users where user.state != "inactive" {
            let age = user.oldestDue.map { "\(max(0, Int(session.time.now.timeIntervalSince($0)))) s" } ?? ""
            table.append(
                user.user.rawValue, user.email.rawValue, user.state, String(user.settled), String(user.due),
                String(user.held), String(user.refused), String(user.resting), age)
        }
        let inactive = report.users.count { $0.state == "inactive" }
        text += "\n" + table.text
        if inactive > 0 { text += "and \(inactive) inactive users\n" }
        for user in report.users {
            guard let reason = user.reason else { continue }
            let retry = user.retry.map { "; tried again at \($0.formatted(session.dateStyle)), or now: lnsync resume" } ?? ""
            text += "\(user.user): \(reason)\(retry)\n"
        }
        return text
    }
}

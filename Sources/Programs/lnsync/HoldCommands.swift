import Administration
import CommandLine
import Foundation
import SyncStore

enum HoldCommands {
    private static let id = Argument("id", "the hold's id, or the beginning of it")

    static let list = Command(
        "list", "Shows what waits for a person.",
        options: [.flag("all", "Those that are decided too."), .flag("json", "As JSON.")],
        discussion: """
            Removals above the guard's bounds are holds, and mailboxes whose contacts folder was deleted in Outlook, to be approved or
            discarded. How many contacts such a mailbox holds up is listed below; what changes in LN meanwhile is remembered. Exit
            code 0: nothing waits. 1: something does.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let report = try await session.administration.holds(open: !invocation.flag("all"))
            if invocation.flag("json") {
                try session.printJSON(report)
            } else if report.holds.isEmpty, report.contacts.isEmpty {
                session.note("nothing waits for a decision")
            } else {
                Terminal.print(text(report, session))
            }
            let waits = report.holds.contains { $0.state == Hold.State.open.rawValue } || !report.contacts.isEmpty
            return waits ? .failure : .success
        }
    }

    static let show = Command(
        "show", "Shows a hold with the items it withholds.", arguments: [id], options: [.flag("json", "As JSON.")]
    ) { invocation in
        try await Session.withAdministration { session in
            let hold = try await session.administration.hold(invocation.argument("id"))
            if invocation.flag("json") {
                try session.printJSON(hold)
            } else {
                Terminal.print(text(hold, session))
            }
            return .success
        }
    }

    static let approve = decision(
        "approve", "Lets happen what a hold withholds.", .approved,
        "The decision is recorded; the program that opened the hold carries it out.")
    static let discard = decision(
        "discard", "Drops what a hold withholds.", .discarded,
        "The decision is recorded; the program that opened the hold carries it out.")

    private static func decision(
        _ name: String, _ summary: String, _ state: Hold.State, _ discussion: String
    ) -> Command {
        Command(
            name, summary, arguments: [id], options: [.flag("json", "The hold as JSON.")], discussion: discussion
        ) { invocation in
            try await Session.withAdministration { session in
                let hold = try await session.administration.decide(invocation.argument("id"), state)
                session.note("\(hold.state): \(hold.title), \(hold.subject), \(hold.keys.count.of("item"))")
                session.note(hold.consequence)
                if invocation.flag("json") { try session.printJSON(hold) }
                return .success
            }
        }
    }

    private static func text(_ report: HoldsReport, _ session: Session) -> String {
        var text = ""
        if !report.holds.isEmpty {
            var table = Table("ID", "WHAT", "WHOSE", "ITEMS", "SINCE", "STATE", "WHY")
            for hold in report.holds {
                table.append(
                    hold.id, hold.title, hold.subject, String(hold.keys.count),
                    hold.opened.formatted(session.dateStyle),
                    hold.state + (hold.decidedBy.map { " by \($0)" } ?? ""), hold.detail)
            }
            text += table.text
        }
        for contacts in report.contacts {
            let since = contacts.since.map { " since \($0.formatted(session.dateStyle))" } ?? ""
            text +=
                "\(contacts.user) (\(contacts.email)): \(contacts.count.of("contact")) held\(since)"
                + (contacts.reason.map { ": \($0)" } ?? "") + "\n"
        }
        return text
    }

    private static func text(_ hold: HoldListing, _ session: Session) -> String {
        var text = "\(hold.title), \(hold.subject), since \(hold.opened.formatted(session.dateStyle)): \(hold.state)"
        if let by = hold.decidedBy { text += " by \(by)" }
        if let decided = hold.decided { text += ", \(decided.formatted(session.dateStyle))" }
        text += "\n\(hold.detail)\n\(hold.consequence)\n\n"
        for key in hold.keys { text += key + "\n" }
        return text
    }
}

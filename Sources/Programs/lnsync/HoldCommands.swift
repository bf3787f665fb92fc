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
            discarded. How many contacts such a mailbox holds up is listed below; what changes in LN meanwhile is remembered. Of
            meetings: what ended on one side and may have been changed on the other, what several could be, another organizer in LN,
            a Call that became all-day, too many ends at once, and what waits for lnsync plan --approve. Exit code 0: nothing waits.
            1: something does.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let report = try await session.administration.holds(open: !invocation.flag("all"), zone: session.zone)
            if invocation.flag("json") {
                try session.printJSON(report)
            } else if report.holds.isEmpty, report.contacts.isEmpty, report.meetings.isEmpty {
                session.note("nothing waits for a decision")
            } else {
                Terminal.print(text(report, session))
            }
            let waits =
                report.holds.contains { $0.state == Hold.State.open.rawValue } || !report.contacts.isEmpty
                || report.meetings.contains { $0.state == Hold.State.open.rawValue }
            return waits ? .failure : .success
        }
    }

    static let show = Command(
        "show", "Shows a hold with the items it withholds, or a meeting's question with both sides' values.",
        arguments: [id], options: [.flag("json", "As JSON.")]
    ) { invocation in
        try await Session.withAdministration { session in
            let hold = try await session.administration.anyHold(invocation.argument("id"), zone: session.zone)
            if invocation.flag("json") {
                try session.printJSON(hold)
            } else {
                switch hold {
                case .contacts(let hold): Terminal.print(text(hold, session))
                case .meetings(let hold): Terminal.print(HoldText.of(hold))
                }
            }
            return .success
        }
    }

    static let approve = decision(
        "approve", "Lets happen what a hold withholds.", .approved, discussion)
    static let discard = decision(
        "discard", "Drops what a hold withholds.", .discarded, discussion)

    private static let discussion = """
        The decision is recorded; the program that opened the hold carries it out. What each of the two does, lnsync holds show says. A
        meeting is decided for exactly the values shown: when one side changes first, it is asked anew.
        """

    private static func decision(
        _ name: String, _ summary: String, _ state: Hold.State, _ discussion: String
    ) -> Command {
        Command(
            name, summary, arguments: [id], options: [.flag("json", "The hold as JSON.")], discussion: discussion
        ) { invocation in
            try await Session.withAdministration { session in
                let hold = try await session.administration.decideAny(
                    invocation.argument("id"), state, zone: session.zone)
                switch hold {
                case .contacts(let hold):
                    session.note("\(hold.state): \(hold.title), \(hold.subject), \(hold.keys.count.of("item"))")
                    session.note(hold.consequence)
                case .meetings(let hold):
                    session.note(
                        "\(hold.state): \(hold.title), \(hold.user) (\(hold.email)), \(hold.meetings.count.of("meeting"))"
                    )
                    session.note(
                        "calendar-worker carries it out; what would tell attendees is only asked for while invitations are not sent: "
                            + "lnsync item explain shows it")
                }
                if invocation.flag("json") { try session.printJSON(hold) }
                return .success
            }
        }
    }

    private static func text(_ report: HoldsReport, _ session: Session) -> String {
        var text = ""
        let shortest = HoldText.shortest(report.holds.map(\.id) + report.meetings.map(\.id))
        if !report.holds.isEmpty {
            var table = Table("ID", "WHAT", "WHOSE", "ITEMS", "SINCE", "STATE")
            for hold in report.holds {
                table.append(
                    shortest(hold.id), hold.title, hold.subject, String(hold.keys.count),
                    hold.opened.formatted(session.dateStyle), hold.state)
            }
            text += table.text(shortening: 2)
            for hold in report.holds {
                let by = hold.decidedBy.map { " (\(hold.state) by \($0))" } ?? ""
                text += "\n\(shortest(hold.id)):\n" + Paragraph.of(hold.detail + by, indent: "  ")
            }
        }
        for contacts in report.contacts {
            let since = contacts.since.map { " since \($0.formatted(session.dateStyle))" } ?? ""
            text += Paragraph.of(
                "\(contacts.user) (\(contacts.email)): \(contacts.count.of("contact")) held\(since)"
                    + (contacts.reason.map { ": \($0)" } ?? ""))
        }
        if !report.meetings.isEmpty {
            text += (text.isEmpty ? "" : "\n") + HoldText.of(report.meetings, shortest)
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

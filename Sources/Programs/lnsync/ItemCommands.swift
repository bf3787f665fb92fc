import Administration
import CommandLine
import Foundation
import SyncModel

enum ItemCommands {
    static let explain = Command(
        "explain", "Shows where a contact stands in each mailbox, and why.",
        arguments: [Argument("contact", "the contact's code in LN, C00000123")],
        options: [
            .value("company", "N", "The LN company (LNSYNC_LN_COMPANY)."), .flag("json", "As JSON."),
        ]
    ) { invocation in
        try await Session.withAdministration { session in
            let explanation = try await session.administration.explain(
                ContactCode(invocation.argument("contact")), try session.company(invocation))
            if invocation.flag("json") {
                try session.printJSON(explanation)
            } else {
                Terminal.print(text(explanation, session))
            }
            return .success
        }
    }

    private static func text(_ explanation: ItemExplanation, _ session: Session) -> String {
        var text = "contact \(explanation.contact) of company \(explanation.company)\n\n"
        var mailboxes = Table("USER", "E-MAIL", "STATE", "WHY")
        for mailbox in explanation.mailboxes {
            let due = mailbox.due.map { "due \($0.formatted(session.dateStyle))" }
            let why = [due, mailbox.reason].compactMap(\.self).joined(separator: "; ")
            mailboxes.append(mailbox.user.rawValue, mailbox.email.rawValue, mailbox.state, why)
        }
        text += mailboxes.text + "\n"
        var journal = Table("TIME", "USER", "RULE", "WHAT", "WHY")
        for entry in explanation.journal {
            journal.append(
                entry.time.formatted(session.dateStyle), entry.user?.rawValue ?? "", entry.rule, entry.action,
                entry.detail)
        }
        return text + journal.text
    }
}

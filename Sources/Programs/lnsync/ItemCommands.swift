import Administration
import CommandLine
import Foundation
import SyncModel

enum ItemCommands {
    static let explain = Command(
        "explain", "Shows where a contact stands in each mailbox, and why.",
        arguments: [Argument("contact", "the contact's code in LN: C00000123, or without its zeros C123 or 123")],
        options: [
            .value("company", "N", "The LN company (LNSYNC_LN_COMPANY)."), .flag("json", "As JSON."),
        ],
        discussion: """
            Mailbox by mailbox: in step with LN, what is still to be done, what that waits for. Then what was decided of it, the newest
            first, with the rule, which is put into words at the end. Exit code 1: nothing is known of it.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let explanation = try await session.administration.explain(
                invocation.argument("contact"), try await session.company(invocation), zone: session.zone)
            if invocation.flag("json") {
                try session.printJSON(explanation)
            } else {
                Terminal.print(ItemText(explanation, session.dateStyle).text)
            }
            return .success
        }
    }
}

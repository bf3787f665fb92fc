import Administration
import CommandLine
import Foundation
import SyncModel

enum ItemCommands {
    static let explain = Command(
        "explain", "Shows where a contact or a meeting stands, and why.",
        arguments: [
            Argument(
                "item",
                "a contact's code in LN: C00000123, or without its zeros C123 or 123; an activity: 1300/ACT000451 or its code; an "
                    + "event's id or its iCalUId")
        ],
        options: [
            .value("company", "N", "The LN company (LNSYNC_LN_COMPANY)."), .flag("json", "As JSON."),
        ],
        discussion: """
            Of a contact, mailbox by mailbox: in step with LN, what is still to be done, what that waits for. Of a meeting what LN has, what
            both sides had when they were last in step, and what Outlook has. Then what was decided of it, the newest first, with the rule,
            which is put into words at the end. What a user has marked private is not shown. Exit code 1: nothing is known of it.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let item = invocation.argument("item")
            let administration = session.administration
            if let meeting = try await administration.explainMeeting(
                item, try await session.knownCompany(invocation), zone: session.zone)
            {
                if invocation.flag("json") {
                    try session.printJSON(meeting)
                } else {
                    Terminal.print(MeetingText(meeting, session.dateStyle).text)
                }
                return .success
            }
            if let text = Administration.meetingNotFound(item) { throw AdministrationError(text) }
            let explanation = try await administration.explain(
                item, try await session.company(invocation), zone: session.zone)
            if invocation.flag("json") {
                try session.printJSON(explanation)
            } else {
                Terminal.print(ItemText(explanation, session.dateStyle).text)
            }
            return .success
        }
    }
}

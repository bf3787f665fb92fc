import Administration
import CommandLine
import Foundation
import SyncEvents

enum PlanCommand {
    static let plan = Command(
        "plan", "Shows what would become of calendars before anything is written, and approves it.",
        options: [
            .value("user", "USER", "Of this user: his LN user code or e-mail address."),
            .flag("all", "Of every active user."),
            .flag("approve", "Approves the plan that was shown last."), .flag("json", "As JSON."),
        ],
        discussion: """
            A newly activated user is link-only: what is one meeting on both sides is linked, and nothing is made before somebody has
            approved it. The plan lists what would be linked, made, changed and ended, what a person has to decide, and who would get a
            mail. It is made of what was read last, and writes nothing.

            --approve applies what is unchanged since the plan was shown, and lists what is not: the next plan shows that. The user is
            link-only no more. Exit code 0: nothing waits for an approval. 1: something does.
            """
    ) { invocation in
        let name = invocation.option("user")
        guard (name != nil) != invocation.flag("all") else {
            throw UsageError("of whom? Give --user USER, or --all\nsee: \(invocation.path) --help")
        }
        return try await Session.withAdministration { session in
            let unread = try await unread(session)
            return invocation.flag("approve")
                ? try await approve(name, unread, invocation, session)
                : try await show(name, unread, invocation, session)
        }
    }

    /// Records that calendar-worker has not merged yet; `nil` where Kafka can't be asked.
    private static func unread(_ session: Session) async throws -> Int64? {
        do {
            return try await session.withConsumer { consumer in
                try await session.administration.lag(ofGroup: ConsumerGroup.calendarWorker, consumer)
            }
        } catch is KafkaUnreachable {
            return nil
        }
    }

    private static func show(
        _ name: String?, _ unread: Int64?, _ invocation: Invocation, _ session: Session
    ) async throws -> ExitCode {
        let plans = try await session.administration.calendarPlans(of: name, unread: unread, zone: session.zone)
        if invocation.flag("json") {
            try session.printJSON(plans)
        } else if plans.isEmpty {
            session.note("no user is active: see lnsync users list")
        } else {
            Terminal.print(PlanText(plans, session.dateStyle).text)
        }
        return plans.contains { $0.waiting > 0 || $0.isLinkOnly } ? .failure : .success
    }

    private static func approve(
        _ name: String?, _ unread: Int64?, _ invocation: Invocation, _ session: Session
    ) async throws -> ExitCode {
        let approvals = try await session.administration.approveCalendarPlans(
            of: name, unread: unread, zone: session.zone)
        if invocation.flag("json") { try session.printJSON(approvals) }
        for approval in approvals {
            session.note(
                "\(approval.user): plan \(approval.plan), shown to \(approval.shownTo) at "
                    + "\(approval.shown.formatted(session.dateStyle)), is approved: \(approval.applied.of("meeting")) "
                    + "\(approval.applied == 1 ? "is" : "are") made now"
                    + (approval.isActivatedNow ? ", and what is new from now on without asking" : ""))
            guard !approval.notApplied.isEmpty else { continue }
            session.note(
                "not approved, for they changed since or were not in it; lnsync plan --user \(approval.user) shows them:"
            )
            if !invocation.flag("json") { Terminal.print(PlanText.table(approval.notApplied)) }
        }
        return approvals.allSatisfy(\.notApplied.isEmpty) ? .success : .failure
    }
}

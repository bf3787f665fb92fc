import Administration
import CommandLine
import Foundation
import Runtime
import SyncEvents

enum PlanCommand {
    static let plan = Command(
        "plan", "Shows what would become of calendars before anything is written, and approves it.",
        options: [
            .value("user", "USER", "Of this user: his LN user code or e-mail address."),
            .flag("all", "Of every active user."),
            .flag("approve", "Approves the plan that was shown last."),
            .flag("no-wait", "With --approve: don't wait until it is carried out."), .flag("json", "As JSON."),
        ],
        discussion: """
            A newly activated user is link-only: what is one meeting on both sides is linked, and nothing is written before somebody
            has approved it. The plan lists what would be linked, made, changed and ended, which fields would be overwritten and where,
            what a person has to decide, and who would get a mail. It is made of what was read last, and writes nothing.

            --approve applies what is unchanged since the plan was shown, and lists what is not: the next plan shows that. The user is
            link-only no more. It then waits, a minute at most, until calendar-worker has carried it out, and lists what was found
            otherwise when it was read anew. With --all each user's plan that is whole is approved; whose is not, or was not shown since
            the last approval, is named with the reason. Exit code 0: all is written, and nothing waits for an approval. 1: something
            does, a plan was not approved, or a meeting of the plan is refused until somebody mends what its line says.
            """
    ) { invocation in
        let name = invocation.option("user")
        guard (name != nil) != invocation.flag("all") else {
            throw UsageError("of whom? Give --user USER, or --all\nsee: \(invocation.path) --help")
        }
        return try await Session.withAdministration { session in
            invocation.flag("approve")
                ? try await approve(name, invocation, session) : try await show(name, invocation, session)
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
        _ name: String?, _ invocation: Invocation, _ session: Session
    ) async throws -> ExitCode {
        let plans = try await session.administration.calendarPlans(
            of: name, unread: { try await unread(session) }, zone: session.zone)
        if invocation.flag("json") {
            try session.printJSON(plans)
        } else if plans.isEmpty {
            session.note("no user is active: see lnsync users list")
        } else {
            Terminal.print(PlanText(plans, session.dateStyle).text)
        }
        return plans.contains { $0.waiting > 0 || $0.isLinkOnly || $0.count(.refused) > 0 } ? .failure : .success
    }

    private static func approve(
        _ name: String?, _ invocation: Invocation, _ session: Session
    ) async throws -> ExitCode {
        let answer = try await session.administration.approveCalendarPlans(
            of: name, unread: { try await unread(session) }, zone: session.zone)
        let (approvals, obstacles) = (answer.approved, answer.obstacles)
        let isJSON = invocation.flag("json")
        for approval in approvals {
            tell(
                "\(approval.user): plan \(approval.plan), shown to \(approval.shownTo) at "
                    + "\(approval.shown.formatted(session.dateStyle)), is approved: \(approval.approved.count.of("meeting")) "
                    + "\(approval.approved.count == 1 ? "is" : "are") to be written"
                    + (approval.isActivatedNow ? ", and what is new from now on without asking" : ""),
                approval.differences,
                "otherwise than in the plan, and not approved; lnsync plan --user \(approval.user) shows what waits:",
                isJSON: isJSON)
        }
        let outcomes = invocation.flag("no-wait") ? [] : try await outcomes(of: approvals, session)
        if isJSON {
            let answers = approvals.enumerated().map { index, approval in
                Answer.approved(approval, outcomes.isEmpty ? nil : outcomes[index])
            }
            try session.printJSON(answers + obstacles.map(Answer.not))
        }
        for obstacle in obstacles { tell(obstacle.error, [], "", isJSON: isJSON) }
        for (approval, outcome) in zip(approvals, outcomes) where !approval.approved.isEmpty {
            let open =
                outcome.open == 0
                ? ""
                : ", \(outcome.open) not yet: lnsync status says what \(outcome.open == 1 ? "it waits" : "they wait") for"
            tell(
                "\(approval.user): \(outcome.written.of("meeting")) \(outcome.written == 1 ? "is" : "are") written\(open)",
                outcome.differences, "found otherwise when it was read anew:", isJSON: isJSON)
        }
        let isDone =
            obstacles.isEmpty && approvals.allSatisfy { !$0.differences.contains(where: \.waits) }
            && outcomes.allSatisfy { $0.open == 0 && !$0.differences.contains(where: \.waits) }
        return isDone ? .success : .failure
    }

    /// What became of an approval, and what of it is otherwise; as JSON it is in the one answer.
    private static func tell(
        _ outcome: String, _ differences: [CalendarApproval.Difference], _ heading: String, isJSON: Bool
    ) {
        guard !isJSON else { return }
        Terminal.print(outcome + "\n")
        if !differences.isEmpty { Terminal.print(heading + "\n" + PlanText.table(differences)) }
    }

    /// How long an approval waits until it is carried out.
    private static let patience: Duration = .seconds(60)

    /// What has become of the approvals once nothing of them is open, or the time is over.
    private static func outcomes(
        of approvals: [CalendarApproval], _ session: Session
    ) async throws -> [CalendarApproval.Outcome] {
        let deadline = session.time.uptime + patience
        while true {
            var outcomes: [CalendarApproval.Outcome] = []
            for approval in approvals {
                outcomes.append(try await session.administration.outcome(of: approval, zone: session.zone))
            }
            guard outcomes.contains(where: { $0.open > 0 }), session.time.uptime < deadline else { return outcomes }
            try await session.time.sleep(for: .milliseconds(200))
        }
    }

    /// An approval with what has become of it, or why there is none.
    private enum Answer: Encodable {
        enum Key: String, CodingKey { case outcome }
        case approved(CalendarApproval, CalendarApproval.Outcome?)
        case not(CalendarApproval.Obstacle)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .approved(let approval, let outcome):
                try approval.encode(to: encoder)
                var container = encoder.container(keyedBy: Key.self)
                try container.encodeIfPresent(outcome, forKey: .outcome)
            case .not(let obstacle): try obstacle.encode(to: encoder)
            }
        }
    }
}

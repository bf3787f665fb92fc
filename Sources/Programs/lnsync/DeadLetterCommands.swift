import Administration
import CommandLine
import Foundation

enum DeadLetterCommands {
    private static let group = Option.value("group", "NAME", "Only this group's; otherwise all groups'.")
    private static let id = "the dead letter's id, as lnsync dead-letters list shows it"

    static let list = Command(
        "list", "Shows the records that could not be merged and that nobody has decided yet.",
        options: [group, .flag("all", "Those that are decided too."), .flag("json", "As JSON.")],
        discussion: "Exit code 0: there is none to decide. 1: there is."
    ) { invocation in
        try await with(invocation) { session, letters in
            let entries = try await letters.list()
            let undecided = entries.filter { $0.state == .undecided }
            let shown = invocation.flag("all") ? entries : undecided
            if invocation.flag("json") {
                try session.printJSON(shown)
            } else if shown.isEmpty {
                session.note("no dead letters")
            } else {
                Terminal.print(text(shown, session))
            }
            return undecided.isEmpty ? .success : .failure
        }
    }

    static let show = Command(
        "show", "Shows one record in full.", arguments: [Argument("id", id)], options: [.flag("json", "As JSON.")]
    ) { invocation in
        try await with(invocation) { session, letters in
            let content = try await letters.show(invocation.argument("id"))
            if invocation.flag("json") {
                try session.printJSON(content)
            } else {
                Terminal.print(text(content, session))
            }
            return .success
        }
    }

    static let redrive = Command(
        "redrive", "Sends records to the topic they came from once more, untouched.",
        arguments: [Argument("id", id, isRequired: false)],
        options: [group, .flag("all", "All that nobody has decided yet."), .flag("json", "The outcomes as JSON.")],
        discussion: """
            Do it when the cause is mended: after an update of the worker, for example. A record whose contact or meeting has moved on
            meanwhile changes nothing, and one is redriven three times at most. Exit code 0: all were sent.
            """
    ) { invocation in
        let selection = try selection(invocation)
        return try await with(invocation) { session, letters in
            let outcomes = try await session.withProducer { try await letters.redrive(selection, $0) }
            return try report(outcomes, invocation, session)
        }
    }

    static let discard = Command(
        "discard", "Decides that nothing is to become of records.",
        arguments: [Argument("id", id, isRequired: false)],
        options: [group, .flag("all", "All that nobody has decided yet."), .flag("json", "The outcomes as JSON.")],
        discussion: """
            The record stays where it is until retention ends; nobody is asked about it any more. Where a contact or a meeting misses
            something by it, no pull sends it again. Once the cause is mended it is brought anew: a contact by
            lnsync replay --topic TOPIC --mode reapply, an event by lnsync sync now --calendars --full, an activity by a change of it
            in LN.
            """
    ) { invocation in
        let selection = try selection(invocation)
        return try await with(invocation) { session, letters in
            try report(try await letters.discard(selection), invocation, session)
        }
    }

    private static func with(
        _ invocation: Invocation, _ work: @escaping @Sendable (Session, DeadLetters) async throws -> ExitCode
    ) async throws -> ExitCode {
        try await Session.withAdministration { session in
            try await session.withConsumer { consumer in
                try await work(
                    session, try DeadLetters(session.administration, consumer, group: invocation.option("group")))
            }
        }
    }

    private static func selection(_ invocation: Invocation) throws(UsageError) -> DeadLetters.Selection {
        switch (invocation.optionalArgument("id"), invocation.flag("all")) {
        case (let id?, false): return .id(id)
        case (nil, true): return .undecided
        case (nil, false): throw UsageError("which? Give an id, or --all\nsee: \(invocation.path) --help")
        case (.some, true): throw UsageError("give an id or --all, not both")
        }
    }

    private static func report(
        _ outcomes: [DeadLetters.Outcome], _ invocation: Invocation, _ session: Session
    ) throws -> ExitCode {
        if invocation.flag("json") {
            try session.printJSON(outcomes)
        } else {
            if outcomes.isEmpty { session.note("no dead letters") }
            for outcome in outcomes {
                let note =
                    outcome.outcome == .superseded
                    ? "redriven; what it is about has moved on, it will be passed over"
                    : outcome.outcome.rawValue + (outcome.reason.map { ": \($0)" } ?? "")
                Terminal.print("\(outcome.id): \(note)\n")
            }
        }
        return outcomes.contains { $0.outcome == .refused } ? .failure : .success
    }

    private static func text(_ entries: [DeadLetterEntry], _ session: Session) -> String {
        var table = Table("ID", "MADE", "ABOUT", "REDRIVEN", "STATE", "WHY")
        for entry in entries {
            table.append(
                entry.id, entry.time?.formatted(session.dateStyle) ?? "", entry.subject ?? "",
                String(entry.redriveCount),
                state(entry), [entry.reason, entry.message].filter { !$0.isEmpty }.joined(separator: ": "))
        }
        return table.text
    }

    private static func state(_ entry: DeadLetterEntry) -> String {
        entry.state.rawValue + (entry.decidedBy.map { " by \($0)" } ?? "")
    }

    private static func text(_ content: DeadLetterContent, _ session: Session) -> String {
        let entry = content.entry
        var text = "\(entry.id): \(state(entry))\n\(entry.reason): \(entry.message)\n"
        text += "key: \(content.key ?? "none")\n"
        for header in content.headers { text += "\(header.name): \(header.value ?? "null")\n" }
        return text + "\n\(content.value ?? "null")\n"
    }
}

import Administration
import CommandLine
import Foundation
import SyncEvents

enum ReplayCommand {
    static let replay = Command(
        "replay", "Goes through what stands in a topic again: compares it, or has it applied again.",
        options: [
            .value("topic", "NAME", "ln.contact-changes or ln.contact-backfill."),
            .value("group", "NAME", "The group that reads the topic; contact-worker where it is left out."),
            .value("mode", "MODE", "verify (what is done where it is left out), or reapply."),
            .value("since", "TIME", "Only records dated so or later: 2026-11-25T14:30:00+09:00, or 2h, 3d ago."),
            .value("until", "TIME", "Only records dated before."),
            .value("from-offset", "N", "Begin at this offset of each partition; otherwise at the log's start."),
            .value("key", "KEY", "Only records with this key: a sync user's id."),
            .value("user", "USER", "Only this sync user's records: his LN user code or e-mail address."),
            .flag("resume", "Goes on with the topic's replay that was begun and is not over."),
            .flag("json", "The report as JSON."),
        ],
        discussion: """
            It reads beside the live workers, up to where the topic ends when it begins. verify compares each record's contact with the
            store and, where LNSYNC_GRAPH_TENANT and its like are set as contact-worker has them, with the mailbox, one at a time; it
            writes nothing. Without them only the store is compared. reapply marks the contacts as not to be trusted and asks LN
            for them anew; the workers write what differs. One that was interrupted goes on with --resume. Exit code 0: done, and
            nothing differs. 1: something differs.
            """
    ) { invocation in
        let wish = try Wish(invocation, now: Date())
        return try await Session.withAdministration { session in
            try await session.withConsumer { consumer in
                let replay = Replay(session.administration, consumer)
                let plan = try await plan(wish, replay, session)
                let report: ReplayReport
                do {
                    report = try await run(plan, replay, session)
                } catch {
                    session.note("lnsync replay --topic \(wish.topic.name) --resume goes on where it ended")
                    throw error
                }
                if invocation.flag("json") {
                    try session.printJSON(report)
                } else {
                    Terminal.print(ReplayText.of(report, plan.mode))
                }
                return report.differing == 0 ? .success : .failure
            }
        }
    }

    private static func plan(_ wish: Wish, _ replay: Replay, _ session: Session) async throws -> ReplayPlan {
        let unfinished = try await replay.unfinished(wish.topic, wish.group)
        switch wish.kind {
        case .resume:
            guard let unfinished else {
                throw AdministrationError("no replay of \(wish.topic.name) was begun that is not over")
            }
            return try await replay.resumed(unfinished)
        case .begin(let mode, let span, let key, let user):
            if let unfinished {
                session.note(
                    "the \(unfinished.mode.rawValue) that \(unfinished.by) began at "
                        + "\(unfinished.begun.formatted(session.dateStyle)) was not over: it is given up for this one")
            }
            var key = key
            if let user { key = try await session.administration.recordKey(of: user) }
            return try await replay.begin(
                mode, ReplayExtent(topic: wish.topic, group: wish.group, span: span, key: key))
        }
    }

    private static func run(_ plan: ReplayPlan, _ replay: Replay, _ session: Session) async throws -> ReplayReport {
        let line = ProgressLine("records", time: session.time)
        func progress(_ done: Int64, _ total: Int64) { line.update(Int(done), of: Int(total)) }
        defer { line.finish() }
        switch plan.mode {
        case .reapply:
            return try await session.withProducer { try await replay.reapply(plan, $0, progress: progress) }
        case .verify:
            return try await ExchangeReading.withComparison(session) { comparison in
                if comparison == nil { session.note("LNSYNC_GRAPH_TENANT is not set: only the store is compared") }
                return try await replay.verify(plan, comparison, progress: progress)
            }
        }
    }

    /// What the command line asks for.
    private struct Wish {
        enum Kind {
            case resume
            case begin(ReplayPlan.Mode, ReplayExtent.Span, key: String?, user: String?)
        }

        let topic: Topic
        let group: String
        let kind: Kind

        init(_ invocation: Invocation, now: Date) throws(UsageError) {
            let topics = Topic.all.filter { $0.groups.contains(ConsumerGroup.contactWorker) }
            let name = invocation.option("topic")
            guard let topic = topics.first(where: { $0.isNamed(name) }) else {
                if let other = Topic.all.first(where: { $0.isNamed(name) }), let anew = other.broughtAnew {
                    throw UsageError("\(other.name) is not replayed: \(anew)")
                }
                throw UsageError("option --topic: expected one of \(topics.map(\.name).joined(separator: ", "))")
            }
            self.topic = topic
            group = invocation.option("group") ?? topic.groups[0]
            guard topic.groups.contains(group) else {
                throw UsageError(
                    "option --group is “\(group)”: \(topic.name) is read by \(topic.groups.joined(separator: ", "))")
            }
            if invocation.flag("resume") {
                let others = ["mode", "since", "until", "from-offset", "key", "user"]
                if let other = others.first(where: { invocation.option($0) != nil }) {
                    throw UsageError("--resume goes on with what was begun: give no --\(other) with it")
                }
                kind = .resume
                return
            }
            let (key, user) = (invocation.option("key"), invocation.option("user"))
            guard key == nil || user == nil else { throw UsageError("--key and --user say the same: give one") }
            kind = .begin(
                try invocation.choice("mode", of: ReplayPlan.Mode.self) ?? .verify, try Self.span(invocation, now: now),
                key: key, user: user)
        }

        private static func span(_ invocation: Invocation, now: Date) throws(UsageError) -> ReplayExtent.Span {
            let since = try invocation.time("since", now: now)
            let until = try invocation.time("until", now: now)
            if let offset = try invocation.integer("from-offset", in: 0...Int(Int64.max)) {
                guard since == nil, until == nil else {
                    throw UsageError("give --from-offset, or --since and --until")
                }
                return .offset(Int64(offset))
            }
            if let since, let until, since >= until { throw UsageError("--since is not before --until") }
            return .time(since: since, until: until)
        }
    }
}

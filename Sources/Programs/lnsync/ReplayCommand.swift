import Administration
import CommandLine
import SyncEvents

enum ReplayCommand {
    enum Mode: String, CaseIterable { case reapply }

    static let replay = Command(
        "replay",
        "Applies again what stands in a topic: whatever differs in Exchange is put right, nothing else is written.",
        options: [
            .value("topic", "NAME", "ln.contact-changes or ln.contact-backfill."),
            .value(
                "mode", "MODE", "reapply: mark the rows and ask LN for their contacts anew; the workers do the writing."
            ),
            .value("from-offset", "N", "Begin at this offset of each partition; otherwise at the log's start."),
            .value("user", "USER", "Only this sync user's records: his LN user code or e-mail address."),
            .flag("json", "The report as JSON."),
        ]
    ) { invocation in
        guard try invocation.choice("mode", of: Mode.self) != nil else {
            throw UsageError("option --mode is missing: --mode reapply")
        }
        let topics = Topic.all.filter { !$0.groups.isEmpty }
        guard let topic = topics.first(where: { $0.name == invocation.option("topic") }) else {
            throw UsageError("option --topic: expected one of \(topics.map(\.name).joined(separator: ", "))")
        }
        let from = try invocation.integer("from-offset", in: 0...Int(Int64.max))
        return try await Session.withAdministration { session in
            var key: String?
            if let user = invocation.option("user") { key = try await session.administration.recordKey(of: user) }
            let extent = Replay.Extent(topic: topic, fromOffset: from.map(Int64.init), key: key)
            let progress = ProgressLine("records", time: session.time)
            let report = try await session.withProducer { producer in
                try await session.withConsumer { consumer in
                    try await Replay(session.administration, producer, consumer).reapply(extent) { done, total in
                        progress.update(Int(done), of: Int(total))
                    }
                }
            }
            progress.finish()
            if invocation.flag("json") {
                try session.printJSON(report)
            } else {
                Terminal.print(
                    "\(report.recordsRead) records read; \(report.items) contacts of \(report.mailboxes) mailboxes are read "
                        + "from LN anew and compared with Exchange. See lnsync status\n")
                if report.unreadable > 0 { Terminal.print("\(report.unreadable) records name no contact\n") }
            }
            return .success
        }
    }
}

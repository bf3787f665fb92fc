import Administration
import CommandLine

enum TopicsCommands {
    static let apply = Command(
        "apply", "Makes the topics that are missing, and says where those that are there differ.",
        options: [
            .value("replication", "N", "Replicas of each partition; otherwise the broker's default."),
            .flag("json", "The result as JSON."),
        ]
    ) { invocation in
        let replication = try invocation.integer("replication", in: 1...10)
        return try await Session.withAdministration(makesStore: true) { session in
            let outcome = try await session.applyTopics(replication: replication.map(Int32.init))
            if invocation.flag("json") {
                try session.printJSON(outcome)
            } else {
                for topic in outcome { Terminal.print("\(topic.name): \(topic.outcome)\n") }
            }
            return outcome.allSatisfy(\.isAsWanted) ? .success : .failure
        }
    }
}

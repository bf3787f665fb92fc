import Administration
import CommandLine

enum SyncCommands {
    static let now = Command(
        "now", "Pulls contacts from LN now.",
        options: [
            .flag("full", "Compare all keys too, so that contacts deleted in LN are found."),
            .value("company", "N", "The LN company (LNSYNC_LN_COMPANY)."), .flag("json", "The result as JSON."),
        ]
    ) { invocation in
        try await Session.withAdministration { session in
            let company = try session.company(invocation)
            try await session.withProducer { producer in
                try await session.administration.syncNow(company, full: invocation.flag("full"), producer)
            }
            session.note(
                "ln-producer was asked for a \(invocation.flag("full") ? "full " : "")pull of company \(company)")
            return session.result("asked", json: invocation.flag("json"))
        }
    }
}

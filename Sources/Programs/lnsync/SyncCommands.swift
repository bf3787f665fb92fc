import Administration
import CommandLine
import Runtime
import SyncStore

enum SyncCommands {
    static let now = Command(
        "now", "Pulls contacts from LN now.",
        options: [
            .flag("full", "Compare all keys too, so that contacts deleted in LN are found."),
            .flag("wait", "Return when LN is read and what changed is sent; contact-worker then writes it."),
            .value("timeout", "SECONDS", "How long --wait waits (600)."),
            .value("company", "N", "The LN company (LNSYNC_LN_COMPANY)."), .flag("json", "The result as JSON."),
        ],
        discussion: """
            Where nothing would be pulled (synchronisation is stopped, Synchronize Contacts is off in LN, no ln-producer runs) it says
            so, asks for nothing, and exits with 1.
            """
    ) { invocation in
        let timeout = try invocation.integer("timeout", in: 1...86400) ?? 600
        return try await Session.withAdministration { session in
            let company = try await session.company(invocation)
            let request = try await session.withProducer { producer in
                try await session.administration.syncNow(company, full: invocation.flag("full"), producer)
            }
            session.note(
                "ln-producer was asked for a \(invocation.flag("full") ? "full " : "")pull of company \(company)")
            guard invocation.flag("wait") else { return session.result("asked", json: invocation.flag("json")) }
            let deadline = session.time.uptime + .seconds(timeout)
            var told: String?
            while try await !session.administration.isDone(request) {
                let trouble = try await session.administration.troubleWithLN(company)?.text
                guard session.time.uptime < deadline else {
                    throw AdministrationError(
                        "the pull has not ended within \(timeout) s; it goes on. "
                            + (trouble.map { "LN can't be read: \($0)" } ?? "See lnsync status and ln-producer's log"))
                }
                if let trouble, trouble != told { session.note("LN can't be read; it is tried again: \(trouble)") }
                told = trouble
                if let obstacle = try await session.administration.obstacleToPull(company) {
                    throw AdministrationError("the pull does not go on: \(obstacle)")
                }
                try await session.time.sleep(for: .milliseconds(100))
            }
            session.note("LN is read; lnsync status shows what is still to be written")
            return session.result("pulled", json: invocation.flag("json"))
        }
    }
}

import Administration
import CommandLine
import Runtime
import SyncModel
import SyncStore

enum SyncCommands {
    static let now = Command(
        "now", "Pulls contacts and calendars now.",
        options: [
            .flag("contacts", "Only contacts, from LN."),
            .flag("calendars", "Only calendars: LN's activities, and the calendars of the active users."),
            .flag("full", "Compare all keys too, so that what was deleted is found; try refused meetings again."),
            .flag(
                "wait",
                "Return when all is read and what changed is sent; the workers then write it. 1: not all could be."),
            .value("timeout", "SECONDS", "How long --wait waits (600)."),
            .value("company", "N", "The LN company (LNSYNC_LN_COMPANY)."), .flag("json", "The result as JSON."),
        ],
        discussion: """
            Without --contacts and --calendars both are pulled, as far as they are synchronised. Where nothing would be pulled
            (synchronisation is stopped, the switches in LN are off, no ln-producer runs) it says so, asks for nothing, and exits with 1.
            With --wait, a calendar that is not read for its user's pause or his mailbox's quarantine is told with its user, and the exit code
            is 1; so is one that can't be read, once the time is over.
            """
    ) { invocation in
        let timeout = try invocation.integer("timeout", in: 1...86400) ?? 600
        return try await Session.withAdministration { session in
            let company = try await session.company(invocation)
            let administration = session.administration
            let wanted = try await wanted(company, invocation, administration)
            let requests = try await session.withProducer { producer in
                var requests: [PullRequest] = []
                for pulled in wanted {
                    requests.append(
                        try await administration.syncNow(company, pulled, full: invocation.flag("full"), producer))
                }
                return requests
            }
            let names = wanted.map(\.rawValue).joined(separator: " and ")
            session.note(
                "a \(invocation.flag("full") ? "full " : "")pull of \(names) of company \(company) was asked for")
            guard invocation.flag("wait") else { return session.result("asked", json: invocation.flag("json")) }
            let deadline = session.time.uptime + .seconds(timeout)
            for (request, pulled) in zip(requests, wanted) {
                try await wait(for: request, pulled, company, until: deadline, timeout, session)
            }
            session.note("all is read; lnsync status shows what is still to be written")
            return session.result("pulled", json: invocation.flag("json"))
        }
    }

    /// What was named; without a name all that can be pulled.
    /// - Throws: `AdministrationError` where nothing can.
    private static func wanted(
        _ company: Company, _ invocation: Invocation, _ administration: Administration
    ) async throws -> [Administration.Pulled] {
        let named = Administration.Pulled.allCases.filter { invocation.flag($0.rawValue) }
        if !named.isEmpty { return named }
        var possible: [Administration.Pulled] = []
        for pulled in Administration.Pulled.allCases
        where try await administration.obstacleToPull(company, pulled) == nil {
            possible.append(pulled)
        }
        // What keeps contacts from being pulled is told.
        return possible.isEmpty ? [.contacts] : possible
    }

    private static func wait(
        for request: PullRequest, _ pulled: Administration.Pulled, _ company: Company,
        until deadline: Duration, _ timeout: Int, _ session: Session
    ) async throws {
        var request = request
        var told: String?
        while true {
            let progress = try await session.administration.progress(of: &request)
            if progress.isOver {
                if let obstacles = progress.obstacles {
                    throw AdministrationError("all else is read. Not read: \(obstacles)")
                }
                return
            }
            var troubles = [
                try await session.administration.troubleWithLN(company).map {
                    "LN can't be read; it is tried again: \($0.text)"
                }
            ]
            troubles.append(try await session.administration.missingReader(pulled))
            troubles.append(progress.obstacles.map { "not read: \($0)" })
            let trouble = troubles.compactMap(\.self).joined(separator: ". ")
            guard session.time.uptime < deadline else {
                throw AdministrationError(
                    "the pull of \(pulled.rawValue) has not ended within \(timeout) s; it goes on. "
                        + (trouble.isEmpty ? "See lnsync status and the producers' logs" : trouble))
            }
            if !trouble.isEmpty, trouble != told { session.note(trouble) }
            told = trouble
            if let obstacle = try await session.administration.obstacleToPull(company, pulled) {
                throw AdministrationError("the pull does not go on: \(obstacle)")
            }
            try await session.time.sleep(for: .milliseconds(100))
        }
    }
}

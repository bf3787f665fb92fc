import Administration
import CommandLine
import Foundation
import Runtime
import SyncModel
import SyncStore

enum ControlCommands {
    /// How long `start` waits for ln-producer to take settings and users over.
    private static let patience: Duration = .seconds(60)

    static let start = Command(
        "start", "Starts synchronisation.",
        options: [.flag("json", "The result as JSON."), .flag("no-wait", "Don't wait for ln-producer.")],
        discussion: """
            Shows the three steps that LN's help names: connected to LN, settings and users taken over, synchronisation begun.
            It resumes where it was stopped; nothing is sent twice.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            // What was taken over from LN before would look as if all went well.
            try await session.administration.requireWritableStore()
            if !(try await session.administration.start()) { session.note("it was started already") }
            if invocation.flag("no-wait") { return session.result("started", json: invocation.flag("json")) }
            let deadline = session.time.uptime + patience
            session.note("connecting to LN: ln-producer reads settings and users")
            var told: String?
            while true {
                // What was taken over may be from before.
                let trouble = try await session.administration.troubleWithLN()?.text
                if trouble == nil, let taken = try await session.administration.takenOver() {
                    let status = try await session.administration.status(nil, zone: session.zone)
                    for line in steps(taken, status, session) { session.note(line) }
                    for concern in status.concerns where concern.kind == .person {
                        session.note("to do: \(concern.text)")
                    }
                    return session.result("started", json: invocation.flag("json"))
                }
                guard session.time.uptime < deadline else {
                    session.note(
                        "LN was not read within \(patience.components.seconds) s. Synchronisation is "
                            + "started all the same: it begins when ln-producer reaches LN. See ln-producer's log")
                    return .failure
                }
                if let trouble, trouble != told {
                    session.note("LN can't be read; it is tried again: \(trouble)")
                    told = trouble
                }
                try await session.time.sleep(for: .milliseconds(200))
            }
        }
    }

    /// The three steps that LN's help names, as they were taken.
    private static func steps(_ taken: TakenOver, _ status: StatusReport, _ session: Session) -> [String] {
        let company = taken.connection.map { " company \($0.company)," } ?? ""
        let identity = taken.connection?.identity.map { "as the identity \($0)" } ?? "as the service account's identity"
        let settings = taken.settings
        let switches = [
            taken.parameters.synchronizeContacts ? nil : "Synchronize Contacts",
            taken.parameters.synchronizeActivities ? nil : "Synchronize Activities",
        ].compactMap(\.self)
        func tick(_ what: String, _ date: Date?) -> String? {
            date.map { "the next pull of \(what) is at \($0.formatted(session.dateStyle))" }
        }
        let ticks = [tick("contacts", status.nextContactPull), tick("calendars", status.nextCalendarPull)]
            .compactMap(\.self)
        let off = switches.joined(separator: " and ")
        let isOff = "\(off) \(switches.count == 1 ? "is" : "are") off in COM Parameters (tccom0000s000)"
        return [
            "1 connected to LN:\(company) \(identity)",
            "2 settings and \(taken.activeUsers + taken.inactiveUsers) users taken over: \(taken.activeUsers) active, "
                + "\(taken.inactiveUsers) inactive; contacts are pulled every \(settings.contactPullInterval), calendars every "
                + "\(settings.calendarPullInterval)",
            switches.count == 2
                ? "3 nothing is synchronised: \(isOff)"
                : "3 synchronisation has begun; \(ticks.joined(separator: ", "))" + (off.isEmpty ? "" : ". \(isOff)"),
        ]
    }

    static let stop = Command(
        "stop", "Stops synchronisation.", options: [.flag("json", "The result as JSON.")],
        discussion: """
            Within two seconds no program starts a request to LN or Exchange any more; what is under way ends. Changes are
            remembered meanwhile, and lnsync start resumes from there.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let wasStarted = try await session.administration.stop()
            session.note(wasStarted ? "stopped" : "it was stopped already")
            return session.result("stopped", json: invocation.flag("json"))
        }
    }
}

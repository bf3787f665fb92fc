import Foundation
import HTTPClient
import HTTPTypes
import Kafka
import Processes
import SyncEvents
import SyncModel
import SyncStore

/// Calendars: what people see on both sides, and what an administrator does about them.
extension Pipeline {
    struct ActivityRow: Decodable {
        let Activity: String
        let Subject: String
        let Location: String
        /// The iCalUId of its event.
        let ExchangeId: String
    }

    struct EventItem: Decodable {
        struct Place: Decodable { let displayName: String? }
        let id: String
        let iCalUId: String
        let subject: String
        let location: Place?
    }

    func activities() async throws -> [ActivityRow] {
        let rows = try await client.send(.get, ln + "/sandbox/data/Activities")
        return try JSONDecoder().decode([ActivityRow].self, from: rows)
    }

    /// What stands in a user's own calendar.
    func calendar(of mailbox: String) async throws -> [EventItem] {
        struct Mailbox: Decodable {
            struct Calendar: Decodable {
                let name: String
                let events: [EventItem]
            }
            let calendars: [Calendar]
        }
        let shown = try await client.send(.get, "\(exchange)/sandbox/mailboxes/\(mailbox)")
        return try JSONDecoder().decode(Mailbox.self, from: shown).calendars.first { $0.name == "Calendar" }?.events
            ?? []
    }

    /// How many mails about meetings Exchange has sent, of users in Outlook too.
    func mails() async throws -> Int {
        struct Outbox: Decodable {
            struct Mail: Decodable {}
            let mails: [Mail]
        }
        return try JSONDecoder().decode(Outbox.self, from: try await client.send(.get, exchange + "/sandbox/outbox"))
            .mails.count
    }

    /// Requests to LN that were to change activities or attendees, by set.
    func calendarWritesInLN() async throws -> [String: Int] {
        struct Counters: Decodable { let requests: [String: [String: Int]] }
        let counters = try JSONDecoder().decode(
            Counters.self, from: try await client.send(.get, ln + "/sandbox/counters"))
        var writes: [String: Int] = [:]
        for (path, methods) in counters.requests {
            let set = path.split(separator: "/").last.map(String.init) ?? path
            guard ["Activities", "Attendees"].contains(set) else { continue }
            writes[set, default: 0] += methods.filter { $0.key != "GET" }.values.reduce(0, +)
        }
        return writes
    }

    /// Waits until all is read, sees the plan of all users and approves it.
    func approveCalendars() async throws {
        try await eventually("the plan is approved") {
            _ = try await self.lnsync("plan", "--all")
            guard try await self.lnsync("plan", "--all", "--approve").status == 0 else { return false }
            // Before LN's users are read there is nobody whose plan could be approved.
            let users = try await self.withStore { try await $0.users() }.filter(\.isActive)
            return !users.isEmpty && users.allSatisfy(\.calendar.isActivated)
        }
    }

    /// Waits until no meeting's row is due.
    func meetingsAreSettled() async throws {
        try await eventually("no meeting is due") {
            try await self.withStore { try await $0.meetingBacklog() }.values.allSatisfy {
                $0.byState[.due, default: 0] == 0
            }
        }
    }

    /// Waits until a script that shares nothing with the product finds every organizer's calendar and LN's activities alike.
    /// - Returns: its last line, JSON.
    func calendarsInStep(within patience: Duration = patience) async throws -> String {
        let output = folder + "/check-\(UUID())"
        let script = Programs.checkout.appending(path: "scripts/check-in-step").path
        var said = ""
        do {
            try await eventually("calendars are in step", within: patience) {
                try? FileManager.default.removeItem(atPath: output)
                let status = try await ChildProcess.start(
                    "/usr/bin/env",
                    ["python3", script, "--calendars-alone", ln, exchange, "sandbox.example", "app", "secret"],
                    environment: ["PATH": "/usr/bin:/bin"], output: output
                ).wait()
                said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
                return status == 0
            }
        } catch {
            throw ProgramTestError("\(error): \(said)")
        }
        return said.split(separator: "\n").last.map(String.init) ?? ""
    }
}

import Foundation
import HTTPTypes
import Processes
import SyncModel
import SyncStore

/// What each program needs of a CPU while all is in step and nothing changes; and what a pull costs that finds nothing changed.
enum IdleRow {
    private static let pull = "second pull, nothing changed"
    private static let idle: Duration = .seconds(30)

    static var all: [Row] {
        [
            Row(name: "idle CPU; \(pull)") { session in
                let installation = try await Installation(session)
                let outcome: Result<[Figure], any Error>
                do {
                    outcome = .success(try await measured(installation))
                } catch {
                    outcome = .failure(error)
                }
                await installation.close()
                return try outcome.get()
            }
        ]
    }

    private static func measured(_ installation: Installation) async throws -> [Figure] {
        try await installation.startLN()
        try await installation.startExchange(try await addresses(installation))
        // lnsync needs it, and the programs take their time to make it.
        let store = try await SQLiteStore.open(installation.store)
        try await installation.start("ln-producer")
        try await installation.start("contact-worker")
        try await installation.start("exchange-producer")
        try await installation.start("calendar-worker")
        try await installation.lnsync("start", "--no-wait")
        try await waitForStep(store)
        // A baseline of all calendars; nobody has approved an activation, so nothing is written there.
        try await installation.lnsync("sync", "now", "--calendars", "--wait")
        try await waitForStep(store)

        let start = ContinuousClock.now
        let before = try used(installation)
        try await Task.sleep(for: idle)
        let after = try used(installation)
        let seconds = start.duration(to: .now) / .seconds(1)
        var figures = zip(before, after).map { before, after in
            Figure(
                "idle CPU of \(before.name)", [(after.cpu - before.cpu) / seconds * 100], .atMost, 1,
                unit: "% of a core",
                wall: [seconds])
        }
        // They ask Exchange at times of their own.
        try await installation.end("exchange-producer")
        try await installation.end("calendar-worker")
        figures += try await pulls(installation, store)
        await store.close()
        return figures
    }

    private static func used(_ installation: Installation) throws -> [(name: String, cpu: Double)] {
        try installation.running.map { ($0.name, try ProcessReading.cpu(of: $0.process.pid)) }
    }

    // MARK: Pulls

    /// A pull for all users, and one when half of them are not active any more.
    private static func pulls(_ installation: Installation, _ store: SQLiteStore) async throws -> [Figure] {
        // The first reads once more what changed before the moment that it looks back to.
        try await installation.lnsync("sync", "now", "--contacts", "--wait")
        let exchange = try await exchangeRequests(installation)
        let start = ContinuousClock.now
        let ofAll = try await lnRequests(installation)
        let seconds = start.duration(to: .now) / .seconds(1)
        try await waitForStep(store)
        let exchangeAsked = Double(try await exchangeRequests(installation) - exchange)

        let users = try await self.users(installation).filter { $0.Active == "Yes" }
        for user in users.prefix(users.count / 2) {
            _ = try await installation.client.ask(
                .patch, "\(installation.ln)/sandbox/data/SyncUsers/\(user.User)", #"{"Active": "No"}"#)
        }
        // It takes the users over.
        try await installation.lnsync("sync", "now", "--contacts", "--wait")
        let ofHalf = try await lnRequests(installation)
        return [
            Figure(
                name: "\(pull): Exchange requests", ours: exchangeAsked, limit: 0, ratio: exchangeAsked,
                unit: "requests",
                aim: "0 requests", isReached: exchangeAsked == 0, count: 1, wall: seconds),
            Figure(
                name: "\(pull): LN requests for contacts, \(users.count) users and half of them", ours: ofAll,
                baseline: ofHalf, ratio: ofAll / ofHalf, unit: "requests", aim: "= with half of the users",
                isReached: ofAll == ofHalf, count: 1, wall: seconds),
        ]
    }

    private struct Counters: Decodable {
        let requests: [String: [String: Int]]
    }

    /// What a pull asks LN of contacts; settings and users are read at times of their own.
    private static func lnRequests(_ installation: Installation) async throws -> Double {
        _ = try await installation.client.ask(.delete, "\(installation.ln)/sandbox/counters")
        try await installation.lnsync("sync", "now", "--contacts", "--wait")
        let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/counters")
        let requests = try JSONDecoder().decode(Counters.self, from: body).requests
        Console.say("  LN: \(requests.mapValues { $0.values.reduce(0, +) }.sorted { $0.key < $1.key })")
        return Double(
            requests.filter { $0.key.hasSuffix("/Contacts") }.values.reduce(0) { $0 + $1.values.reduce(0, +) })
    }

    private static func exchangeRequests(_ installation: Installation) async throws -> Int {
        struct Served: Decodable {
            let statuses: [String: Int]
        }
        let body = try await installation.client.ask(.get, "\(installation.exchange)/sandbox/counters")
        return try JSONDecoder().decode(Served.self, from: body).statuses.values.reduce(0, +)
    }

    // MARK: The sample shop

    private struct User: Decodable {
        let User: String
        let Email: String
        let Active: String
    }

    private static func users(_ installation: Installation) async throws -> [User] {
        let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/data/SyncUsers")
        return try JSONDecoder().decode([User].self, from: body)
    }

    private static func addresses(_ installation: Installation) async throws -> [String] {
        Set(try await users(installation).map { $0.Email.lowercased() }).subtracting([""]).sorted()
    }

    /// Until what was read is written, and a second long nothing more has come.
    private static func waitForStep(_ store: SQLiteStore) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        var quietSince: ContinuousClock.Instant?
        var settled = 0
        while true {
            let contacts = try await store.contactBacklog().values
            let counts = Array(contacts) + (try await store.meetingBacklog().values)
            let isDone = counts.allSatisfy { $0[.due] == 0 } && !contacts.isEmpty
            let now = counts.reduce(0) { $0 + $1[.settled] }
            if !isDone || now != settled { quietSince = nil }
            settled = now
            let since = quietSince ?? .now
            quietSince = since
            if isDone, .now - since > .seconds(1) { return }
            guard .now < deadline else { throw Failure("the mailboxes were not in step after 180 s") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

import Foundation
import HTTPTypes
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Calendars as they run for a customer, a process each, with Exchange answering after 50 ms: from a hint to the other side, many hints at
/// once, and a pull that finds nothing changed.
enum CalendarRow {
    private static let latency: Duration = .milliseconds(50)
    private static let edits = 40
    private static let hints = 500
    private static let eventsPerMailbox = 50

    static var all: [Row] {
        [
            Row(name: "calendars: edits after their hints, \(hints) hints at once, an unchanged pull") { session in
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
        let mailboxes = try await activeMailboxes(installation)
        try await installation.startExchange(mailboxes, latency: latency)
        let events = try await makeEvents(mailboxes, installation)
        for program in ["ln-producer", "exchange-producer", "calendar-worker"] { try await installation.start(program) }
        try await installation.lnsync("start", "--no-wait")
        try await approve(installation)
        let codes = try await waitForActivities(events, installation)

        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: installation.kafka), deliveryTimeout: .seconds(30), logger: .silent)
        let calendars = CalendarEdits(installation: installation, producer: producer, codes: codes)
        let sample = Array(events.prefix(8))
        var toOutlook: [Double] = []
        var toLN: [Double] = []
        for number in 0..<edits {
            toOutlook.append(try await calendars.editInLN(sample[number % sample.count], "Edited in LN \(number)"))
            toLN.append(try await calendars.editInOutlook(sample[number % sample.count], "Edited in Outlook \(number)"))
        }
        let rounds = try await calendars.roundsOfHints(hints, mailboxes[0])
        let unchanged = try await calendars.unchangedPull()
        await producer.close(within: .seconds(3))
        let count = "\(mailboxes.count) mailboxes × \(eventsPerMailbox) events"
        return [
            Figure("LN edit → event, p95 after the hint", [toOutlook.p95], .atMost, 1000, unit: "ms", wall: toOutlook),
            Figure("Outlook edit → LN, p95 after the hint", [toLN.p95], .atMost, 2000, unit: "ms", wall: toLN),
            Figure(
                "\(hints) hints for one mailbox at once: requests to it", [rounds.requests], .atMost, 2,
                unit: "requests",
                wall: [rounds.seconds]),
            Figure(
                name: "pull, nothing changed, \(count): writes to Exchange", ours: unchanged.writes, limit: 0,
                ratio: unchanged.writes, unit: "writes", aim: "0 writes", isReached: unchanged.writes == 0, count: 1,
                wall: unchanged.seconds),
            Figure(
                "pull, nothing changed, \(count): requests a mailbox", [unchanged.requests / Double(mailboxes.count)],
                .atMost, 2, unit: "requests", wall: [unchanged.seconds]),
        ]
    }

    // MARK: The shop

    private struct User: Decodable {
        let Email: String
        let Active: String
    }

    private static func activeMailboxes(_ installation: Installation) async throws -> [String] {
        let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/data/SyncUsers")
        let users = try JSONDecoder().decode([User].self, from: body)
        return Set(users.filter { $0.Active == "Yes" }.map { $0.Email.lowercased() }).sorted()
    }

    /// Events that users made in Outlook, an hour each, from tomorrow on.
    private static func makeEvents(
        _ mailboxes: [String], _ installation: Installation
    ) async throws -> [CalendarEdits.Event] {
        struct Made: Decodable {
            let id: String
            let iCalUId: String
        }
        let tomorrow = (Date().timeIntervalSince1970 / 86400).rounded(.down) * 86400 + 86400
        var events: [CalendarEdits.Event] = []
        for number in 0..<eventsPerMailbox {
            for mailbox in mailboxes {
                func time(_ hour: Int) -> String {
                    let date = Date(timeIntervalSince1970: tomorrow + Double(hour) * 3600)
                    return #"{"dateTime":"\#(date.formatted(.iso8601).prefix(19))","timeZone":"UTC"}"#
                }
                let made = try JSONDecoder().decode(
                    Made.self,
                    from: try await installation.client.ask(
                        .post, "\(installation.exchange)/sandbox/mailboxes/\(mailbox)/events",
                        #"{"subject":"Event \#(number)","start":\#(time(number)),"end":\#(time(number + 1))}"#))
                events.append(CalendarEdits.Event(mailbox: mailbox, id: made.id, uid: made.iCalUId))
            }
        }
        return events
    }

    /// The plan is whole when all is read; then it is approved.
    private static func approve(_ installation: Installation) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while true {
            // It ends with 1 while something waits for the approval.
            try? await installation.lnsync("plan", "--all")
            do {
                return try await installation.lnsync("plan", "--all", "--approve")
            } catch {
                guard .now < deadline else { throw error }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// - Returns: each event's activity.
    private static func waitForActivities(
        _ events: [CalendarEdits.Event], _ installation: Installation
    ) async throws -> [String: ActivityCode] {
        struct Activity: Decodable {
            let Activity: String
            let ExchangeId: String
        }
        let deadline = ContinuousClock.now + .seconds(240)
        while true {
            let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/data/Activities")
            let activities = try JSONDecoder().decode([Activity].self, from: body)
            let codes = Dictionary(activities.map { ($0.ExchangeId, ActivityCode($0.Activity)) }) { one, _ in one }
            if events.allSatisfy({ codes[$0.uid] != nil }) { return codes }
            guard .now < deadline else { throw Failure("\(codes.count) of \(events.count) events came to LN") }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}

extension [Double] {
    fileprivate var p95: Double { isEmpty ? 0 : sorted()[Swift.min(count - 1, count * 95 / 100)] }
}

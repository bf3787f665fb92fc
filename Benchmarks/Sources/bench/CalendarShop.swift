import Foundation
import HTTPTypes
import SyncModel
import SyncStore

/// The sample shop with fifty active users, whose calendars are full and in step: of a user's events some are single ones, each with an
/// activity; the others are occurrences of his series, which are read and rest.
struct CalendarShop {
    struct Event {
        let mailbox: String
        let id: String
        let uid: String
    }

    let mailboxes: [String]
    /// The single ones.
    let events: [Event]
    /// Each single event's activity.
    let codes: [String: ActivityCode]
    private let installation: Installation

    private static let users = 50
    private static let singles = 20
    private static let series = 3
    private static let occurrences = 327

    var eventsPerMailbox: Int { Self.singles + Self.series * Self.occurrences }

    /// Starts all, and returns when all is in step.
    static func open(_ installation: Installation) async throws -> CalendarShop {
        try await installation.startLN()
        let mailboxes = try await activeUsers(installation)
        try await installation.startExchange(mailboxes)
        let start = ContinuousClock.now
        let events = try await makeEvents(mailboxes, installation)
        Console.say("  events are made after \((start.duration(to: .now) / .seconds(1)).short) s")
        // lnsync needs it, and the programs take their time to make it.
        await (try await SQLiteStore.open(installation.store)).close()
        for program in ["ln-producer", "exchange-producer", "calendar-worker"] { try await installation.start(program) }
        try await installation.lnsync("start", "--no-wait")
        let known = CalendarShop(mailboxes: mailboxes, events: events, codes: [:], installation: installation)
        // All is read, and waits for its approval.
        let all = mailboxes.count * (singles + series * (occurrences + 1))
        try await known.waitForStep(atLeast: all)
        Console.say("  all is read after \((start.duration(to: .now) / .seconds(1)).short) s")
        // It ends with 1, for something waits for the approval.
        try? await installation.lnsync("plan", "--all")
        try? await installation.lnsync("plan", "--all", "--approve")
        let codes = try await waitForActivities(events, installation)
        let shop = CalendarShop(mailboxes: mailboxes, events: events, codes: codes, installation: installation)
        try await shop.waitForStep()
        Console.say("  all is in step after \((start.duration(to: .now) / .seconds(1)).short) s")
        return shop
    }

    // MARK: Making it

    private struct User: Decodable {
        let Email: String
        let Active: String
    }

    /// The sample's, and so many more. Contacts are switched off.
    private static func activeUsers(_ installation: Installation) async throws -> [String] {
        let data = "\(installation.ln)/sandbox/data"
        _ = try await installation.client.ask(.patch, "\(data)/ComParameters", #"{"SynchronizeContacts":"No"}"#)
        func active() async throws -> [String] {
            let body = try await installation.client.ask(.get, "\(data)/SyncUsers")
            let users = try JSONDecoder().decode([User].self, from: body)
            return Set(users.filter { $0.Active == "Yes" }.map { $0.Email.lowercased() }).sorted()
        }
        for number in try await active().count..<users {
            let (code, name) = ("bench\(number)", "Bench User \(number)")
            let email = "\(code)@hokuto.example"
            for (set, body) in [
                ("Users", #"{"User":"\#(code)","Name":"\#(name)","Email":"\#(email)"}"#),
                ("Employees", #"{"Employee":"B\#(number)","Name":"\#(name)","User":"\#(code)","Email":"\#(email)"}"#),
                ("SyncUsers", #"{"User":"\#(code)","Name":"\#(name)","Active":"Yes","Email":"\#(email)"}"#),
            ] { _ = try await installation.client.ask(.post, "\(data)/\(set)", body) }
        }
        return try await active()
    }

    /// What users made in Outlook, from tomorrow on.
    private static func makeEvents(_ mailboxes: [String], _ installation: Installation) async throws -> [Event] {
        struct Made: Decodable {
            let id: String
            let iCalUId: String
        }
        let tomorrow = (Date().timeIntervalSince1970 / 86400).rounded(.down) * 86400 + 86400
        func text(_ hour: Int) -> Substring {
            Date(timeIntervalSince1970: tomorrow + Double(hour) * 3600).formatted(.iso8601).prefix(19)
        }
        func members(_ subject: String, _ hour: Int) -> String {
            func time(_ hour: Int) -> String { #"{"dateTime":"\#(text(hour))","timeZone":"UTC"}"# }
            return #""subject":"\#(subject)","start":\#(time(hour)),"end":\#(time(hour + 1))"#
        }
        func make(_ mailbox: String, _ body: String) async throws -> Event {
            let url = "\(installation.exchange)/sandbox/mailboxes/\(mailbox)/events"
            let made = try JSONDecoder().decode(Made.self, from: try await installation.client.ask(.post, url, body))
            return Event(mailbox: mailbox, id: made.id, uid: made.iCalUId)
        }
        let range =
            #"{"type":"numbered","startDate":"\#(text(0).prefix(10))","numberOfOccurrences":\#(occurrences)}"#
        let recurrence = #""recurrence":{"pattern":{"type":"daily","interval":1},"range":\#(range)}"#
        for mailbox in mailboxes {
            for number in 0..<series {
                _ = try await make(mailbox, "{\(members("Series \(number)", number)),\(recurrence)}")
            }
        }
        var events: [Event] = []
        for number in 0..<singles {
            for mailbox in mailboxes {
                events.append(try await make(mailbox, "{\(members("Event \(number)", number))}"))
            }
        }
        return events
    }

    private static func waitForActivities(
        _ events: [Event], _ installation: Installation
    ) async throws -> [String: ActivityCode] {
        struct Activity: Decodable {
            let Activity: String
            let ExchangeId: String
        }
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/data/Activities")
            let activities = try JSONDecoder().decode([Activity].self, from: body)
            let codes = Dictionary(activities.map { ($0.ExchangeId, ActivityCode($0.Activity)) }) { one, _ in one }
            if events.allSatisfy({ codes[$0.uid] != nil }) { return codes }
            guard .now < deadline else { throw Failure("\(codes.count) of \(events.count) events came to LN") }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    // MARK: Looking at it

    /// Until no row is due, and two seconds long nothing has changed.
    func waitForStep(atLeast count: Int = 0) async throws {
        let deadline = ContinuousClock.now + .seconds(300)
        let store = try await SQLiteStore.open(installation.store)
        defer { Task { await store.close() } }
        var quietSince = ContinuousClock.now
        var last: [RowStatus.State: Int] = [:]
        while true {
            let counts = try await store.meetingBacklog().values.reduce(into: [:]) { counts, rows in
                counts.merge(rows.byState, uniquingKeysWith: +)
            }
            let isQuiet = counts[.due] ?? 0 == 0 && counts == last && counts.values.reduce(0, +) >= count
            if !isQuiet { quietSince = .now }
            if isQuiet, .now - quietSince > .seconds(2) { return }
            guard .now < deadline else { throw Failure("the calendars were not in step after 300 s: \(counts)") }
            last = counts
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    struct LNCounters: Decodable {
        let requests: [String: [String: Int]]

        /// Of activities, without their attendees.
        var activityWrites: Int { writes("/Activities", ["POST", "PATCH", "DELETE"]) }
        var attendeeChanges: Int { writes("/Attendees", ["PATCH"]) }

        var allWrites: Int {
            writes("/Activities", ["POST", "PATCH", "DELETE"]) + writes("/Attendees", ["POST", "PATCH", "DELETE"])
        }

        private func writes(_ set: String, _ methods: [String]) -> Int {
            requests.filter { $0.key.hasSuffix(set) }.values.reduce(0) { sum, counts in
                sum + methods.reduce(0) { $0 + (counts[$1] ?? 0) }
            }
        }
    }

    func lnCounters() async throws -> LNCounters {
        let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/counters")
        return try JSONDecoder().decode(LNCounters.self, from: body)
    }

    /// Attendees of activities made in LN of whom it shows that they were sent or are synchronized.
    func markedAttendees() async throws -> Int {
        struct Attendee: Decodable {
            let Activity: String
            let SentToSynchronizer: String
            let Synchronized: String
        }
        let body = try await installation.client.ask(.get, "\(installation.ln)/sandbox/data/Attendees")
        let attendees = try JSONDecoder().decode([Attendee].self, from: body)
        let made = Set(codes.values.map(\.rawValue))
        return attendees.count {
            !made.contains($0.Activity) && ($0.SentToSynchronizer == "Yes" || $0.Synchronized == "Yes")
        }
    }
}

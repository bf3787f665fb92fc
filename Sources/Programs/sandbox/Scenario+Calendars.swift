import Administration
import Foundation
import Runtime

/// What the demo shows of calendars: an activation that is approved, edits from either side, a merge, a conflict, ends.
extension Scenario {
    /// A user's own meeting in Outlook, made before anything is synchronised.
    struct OwnEvent: Sendable {
        let mailbox: String
        let event: StandIns.Event
    }

    /// Meetings that users made in Outlook by themselves.
    struct OwnEvents: Sendable {
        /// One a mailbox, an hour long.
        var visits: [OwnEvent] = []
        /// One a mailbox, all day.
        var fairs: [OwnEvent] = []
        /// One to which another sync user is invited, by its organizer in Outlook.
        var shared: OwnEvent?
    }

    /// So many users have meetings of their own in Outlook.
    private static let owners = 6

    func makeOwnEvents() async throws -> OwnEvents {
        let mailboxes = Array(try await standIns.activeMailboxes().prefix(Self.owners))
        guard mailboxes.count == Self.owners else {
            throw DemoError("the shop has too few active users for the scenario")
        }
        let tomorrow = (time.now.timeIntervalSince1970 / 86400).rounded(.down) * 86400 + 86400
        var own = OwnEvents()
        for (number, mailbox) in mailboxes.enumerated() {
            let start = tomorrow + Double(number) * 3600
            var visit = Self.event("Visit \(number + 1)", start, start + 3600)
            visit["location"] = ["displayName": "Gate \(number + 1)"]
            visit["body"] = ["contentType": "text", "content": "Bring the drawings.\nAsk for the date."]
            own.visits.append(
                OwnEvent(mailbox: mailbox, event: try await standIns.makeEvent(visit, in: mailbox)))
            var fair = Self.event("Fair \(number + 1)", tomorrow + 7 * 86400, tomorrow + 9 * 86400)
            fair["isAllDay"] = true
            own.fairs.append(OwnEvent(mailbox: mailbox, event: try await standIns.makeEvent(fair, in: mailbox)))
        }
        var hidden = Self.event("Doctor", tomorrow + 10 * 3600, tomorrow + 11 * 3600)
        hidden["sensitivity"] = "private"
        _ = try await standIns.makeEvent(hidden, in: mailboxes[0])
        var shared = Self.event("Planning", tomorrow + 12 * 3600, tomorrow + 13 * 3600)
        let guest: [String: any Sendable] = ["emailAddress": ["address": mailboxes[1]], "type": "required"]
        shared["attendees"] = [guest]
        own.shared = OwnEvent(mailbox: mailboxes[0], event: try await standIns.makeEvent(shared, in: mailboxes[0]))
        return own
    }

    private static func event(_ subject: String, _ start: Double, _ end: Double) -> [String: any Sendable] {
        ["subject": subject, "start": time(start), "end": time(end)]
    }

    private static func time(_ seconds: Double) -> [String: String] {
        ["dateTime": String(Date(timeIntervalSince1970: seconds).formatted(.iso8601).prefix(19)), "timeZone": "UTC"]
    }

    // MARK: Activation

    /// Nothing is made before a person has seen what would be.
    func approveCalendars(_ own: OwnEvents) async throws {
        let now = time.now.formatted(.iso8601)
        let activities = try await standIns.activities().count {
            $0.isCalendar && $0.Status == "Planned" && $0.EndDate > now
        }
        say(
            "calendars: \(activities) activities to come in LN, and users' own meetings in Outlook. What would become of them?"
        )
        try await lnsync("plan", "--all", endsWith: [0, 1], lines: 21)
        say("approving it")
        try await lnsync("plan", "--all", "--approve", "--no-wait", lines: 4)
        try await waitUntilCalendarsAreIdle()
        let made = try await standIns.activities().count { !$0.ExchangeId.isEmpty }
        say("\(made) meetings of both sides are linked")
        guard let shared = own.shared else { return }
        let activity = try await one(shared)
        say(
            "the meeting “Planning” stands in two sync users' calendars, and is one activity in LN: \(activity.Activity)"
        )
    }

    private func waitUntilCalendarsAreIdle() async throws {
        try await waitUntilIdle("meetings in step") { report in
            let settled = report.users.reduce(0) { $0 + ($1.meetings?.settled ?? 0) }
            return (settled, settled + report.dueMeetings)
        }
    }

    /// The one activity of an event.
    private func one(_ own: OwnEvent) async throws -> StandIns.Activity {
        let found = try await standIns.activities(of: own.event)
        guard let activity = found.first, found.count == 1 else {
            throw DemoError("“\(own.event.subject)” is in LN \(found.count) times")
        }
        return activity
    }

    private func event(_ own: OwnEvent) async throws -> StandIns.Event? {
        try await standIns.events(in: own.mailbox).first { $0.iCalUId == own.event.iCalUId }
    }

    // MARK: Edits

    /// An edit from each side, both at once, both of the same, and an end from each side.
    func editCalendars(_ own: OwnEvents) async throws {
        let (visits, fairs) = (own.visits, own.fairs)
        var codes: [String] = []
        for visit in visits { codes.append(try await one(visit).Activity) }
        let cancelled = try await one(fairs[3]).Activity
        say("in LN: a subject, a place, another subject and time, and one meeting is Not Held")
        try await standIns.edit(activity: codes[2], ["Subject": "Visit of the plant"])
        try await standIns.edit(activity: codes[4], ["Location": "Showroom"])
        try await standIns.edit(activity: codes[5], ["Subject": "LN's subject"])
        try await standIns.edit(activity: cancelled, ["Status": "NotHeld"])
        say(
            "in Outlook: a time, the subject of the meeting whose place changed, the same subject as in LN, and one is deleted"
        )
        let later = try Self.moved(visits[3].event, by: 7200)
        try await standIns.edit(visits[3].event, in: visits[3].mailbox, later)
        try await standIns.edit(visits[4].event, in: visits[4].mailbox, ["subject": "Visit and tour"])
        try await standIns.edit(visits[5].event, in: visits[5].mailbox, ["subject": "Outlook's subject"])
        try await standIns.delete(fairs[2].event, in: fairs[2].mailbox)
        let deleted = try await one(fairs[2]).Activity
        try await lnsync("sync", "now", "--calendars")

        try await arrived("LN's subject is in Outlook") { try await event(visits[2])?.subject == "Visit of the plant" }
        let start = (later["start"] as? [String: String])?["dateTime"] ?? ""
        try await arrived("Outlook's time is in LN") { try await one(visits[3]).StartDate.hasPrefix(start) }
        try await arrived("place of LN's and subject of Outlook's are merged, on both sides") {
            let (activity, event) = (try await one(visits[4]), try await event(visits[4]))
            return activity.Location == "Showroom" && activity.Subject == "Visit and tour"
                && event?.location?.displayName == "Showroom" && event?.subject == "Visit and tour"
        }
        try await arrived("of two subjects the one stands on both sides that is of the side where the meeting was made")
        {
            let (activity, event) = (try await one(visits[5]), try await event(visits[5]))
            return activity.Subject == "Outlook's subject" && event?.subject == "Outlook's subject"
        }
        try await lnsync("item", "explain", "\(Installation.company)/\(codes[5])", lines: 30)
        try await arrived("what was deleted in Outlook is Not Held in LN") {
            try await standIns.activities().first { $0.Activity == deleted }?.Status == "NotHeld"
        }
        try await arrived("what is Not Held in LN is gone from Outlook") { try await event(fairs[3]) == nil }
        try await waitUntilCalendarsAreIdle()
        let mails = try await standIns.mailsOfOurs()
        guard mails == 0 else { throw DemoError("\(mails) mails were caused: none may be") }
        say("nobody got a mail of ours: invitations are only asked for")
    }

    private static func moved(_ event: StandIns.Event, by seconds: Double) throws -> [String: any Sendable] {
        guard let start = try? Date(event.start.dateTime.prefix(19) + "Z", strategy: .iso8601) else {
            throw DemoError("“\(event.start.dateTime)” is no time")
        }
        let first = start.timeIntervalSince1970 + seconds
        return ["start": time(first), "end": time(first + 3600)]
    }

    /// Waits until it is so, and says it.
    private func arrived(_ text: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = time.uptime + Self.patience
        while try await !isSo() {
            guard time.uptime < deadline else {
                throw DemoError("not within \(Self.patience.components.seconds) s: \(text)")
            }
            try await time.sleep(for: .milliseconds(250))
        }
        say(text)
    }
}

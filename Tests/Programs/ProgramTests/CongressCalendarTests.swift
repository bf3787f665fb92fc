import Foundation
import Testing

/// The calendars of the congress data set through the pipeline: 147 activities, past and to come, and what users have in Outlook.
@Suite(
    "The congress data set's calendars", .serialized,
    .enabled(if: DataShop.isThere, "../shared/data is missing beside the checkout"))
struct CongressCalendarTests {
    private static let mailboxes = (1...25).map { String(format: "user%02d@crm.example", $0) }

    private struct Activity: Decodable {
        let Activity: String
        let Subject: String
        let EndDate: String
        let ExchangeId: String
    }

    private struct Attendee: Decodable {
        let Activity: String
        let Email: String
        let Attendance: String
        let Invite: String
        let SentToSynchronizer: String
        let Synchronized: String
    }

    private struct SyncUser: Decodable {
        let Email: String
        let Active: String
    }

    @Test(
        "Every activity to come stands in its organizer's calendar, every user's own meeting in LN; nobody gets a mail, and a second pull writes nothing"
    )
    func congress() async throws {
        let shop = try await DataShop("ln-congress", mailboxes: Self.mailboxes, calendars: true)
        for address in Self.mailboxes { try await shop.makeEvent(Self.ownMeeting, in: address) }
        // There is no store until a program has made it.
        try await shop.wait(for: "a start") { try await shop.lnsync("start").status == 0 }
        #expect(try await shop.calendarWrites() == 0, "nothing is made before somebody has seen it")
        try await shop.wait(for: "the plan's approval") {
            _ = try await shop.lnsync("plan", "--all")
            return try await shop.lnsync("plan", "--all", "--approve").status == 0
        }
        try await settled(shop)

        let wanted = try await wanted(shop)
        let check = try await shop.check(calendars: true)
        #expect(check.inStep && check.mailboxes == 20, "\(check.lines)")
        #expect(check.eventsFromOutlook == 20, "one of each active user; those of inactive ones stay where they are")
        #expect(wanted.count > 40)
        #expect(check.activities == wanted.count + 20 && check.meetings == check.activities, "\(check)")
        #expect(try await shop.mails() == 0)
        try await flags(of: wanted, shop)

        for arguments in [[], ["--full"]] {
            let before = try await shop.calendarWrites()
            #expect(try await shop.lnsync(words: ["sync", "now", "--calendars", "--wait"] + arguments).status == 0)
            try await settled(shop)
            #expect(try await shop.calendarWrites() == before, "a second pull \(arguments) wrote")
        }
        try await plantedDifference(shop)
        #expect(try await shop.mails() == 0)
        #expect(await shop.close().isEmpty, "a program ended")
    }

    /// Tomorrow, and of the user alone.
    private static var ownMeeting: String {
        let start = Date() + 86400
        func time(_ date: Date) -> String {
            #"{"dateTime":"\#(date.formatted(.iso8601).prefix(16)):00","timeZone":"UTC"}"#
        }
        return #"{"subject":"Dentist","start":\#(time(start)),"end":\#(time(start + 3600))}"#
    }

    /// The activities that the rules want in a calendar, by what LN alone says: to come, of an active user.
    private func wanted(_ shop: DataShop) async throws -> Set<String> {
        let active = Set(
            try await shop.rows("SyncUsers", as: SyncUser.self).filter { $0.Active == "Yes" }.map {
                $0.Email.lowercased()
            })
        let organizers = try await shop.rows("Attendees", as: Attendee.self).filter {
            $0.Attendance == "MeetingOrganizer" && active.contains($0.Email.lowercased())
        }
        let owned = Set(organizers.map(\.Activity))
        let now = Date().formatted(.iso8601)
        return Set(
            try await shop.rows("Activities", as: Activity.self).filter {
                $0.Subject != "Dentist" && $0.EndDate > now && owned.contains($0.Activity)
            }.map(\.Activity))
    }

    /// *Synchronized* says that the organizer has it; *Sent to Synchronizer* that an invitation is asked for (CAL-6). No other row is marked.
    private func flags(of wanted: Set<String>, _ shop: DataShop) async throws {
        let rows = try await shop.rows("Attendees", as: Attendee.self)
        let own = Set(
            try await shop.rows("Activities", as: Activity.self).filter { $0.Subject == "Dentist" }.map(\.Activity))
        for row in rows where !own.contains(row.Activity) {
            let isOrganizer = row.Attendance == "MeetingOrganizer"
            let isIn = wanted.contains(row.Activity)
            #expect(
                (row.Synchronized == "Yes") == (isIn && isOrganizer), "\(row.Activity): Synchronized of \(row.Email)")
            let isAsked = isIn && !isOrganizer && row.Invite == "Yes" && !row.Email.isEmpty
            #expect((row.SentToSynchronizer == "Yes") == isAsked, "\(row.Activity): Sent of \(row.Email)")
        }
    }

    /// The check can fail; and what it has found is put right by a pull.
    private func plantedDifference(_ shop: DataShop) async throws {
        let address = "user01@crm.example"
        let event = try #require(
            try await shop.mailbox(address).events.first { $0.subject == "Dentist" }, "user01 has his own meeting")
        try await shop.edit(event: event.id, of: address, #"{"subject":"Orthodontist"}"#)
        let check = try await shop.check(calendars: true)
        #expect(check.differences == 1 && check.lines.allSatisfy { $0.contains("Orthodontist") }, "\(check.lines)")
        #expect(try await shop.lnsync("sync", "now", "--calendars", "--wait").status == 0)
        try await shop.wait(for: "the edit in LN") { try await shop.check(calendars: true).inStep }
    }

    /// Waits until all records are merged and no meeting is due.
    private func settled(_ shop: DataShop) async throws {
        try await shop.status { status in
            status.groups.contains { $0.group.hasSuffix("calendar-worker") && $0.backlog == 0 }
                && status.users.filter { $0.state != "inactive" }.allSatisfy { $0.meetings?.due == 0 }
        }
    }
}

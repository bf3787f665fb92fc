import Foundation
import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: what Outlook's users do with events")
struct OutlookUserEventTests {
    private let calendar: CalendarHarness

    init() throws {
        calendar = try CalendarHarness()
    }

    private func id(_ answer: CalendarHarness.Answer) throws -> String { try #require(answer.json["id"]?.text) }

    @Test("A user makes, edits, moves and deletes events; mails are his, not an app's; personal edits mail nobody")
    func edits() throws {
        let attendees = CalendarHarness.attendees(CalendarHarness.dan)
        let id = try id(calendar.outlook(.post, "events", CalendarHarness.event("A", attendees)))
        #expect(calendar.mails == ["invitation ann > dan by user"])
        calendar.forgetMails()
        let etag = calendar.get(id)["@odata.etag"]
        calendar.outlook(
            .patch, "events/\(id)", #"{"showAs":"free","categories":["x"],"reminderMinutesBeforeStart":1}"#)
        #expect(calendar.get(id)["showAs"] == "free" && calendar.get(id)["@odata.etag"] != etag)
        calendar.outlook(.patch, "events/\(id)?silent=true", #"{"subject":"B"}"#)
        #expect(calendar.mails.isEmpty)
        calendar.outlook(.patch, "events/\(id)", #"{"location":{"displayName":"Here"}}"#)
        calendar.outlook(.delete, "events/\(id)?forGood=true")
        #expect(calendar.mails == ["update ann > dan by user", "cancellation ann > dan by user"])
        #expect(calendar.send(.get, "events/\(id)").status == 404)
    }

    @Test("A user answers and cancels; an answer from outside the tenant arrives")
    func answers() throws {
        let attendees = CalendarHarness.attendees(CalendarHarness.dan, "out@else.example")
        let id = try id(calendar.outlook(.post, "events", CalendarHarness.event("A", attendees)))
        let copy = try #require(calendar.events(in: CalendarHarness.dan).first?["id"]?.text)
        calendar.outlook(.post, "events/\(copy)/answer", #"{"response":"accepted"}"#, of: CalendarHarness.dan)
        calendar.outlook(.post, "events/\(id)/answers", #"{"attendee":"OUT@else.example","response":"declined"}"#)
        let statuses = calendar.get(id)["attendees"]?.array?.map { $0["status"]?["response"]?.text }
        #expect(statuses == ["accepted", "declined"])
        #expect(calendar.outlook(.post, "events/\(id)/answer", #"{"response":"accepted"}"#).status == 400)
        #expect(
            calendar.outlook(.post, "events/\(copy)/answer", #"{"response":"x"}"#, of: CalendarHarness.dan).status
                == 400)
        calendar.outlook(.post, "events/\(id)/cancel", #"{"comment":"no"}"#)
        #expect(calendar.get(copy, in: CalendarHarness.dan)["isCancelled"] == .bool(true))
        #expect(calendar.outlook(.post, "events/\(id)/nonsense").status == 404)
    }

    @Test("A copy made in Outlook has our property, its own iCalUId, and no attendees")
    func copy() throws {
        let property = #""singleValueExtendedProperties":[{"id":"\#(CalendarHarness.property)","value":"ACT1"}]"#
        let id = try calendar.makeID(CalendarHarness.event("A", property))
        let copy = try self.id(calendar.outlook(.post, "events/\(id)/copy"))
        #expect(calendar.get(copy)["iCalUId"] != calendar.get(id)["iCalUId"])
        let link =
            "singleValueExtendedProperties/Any(ep: ep/id eq '\(CalendarHarness.property)' and ep/value eq 'ACT1')"
        #expect(calendar.filtered(link).count == 2)
    }

    @Test(
        "A meeting that was saved and not sent is a draft; sent later it invites, and a draft that is deleted mails nobody"
    )
    func drafts() throws {
        let body = CalendarHarness.event("A", CalendarHarness.attendees(CalendarHarness.dan))
        let id = try id(calendar.outlook(.post, "events?silent=true", body))
        #expect(calendar.get(id)["isDraft"] == .bool(true))
        let other = try self.id(calendar.outlook(.post, "events?silent=true", body))
        calendar.outlook(.delete, "events/\(other)")
        #expect(calendar.mails.isEmpty && calendar.events(in: CalendarHarness.dan).isEmpty)
        calendar.outlook(.patch, "events/\(id)", #"{"subject":"B"}"#)
        #expect(calendar.get(id)["isDraft"] == .bool(false))
        #expect(calendar.mails == ["invitation ann > dan by user"])
        #expect(calendar.events(in: CalendarHarness.dan).count == 1)
    }

    @Test("A single that becomes a series in Outlook keeps its id and iCalUId, and back")
    func becomesSeries() throws {
        let made = try calendar.make(CalendarHarness.event("A"))
        let id = try #require(made["id"]?.text)
        let daily =
            #"{"recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"2026-12-01"}}}"#
        calendar.outlook(.patch, "events/\(id)", daily)
        #expect(calendar.get(id)["type"] == "seriesMaster" && calendar.get(id)["iCalUId"] == made["iCalUId"])
        calendar.outlook(.patch, "events/\(id)", #"{"recurrence":null}"#)
        #expect(calendar.get(id)["type"] == "singleInstance")
    }

    @Test("Somebody outside the tenant invites, changes and cancels; the outbox knows nothing of it")
    func outside() throws {
        let attendees = CalendarHarness.attendees(CalendarHarness.dan, CalendarHarness.eve)
        let sender = #""organizer":{"address":"boss@else.example","name":"Boss"},"iCalUId":"UID-1""#
        func invite(_ subject: String) -> Int {
            calendar.control(.post, "outside/invitations", CalendarHarness.event(subject, "\(attendees),\(sender)"))
                .status
        }
        #expect(invite("A") == 204)
        #expect(invite("B") == 204)
        let copy = try #require(calendar.events(in: CalendarHarness.dan).first)
        #expect(copy["subject"] == "B" && copy["iCalUId"] == "UID-1")
        #expect(copy["organizer"]?["emailAddress"] == ["address": "boss@else.example", "name": "Boss"])
        #expect(
            calendar.send(.patch, "events/\(copy["id"]?.text ?? "")", #"{"subject":"C"}"#, in: CalendarHarness.dan)
                .status == 200)
        #expect(calendar.control(.post, "outside/cancellations", "{\(attendees),\(sender)}").status == 204)
        #expect(calendar.events(in: CalendarHarness.eve).first?["isCancelled"] == .bool(true))
        #expect(calendar.mails.isEmpty)
        #expect(calendar.control(.post, "outside/invitations", "{}").status == 400)
    }

    @Test("An unlicensed attendee gets mail and no copy; one out of the app's scope gets both")
    func kinds() throws {
        _ = try calendar.make(
            CalendarHarness.event("A", CalendarHarness.attendees("ben@contoso.example", "cy@contoso.example")))
        #expect(calendar.mails == ["invitation ann > ben cy by worker"])
        func count(_ address: String) -> Int {
            (calendar.control(.get, "mailboxes/\(address)").json["calendars"]?.array ?? []).reduce(0) {
                $0 + ($1["events"]?.array?.count ?? 0)
            }
        }
        #expect(count("ben@contoso.example") == 0)
        #expect(count("cy@contoso.example") == 1)
    }

    @Test("Events, copies, calendars and mails survive a restart; no number is given twice")
    func survives() async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "mailboxes-\(UUID()).log")
        defer { try? FileManager.default.removeItem(at: url) }
        let log = MailboxLog(url)
        try log.open(calendar.harness.sandbox)
        calendar.outlook(.post, "calendars", #"{"name":"Other"}"#)
        let daily =
            #""recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"2026-12-01"}}"#
        let id = try id(
            calendar.outlook(
                .post, "events",
                CalendarHarness.event("A", "\(CalendarHarness.attendees(CalendarHarness.dan)),\(daily)")))
        let view = "events/\(id)/instances?startDateTime=2026-12-02&endDateTime=2026-12-04"
        let days = try #require(calendar.send(.get, view).json["value"]?.array)
        calendar.send(.patch, "events/\(days[0]["id"]?.text ?? "")", #"{"subject":"B"}"#)
        calendar.send(.delete, "events/\(days[1]["id"]?.text ?? "")")
        let gone = try calendar.makeID(CalendarHarness.event("Gone"))
        calendar.outlook(.delete, "events/\(gone)?forGood=true")
        try await log.save(calendar.harness.sandbox)
        let second = try CalendarHarness()
        try MailboxLog(url).open(second.harness.sandbox)
        let third = try CalendarHarness()
        try MailboxLog(url).open(third.harness.sandbox)
        for other in [second, third] {
            #expect(other.control(.get, "dump").json == calendar.control(.get, "dump").json)
            #expect(other.mails == calendar.mails && other.mails.count == 3)
            #expect(other.get(id) == calendar.get(id))
        }
        #expect(try third.makeID(CalendarHarness.event("New")) != gone)
        let opened = MailboxLog(url)
        try opened.open(second.harness.sandbox)
        second.forgetMails()
        try await opened.save(second.harness.sandbox)
        let fourth = try CalendarHarness()
        try MailboxLog(url).open(fourth.harness.sandbox)
        #expect(fourth.mails.isEmpty)
    }
}

import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: meetings, the attendees' copies and the mails")
struct MeetingTests {
    private let calendar: CalendarHarness
    private static let (ann, dan, eve) = (CalendarHarness.ann, CalendarHarness.dan, CalendarHarness.eve)

    init() throws {
        calendar = try CalendarHarness()
    }

    private func meeting(_ more: String = "") throws -> String {
        let attendees = CalendarHarness.attendees(Self.dan, "Eve@Contoso.example", "out@else.example")
        return try calendar.makeID(CalendarHarness.event("Visit", more.isEmpty ? attendees : "\(attendees),\(more)"))
    }

    private func copy(in mailbox: String) throws -> (id: String, json: JSON) {
        let copies = calendar.events(in: mailbox)
        #expect(copies.count == 1)
        let copy = try #require(copies.first)
        return (try #require(copy["id"]?.text), copy)
    }

    private func answers(_ id: String) -> [String: String] {
        var answers: [String: String] = [:]
        for attendee in calendar.get(id)["attendees"]?.array ?? [] {
            answers[attendee["emailAddress"]?["address"]?.text?.lowercased() ?? ""] =
                attendee["status"]?["response"]?.text
        }
        return answers
    }

    @Test(
        "Attendees with a mailbox get a copy that has the meeting's iCalUId, and one invitation goes to all, by the app"
    )
    func invitation() throws {
        let id = try meeting(#""sensitivity":"private","categories":["Mine"]"#)
        let copy = try copy(in: Self.dan).json
        #expect(copy["iCalUId"] == calendar.get(id)["iCalUId"] && copy["id"]?.text != id)
        #expect(
            copy["isOrganizer"] == .bool(false)
                && copy["organizer"]?["emailAddress"]?["address"] == "Ann@contoso.example")
        #expect(copy["responseStatus"]?["response"] == "notResponded")
        #expect((copy["showAs"], copy["sensitivity"], copy["categories"]) == ("tentative", "private", []))
        #expect(try self.copy(in: Self.eve).json["subject"] == "Visit")
        #expect(calendar.mails == ["invitation ann > dan eve out by worker"])
        let mail = calendar.control(.get, "outbox").json["mails"]?.array?.first
        #expect(mail?["eventId"]?.text == id && mail?["iCalUId"] == copy["iCalUId"])
    }

    @Test("What has no attendees, and what is done in a copy, mails nobody")
    func silent() throws {
        let own = try calendar.makeID(CalendarHarness.event("Own"))
        calendar.send(.patch, "events/\(own)", #"{"subject":"Mine"}"#)
        calendar.send(.delete, "events/\(own)")
        _ = try meeting()
        calendar.forgetMails()
        let copy = try copy(in: Self.dan).id
        #expect(calendar.send(.patch, "events/\(copy)", #"{"subject":"Local"}"#, in: Self.dan).status == 200)
        #expect(calendar.send(.delete, "events/\(copy)", in: Self.dan).status == 204)
        #expect(try self.copy(in: Self.eve).json["subject"] == "Visit")
        #expect(calendar.mails.isEmpty)
    }

    @Test("Every change of a meeting mails all its attendees and overwrites what they changed; their own things stay")
    func update() throws {
        let id = try meeting()
        let copy = try copy(in: Self.dan).id
        calendar.send(.post, "events/\(copy)/accept", "{}", in: Self.dan)
        calendar.send(
            .patch, "events/\(copy)", #"{"subject":"Local","categories":["Mine"],"reminderMinutesBeforeStart":5}"#,
            in: Self.dan)
        calendar.forgetMails()
        calendar.send(.patch, "events/\(id)", #"{"subject":"Visit 2","showAs":"free"}"#)
        #expect(calendar.mails == ["update ann > dan eve out by worker"])
        let now = calendar.get(copy, in: Self.dan)
        #expect(now["subject"] == "Visit 2" && now["categories"] == ["Mine"])
        #expect(now["reminderMinutesBeforeStart"]?.whole == 5)
        #expect(now["responseStatus"]?["response"] == "accepted", "the time is the same")
        #expect(answers(id)[Self.dan] == "accepted")
    }

    @Test("Another time takes the answers back on both sides")
    func moved() throws {
        let id = try meeting()
        let copy = try copy(in: Self.dan).id
        calendar.send(.post, "events/\(copy)/accept", "{}", in: Self.dan)
        #expect(answers(id)[Self.dan] == "accepted")
        #expect(
            calendar.send(.patch, "events/\(id)", CalendarHarness.event("Visit", on: "2026-12-02")).status == 200)
        #expect(answers(id)[Self.dan] == "none")
        let now = calendar.get(copy, in: Self.dan)
        #expect(now["start"]?["dateTime"]?.text?.hasPrefix("2026-12-02") == true)
        #expect(now["responseStatus"]?["response"] == "notResponded" && now["showAs"] == "tentative")
    }

    @Test("A change of attendees alone mails those who came or went; who went has a cancelled copy")
    func attendeesAlone() throws {
        let id = try meeting()
        calendar.forgetMails()
        calendar.send(.patch, "events/\(id)", "{\(CalendarHarness.attendees(Self.dan, "new@else.example"))}")
        #expect(calendar.mails == ["cancellation ann > eve out by worker", "invitation ann > new by worker"])
        let gone = try copy(in: Self.eve).json
        #expect(gone["isCancelled"] == .bool(true) && gone["subject"] == "Canceled: Visit" && gone["showAs"] == "free")
        #expect(try copy(in: Self.dan).json["isCancelled"] == .bool(false))
    }

    @Test("A PATCH that adds the first attendees invites them, and one that takes the last away cancels")
    func firstAndLast() throws {
        let id = try calendar.makeID(CalendarHarness.event("A"))
        calendar.send(.patch, "events/\(id)", "{\(CalendarHarness.attendees(Self.dan))}")
        calendar.send(.patch, "events/\(id)", #"{"attendees":[]}"#)
        #expect(calendar.mails == ["invitation ann > dan by worker", "cancellation ann > dan by worker"])
    }

    @Test(
        "An answer reaches the organizer's event, unless it is not sent",
        arguments: [("accept", "accepted"), ("tentativelyAccept", "tentativelyAccepted"), ("decline", "declined")])
    func answer(_ action: String, _ response: String) throws {
        let id = try meeting()
        let etag = calendar.get(id)["@odata.etag"]
        let danCopy = try copy(in: Self.dan).id
        calendar.forgetMails()
        let quiet = calendar.send(.post, "events/\(danCopy)/\(action)", #"{"sendResponse":false}"#, in: Self.dan)
        #expect(quiet.status == 202 && calendar.mails.isEmpty)
        #expect(answers(id)[Self.dan] == "none")
        #expect(calendar.get(id)["@odata.etag"] == etag)
        let eveCopy = try copy(in: Self.eve).id
        let path = "events/\(eveCopy)/microsoft.graph.\(action)"
        #expect(calendar.send(.post, path, #"{"Comment":"ok","SendResponse":true}"#, in: Self.eve).status == 202)
        #expect(calendar.mails == ["response eve > ann by worker"])
        #expect(answers(id)[Self.eve] == response)
        #expect(calendar.get(id)["@odata.etag"] != etag)
        #expect(calendar.send(.get, "events/\(eveCopy)", in: Self.eve).status == (action == "decline" ? 404 : 200))
    }

    @Test("Answers that can't be given are refused")
    func refusedAnswers() throws {
        let id = try meeting(#""responseRequested":false,"allowNewTimeProposals":false"#)
        #expect(calendar.harness.code(calendar.send(.post, "events/\(id)/accept", "{}")) == "ErrorInvalidRequest")
        let copy = try copy(in: Self.dan).id
        for (body, code) in [
            ("{}", "ErrorInvalidRequest"), (#"{"nonsense":1}"#, "BadRequest"),
            (#"{"sendResponse":false,"proposedNewTime":{"start":{},"end":{}}}"#, "ErrorInvalidParameter"),
        ] {
            let answer = calendar.send(.post, "events/\(copy)/decline", body, in: Self.dan)
            #expect(answer.status == 400 && calendar.harness.code(answer) == code, "\(body)")
        }
        #expect(calendar.send(.post, "events/\(copy)/accept", #"{"sendResponse":false}"#, in: Self.dan).status == 202)
    }

    @Test("A cancelled meeting goes to Deleted Items, and its copies stay, cancelled; an attendee can't cancel")
    func cancel() throws {
        let id = try meeting()
        let copy = try copy(in: Self.dan).id
        let refused = calendar.send(.post, "events/\(copy)/cancel", "{}", in: Self.dan)
        #expect(refused.status == 400 && calendar.harness.code(refused) == "ErrorInvalidRequest")
        calendar.forgetMails()
        #expect(calendar.send(.post, "events/\(id)/cancel", #"{"Comment":"Sorry"}"#).status == 202)
        #expect(calendar.mails == ["cancellation ann > dan eve out by worker"])
        #expect(calendar.control(.get, "outbox").json["mails"]?.array?.first?["comment"] == "Sorry")
        #expect(calendar.send(.get, "events/\(id)").status == 404)
        let now = calendar.get(copy, in: Self.dan)
        #expect(now["isCancelled"] == .bool(true) && now["subject"] == "Canceled: Visit")
    }

    @Test("A deleted meeting is cancelled too; a second deletion mails nobody")
    func delete() throws {
        let id = try meeting()
        calendar.forgetMails()
        #expect(calendar.send(.delete, "events/\(id)").status == 204)
        calendar.control(.post, "vices", #"{"findsDeletedEvents":true}"#)
        #expect(calendar.get(id)["isCancelled"] == .bool(true))
        #expect(calendar.send(.delete, "events/\(id)").status == 204)
        #expect(calendar.mails == ["cancellation ann > dan eve out by worker"])
        #expect(try copy(in: Self.eve).json["isCancelled"] == .bool(true))
    }

    @Test("Where attendees are hidden each one sees himself alone; a copy has none of our properties")
    func hidden() throws {
        _ = try meeting(
            #""hideAttendees":true,"singleValueExtendedProperties":[{"id":"\#(CalendarHarness.property)","value":"ACT1"}]"#
        )
        let copy = try copy(in: Self.dan)
        #expect(copy.json["attendees"]?.array?.count == 1)
        let link =
            "singleValueExtendedProperties/Any(ep: ep/id eq '\(CalendarHarness.property)' and ep/value eq 'ACT1')"
        #expect(calendar.filtered(link, in: Self.dan).isEmpty)
        #expect(calendar.filtered(link).count == 1)
    }

    @Test("An attendee who took his copy away gets another one with the next update")
    func copyAgain() throws {
        let id = try meeting()
        let first = try copy(in: Self.dan).id
        calendar.send(.delete, "events/\(first)", in: Self.dan)
        calendar.send(.patch, "events/\(id)", #"{"subject":"Visit 2"}"#)
        #expect(try copy(in: Self.dan).id != first)
    }
}

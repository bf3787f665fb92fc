import Foundation
import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: events")
struct EventTests {
    private let calendar: CalendarHarness

    init() throws {
        calendar = try CalendarHarness()
    }

    @Test("An event is made and read with what Exchange adds, under every path of the default calendar")
    func make() throws {
        let made = try calendar.make(
            CalendarHarness.event(
                "Visit", #""location":{"displayName":"HQ"},"showAs":"OOF","sensitivity":"Private","importance":"HIGH""#)
        )
        let id = try #require(made["id"]?.text)
        #expect(made["subject"] == "Visit")
        #expect(made["start"] == ["dateTime": "2026-12-01T08:00:00.0000000", "timeZone": "UTC"])
        #expect(made["originalStartTimeZone"] == "W. Europe Standard Time")
        #expect((made["showAs"], made["sensitivity"], made["importance"]) == ("oof", "private", "high"))
        #expect(made["location"]?["displayName"] == "HQ" && made["locations"]?.array?.count == 1)
        #expect(made["type"] == "singleInstance" && made["isOrganizer"] == .bool(true))
        #expect(made["organizer"]?["emailAddress"]?["address"] == "Ann@contoso.example")
        #expect(made["responseStatus"]?["response"] == "organizer")
        #expect(made["iCalUId"]?.text?.hasPrefix("040000008200E00074C5B7101A82E008") == true)
        #expect(made["changeKey"]?.text.map { "W/\"\($0)\"" } == made["@odata.etag"]?.text)
        let main = try #require(calendar.send(.get, "calendar").json["id"]?.text)
        for path in ["events", "calendar/events", "calendars/\(main)/events", "calendars('\(main)')/events"] {
            #expect(calendar.send(.get, "\(path)/\(id)").json["subject"] == "Visit", "\(path)")
            #expect(calendar.send(.get, path).json["value"]?.array?.count == 1, "\(path)")
        }
        #expect(calendar.mails.isEmpty)
    }

    @Test("Only the members that a change names change; an old etag is refused")
    func change() throws {
        let made = try calendar.make(CalendarHarness.event("A", #""body":{"contentType":"text","content":"x"}"#))
        let (id, etag) = (try #require(made["id"]?.text), try #require(made["@odata.etag"]?.text))
        let changed = calendar.send(.patch, "events/\(id)", #"{"subject":"B"}"#, ["If-Match": etag])
        #expect(changed.status == 200 && changed.json["subject"] == "B")
        #expect(changed.json["body"] == made["body"] && changed.json["iCalUId"] == made["iCalUId"])
        let stale = calendar.send(.patch, "events/\(id)", #"{"subject":"C"}"#, ["If-Match": etag])
        #expect(stale.status == 412 && calendar.harness.code(stale) == "ErrorIrresolvableConflict")
        #expect(calendar.send(.delete, "events/\(id)", "", ["If-Match": etag]).status == 412)
        #expect(calendar.get(id)["subject"] == "B")
    }

    @Test(
        "A deleted event is not found, unless the sandbox finds it by its immutable id; a second deletion is for good")
    func delete() throws {
        let id = try calendar.makeID(CalendarHarness.event("A"))
        #expect(calendar.send(.delete, "events/\(id)").status == 204)
        let gone = calendar.send(.get, "events/\(id)")
        #expect(gone.status == 404 && calendar.harness.code(gone) == "ErrorItemNotFound")
        #expect(calendar.events(in: CalendarHarness.ann).isEmpty)
        calendar.control(.post, "vices", #"{"findsDeletedEvents":true}"#)
        #expect(calendar.send(.get, "events/\(id)").status == 200)
        #expect(calendar.send(.delete, "events/\(id)").status == 204)
        #expect(calendar.send(.get, "events/\(id)").status == 404)
    }

    @Test("An id that is not immutable is good only where the event is")
    func boundIDs() throws {
        let id = try calendar.makeID(CalendarHarness.event("A"))
        let plain: HTTPFields = ["Prefer": "outlook.timezone=\"UTC\""]
        let bound = try #require(calendar.send(.get, "events/\(id)", "", plain).json["id"]?.text)
        #expect(bound != id)
        #expect(calendar.send(.get, "events/\(bound)").status == 200)
        let other = try #require(calendar.outlook(.post, "calendars", #"{"name":"Other"}"#).json["id"]?.text)
        calendar.outlook(.post, "events/\(id)/move", #"{"calendar":"\#(other)"}"#)
        #expect(calendar.send(.get, "events/\(bound)").status == 404)
        #expect(calendar.send(.get, "events/\(id)").status == 200)
        #expect(calendar.events(in: CalendarHarness.ann).isEmpty)
        #expect(calendar.send(.get, "calendars/\(other)/events").json["value"]?.array?.count == 1)
    }

    @Test("An event is found by our property, whatever the value's case, by iCalUId, and by what it says")
    func find() throws {
        let made = try calendar.make(
            CalendarHarness.event(
                "A",
                #""singleValueExtendedProperties":[{"id":"\#(CalendarHarness.property)","value":"ACT1"}],"categories":["LN"]"#
            ))
        _ = try calendar.make(CalendarHarness.event("B", on: "2026-12-02", #""isAllDay":false"#))
        #expect(made["singleValueExtendedProperties"] == nil)
        let uid = try #require(made["iCalUId"]?.text)
        let link =
            "singleValueExtendedProperties/Any(ep: ep/id eq '\(CalendarHarness.property)' and ep/value eq 'act1')"
        for filter in [
            link, "iCalUId eq '\(uid)'", "subject eq 'a'", "start/dateTime lt '2026-12-02T00:00:00'",
            "start/dateTime eq '2026-12-01T08:00:00' and end/dateTime eq '2026-12-01T09:00:00.0000000'",
            "categories/any(c: c eq 'LN')", "isCancelled eq false and subject ne 'B'",
        ] {
            #expect(calendar.filtered(filter).map { $0["subject"] } == ["A"], "\(filter)")
        }
        #expect(calendar.filtered(link.replacing("act1", with: "ACT2")).isEmpty)
        let expand =
            "$expand="
            + calendar.harness.escaped("singleValueExtendedProperties($filter=id eq '\(CalendarHarness.property)')")
        let id = try #require(made["id"]?.text)
        let read = calendar.send(.get, "events/\(id)?\(expand)&$select=subject").json
        #expect(read["singleValueExtendedProperties"] == [["id": .text(CalendarHarness.property), "value": "ACT1"]])
        #expect(read["start"] == nil && read["@odata.etag"] != nil)
        #expect(calendar.harness.code(calendar.send(.get, "events?$select=nonsense")) == "RequestBroker--ParseUri")
        #expect(
            calendar.harness.code(calendar.send(.get, "events?$filter=nonsense%20eq%20'x'"))
                == "RequestBroker--ParseUri")
        let ordered = calendar.send(.get, "events?$orderby=start/dateTime%20desc").json["value"]?.array
        #expect(ordered?.map { $0["subject"] } == ["B", "A"])
    }

    @Test("A used transaction id makes no second event; the refusal names the first")
    func transactions() throws {
        let body = CalendarHarness.event("A", #""transactionId":"t1""#)
        let id = try calendar.makeID(body)
        let again = calendar.send(.post, "events", body)
        #expect(again.status == 400 && calendar.harness.code(again) == "ErrorDuplicateTransactionId")
        #expect(again.json["error"]?["@event.existingEventId"]?.text == id)
        calendar.control(.post, "vices", #"{"usedTransactionStatus":409,"namesExistingEvent":false}"#)
        let terse = calendar.send(.post, "events", body)
        #expect(terse.status == 409 && terse.json["error"]?["@event.existingEventId"] == nil)
        calendar.control(.post, "vices", #"{"usedTransactionStatus":201}"#)
        #expect(try calendar.makeID(body) == id)
        #expect(calendar.events(in: CalendarHarness.ann).count == 1)
        #expect(calendar.send(.post, "events", body, in: CalendarHarness.dan).status == 201, "a mailbox has its own")
        #expect(calendar.send(.patch, "events/\(id)", #"{"transactionId":"t2"}"#).status == 400)
    }

    @Test(
        "What is no event is refused with 400 and its code",
        arguments: [
            (#"{"subject":"x"}"#, "ErrorPropertyValidationFailure"),
            (#"{"nonsense":1}"#, "RequestBodyRead"), (#"{"showAs":"away"}"#, "RequestBodyRead"),
            (#"{"isAllDay":"yes"}"#, "RequestBodyRead"), (#"{"iCalUId":"x"}"#, "ErrorInvalidPropertySet"),
            (#"{"attendees":[{"emailAddress":{"address":""}}]}"#, "ErrorInvalidRecipients"),
            (#"{"attendees":[{"emailAddress":{"address":"a@b"},"type":"boss"}]}"#, "RequestBodyRead"),
            (#"{"start":{"dateTime":"2026-12-01T09:00:00","timeZone":"Mars"}}"#, "TimeZoneNotSupportedException"),
            (#"{"start":{"dateTime":"2026-13-01T09:00:00","timeZone":"UTC"}}"#, "RequestBodyRead"),
            (#"{"end":{"dateTime":"2026-11-30T10:00:00","timeZone":"UTC"}}"#, "ErrorPropertyValidationFailure"),
            (#"{"recurrence":{"pattern":{"type":"daily"},"range":{"type":"noEnd"}}}"#, "ErrorInvalidRecurrence"),
            (#"{"singleValueExtendedProperties":[{"id":"nonsense","value":"x"}]}"#, "ErrorInvalidPropertyId"),
        ])
    func refused(_ more: String, _ code: String) throws {
        let answer: CalendarHarness.Answer
        if more == #"{"subject":"x"}"# {
            answer = calendar.send(.post, "events", more)
        } else {
            let id = try calendar.makeID(CalendarHarness.event("A"))
            answer = calendar.send(.patch, "events/\(id)", more)
            #expect(calendar.get(id)["subject"] == "A")
        }
        #expect(answer.status == 400)
        #expect(calendar.harness.code(answer) == code, "\(answer.json)")
    }

    @Test("Five hundred attendees are taken, one more is refused; an address comes once")
    func attendees() throws {
        func body(_ count: Int) -> String {
            let rows = (0..<count).map { #"{"emailAddress":{"address":"p\#($0)@out.example"}}"# }.joined(separator: ",")
            return CalendarHarness.event("A", #""attendees":[\#(rows)]"#)
        }
        #expect(try calendar.make(body(500))["attendees"]?.array?.count == 500)
        #expect(calendar.harness.code(calendar.send(.post, "events", body(501))) == "ErrorPropertyValidationFailure")
        let twice = try calendar.make(
            CalendarHarness.event("B", CalendarHarness.attendees("X@out.example", "x@out.example")))
        #expect(twice["attendees"]?.array?.count == 1)
    }

    @Test("A body that is larger than Graph takes is refused with 413 and changes nothing")
    func large() throws {
        let text = String(repeating: "x", count: 2 << 20)
        let id = try calendar.makeID(CalendarHarness.event("A", #""body":{"contentType":"text","content":"\#(text)"}"#))
        #expect(calendar.get(id)["body"]?["content"]?.text?.contains(text) == true)
        #expect(
            calendar.send(.patch, "events/\(id)", #"{"body":{"contentType":"text","content":"\#(text + text)"}}"#)
                .status == 413)
    }

    @Test("An etag can change by itself, and nothing else does")
    func touch() throws {
        let made = try calendar.make(CalendarHarness.event("A"))
        let id = try #require(made["id"]?.text)
        calendar.control(.post, "vices", #"{"etagChangesOnReads":1}"#)
        let read = calendar.get(id)
        #expect(read["@odata.etag"] != made["@odata.etag"] && read["subject"] == made["subject"])
        #expect(calendar.mails.isEmpty)
    }
}

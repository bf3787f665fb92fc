import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import SyncModel
import Testing

/// An event as Graph answers with it (exchange.md §1.5), and changes of it by member; `nil` takes a member away.
func graphEvent(_ changes: [String: Any?] = [:]) -> String {
    var members: [String: Any] = [
        "@odata.context": "https://graph.example/v1.0/$metadata#users('u')/events/$entity",
        "@odata.etag": #"W/"e1""#, "changeKey": "e1", "id": "I+/=", "iCalUId": "040000008200E0",
        "createdDateTime": "2026-11-20T10:00:00.1234567Z", "lastModifiedDateTime": "2026-11-20T10:00:01Z",
        "categories": ["Infor LN"], "transactionId": "t-1", "originalStartTimeZone": "W. Europe Standard Time",
        "originalEndTimeZone": "W. Europe Standard Time", "reminderMinutesBeforeStart": 30, "isReminderOn": true,
        "hasAttachments": false, "subject": "Visit", "bodyPreview": "One", "importance": "normal",
        "sensitivity": "normal", "isAllDay": false, "isCancelled": false, "isOrganizer": true, "isDraft": false,
        "responseRequested": true, "seriesMasterId": NSNull(), "showAs": "busy", "type": "singleInstance",
        "webLink": "https://outlook.example/1", "onlineMeetingUrl": NSNull(), "isOnlineMeeting": false,
        "onlineMeetingProvider": "unknown", "allowNewTimeProposals": true, "hideAttendees": false,
        "recurrence": NSNull(), "onlineMeeting": NSNull(), "occurrenceId": NSNull(), "newMember": ["new": true],
        "responseStatus": ["response": "organizer", "time": "0001-01-01T00:00:00Z"],
        "body": ["contentType": "html", "content": "<html><body><div>One<br>two &amp; three</div></body></html>"],
        "start": ["dateTime": "2026-12-01T08:00:00.0000000", "timeZone": "UTC"],
        "end": ["dateTime": "2026-12-01T09:00:00.0000000", "timeZone": "UTC"],
        "location": ["displayName": "HQ", "locationType": "default", "uniqueIdType": "unknown"], "locations": [],
        "attendees": [],
        "organizer": ["emailAddress": ["name": "Anna", "address": "Anna.O'Neil+X@shop.example"]],
    ]
    for (name, value) in changes { members[name] = value }
    return json(members)
}

func attendee(_ address: String?, _ type: String = "required", _ response: String = "none") -> [String: Any] {
    [
        "emailAddress": ["name": "N", "address": address ?? NSNull()] as [String: Any], "type": type,
        "status": ["response": response, "time": "2026-11-20T10:00:00Z"],
    ]
}

func json(_ value: Any) -> String {
    let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
}

/// An instant from `2026-12-01T08:00:00Z`.
func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

/// A meeting of an hour with every field filled.
func fullMeeting() throws -> MeetingContent {
    MeetingContent(
        time: .timed(
            start: try instant("2026-12-01T08:00:00Z"), end: try instant("2026-12-01T09:00:00Z"),
            zone: ZoneName("Europe/Amsterdam")),
        subject: "Visit of Ünal & Söhne", location: "HQ", body: MeetingBody("One\ntwo & three"),
        showAs: .outOfOffice, sensitivity: .confidential, reminder: .minutes(30),
        attendees: [EmailAddress("ann@x.example"): MeetingAttendee(.required)])
}

/// Of an event that was read without attendees.
func silentEvent(_ changes: [String: Any?] = [:]) async throws -> SilentEvent {
    let event = graphEvent(changes)
    let (calendar, _) = try graphCalendar { request in
        request.path.hasSuffix("/calendar/events") ? .json(200, #"{"value":[\#(event)]}"#) : .json(200, event)
    }
    return try #require(try await calendar.event(ItemID("I+/="), of: mailbox).silent)
}

import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Testing

/// Whatever an event's members hold, it is read, refused or passed over, and stops no other.
@Suite("Graph: events that are not as documented")
struct GraphEventBadInputTests {
    private static let members = [
        "@odata.etag", "changeKey", "id", "iCalUId", "createdDateTime", "categories", "transactionId",
        "originalStartTimeZone", "reminderMinutesBeforeStart", "isReminderOn", "subject", "sensitivity", "isAllDay",
        "isCancelled", "isOrganizer", "isDraft", "seriesMasterId", "showAs", "type", "onlineMeetingUrl", "recurrence",
        "isOnlineMeeting", "hideAttendees", "responseStatus", "body", "start", "end", "location", "attendees",
        "organizer", "originalStart", "singleValueExtendedProperties", "@removed",
    ]

    private static func value(_ random: SeededRandomness, depth: Int = 0) -> Any {
        let texts = [
            "", "x", "9999-12-31T23:59:59.9999999", "0000-00-00T99:99:99", "2026-12-01T+8:00", "2026-12-01", "T", "UTC",
            "tzone://Microsoft/Custom", "\u{0}\u{1}\u{7F}", "\u{FEFF}\u{FFFE}e\u{301}\r\n", "@", "a@", "@b", "a@b",
            "<a href=\"", "<!--", "&#xFFFFFFFF;&#0;&", "seriesMaster", "occurrence",
            String(repeating: "<b", count: 5000),
        ]
        switch random.next() % (depth > 3 ? 6 : 9) {
        case 0: return NSNull()
        case 1: return random.next() % 2 == 0
        case 2: return Int64(bitPattern: random.next())
        case 3: return 1e300
        case 4...5: return texts[Int(random.next() % UInt64(texts.count))]
        case 6: return (0..<random.next() % 3).map { _ in value(random, depth: depth + 1) }
        default:
            let names = [
                "dateTime", "timeZone", "contentType", "content", "displayName", "emailAddress", "address", "name",
                "type",
                "status", "response", "id", "value",
            ]
            var object: [String: Any] = [:]
            for name in names where random.next() % 3 == 0 { object[name] = value(random, depth: depth + 1) }
            return object
        }
    }

    @Test("Members of any kind and value: the page is read to its end, its good rows come through", arguments: 0..<20)
    func anything(seed: UInt64) async throws {
        let random = SeededRandomness(seed: seed)
        let rows = (0..<40).map { _ in
            var changes: [String: Any?] = [:]
            for _ in 0...random.next() % 4 {
                let member = Self.members[Int(random.next() % UInt64(Self.members.count))]
                changes[member] = random.next() % 5 == 0 ? .some(nil) : Self.value(random)
            }
            return graphEvent(changes)
        }
        let link = "https://graph.example/v1.0/next"
        let page =
            #"{"value":[\#((rows + [graphEvent(["id": "good"])]).joined(separator: ","))],"@odata.deltaLink":"\#(link)"}"#
        let (calendar, _) = try graphCalendar { request in
            if request.path.hasSuffix("/delta") { return .json(200, page) }
            if request.path.hasSuffix("/calendars") { return .json(200, #"{"value":[]}"#) }
            let number = request.target.utf8.reduce(0) { $0 &+ Int($1) } % rows.count
            return request.path.hasSuffix("/calendar/events")
                ? .json(200, #"{"value":[{"id":"good"}]}"#) : .json(200, rows[number])
        }
        let read = try await calendar.calendarChanges(CalendarBed.window, in: mailbox)
        let events = read.rows.compactMap { row in
            if case .event(let event) = row { event } else { nil }
        }
        #expect(events.contains { $0.key.item == ItemID("good") })
        #expect(read.rows.count + read.remarks.count >= rows.count / 2)
        for event in events where event.content.attendees?.isEmpty != true { #expect(event.silent == nil) }
        #expect(read.next == .round(link))
    }
}

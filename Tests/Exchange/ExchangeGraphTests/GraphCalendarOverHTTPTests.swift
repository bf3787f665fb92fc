import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPClient
import HTTPServer
import Runtime
import SyncModel
import Telemetry
import Testing

/// Over sockets: the whole client against the whole stand-in.
@Suite("Graph's calendars over HTTP")
struct GraphCalendarOverHTTPTests {
    @Test("Texts of 2 MB are written and read, and pages of them, larger than one answer may be, all the same")
    func large() async throws {
        let sandbox = ExchangeSandbox(
            ExchangeTenant(
                name: "shop.example", apps: ["calendar": "secret"], mailboxes: ["ann@shop.example": .usable]),
            time: SystemTime(), randomness: SeededRandomness(seed: 1))
        var limits = HTTPServer.Configuration()
        limits.maximumBody = 4 << 20
        let server = ExchangeSandboxServer(sandbox, limits, time: SystemTime(), log: .silent)
        let port = try server.start()
        var configuration = GraphConfiguration(tenant: "shop.example", clientID: "calendar") { "secret" }
        configuration.loginURL = "http://127.0.0.1:\(port)"
        configuration.graphURL = "http://127.0.0.1:\(port)/v1.0"
        configuration.requestTimeout = .seconds(60)
        // A page of two is more than this client takes.
        var small = HTTPClientConfiguration()
        small.maxAnswerBytes = 3 << 20
        let client = try HTTPClient(small, log: .silent)
        let calendar = try GraphCalendar(configuration, transport: client, metrics: Metrics())
        let ann = EmailAddress("ann@shop.example")
        var content = try fullMeeting()
        content.body = MeetingBody(String(repeating: "a line of text\n", count: 140_000) + "end")
        var made: Set<ItemID> = []
        for number in 0..<2 {
            let answer = try await calendar.createEvent(
                content, zone: ZoneName("Europe/Berlin"), propertyValue: "1300/A\(number)",
                transactionID: "t-\(number)", in: ann)
            guard case .made(let event) = answer else { throw ExchangeError(.invalid, "not made") }
            #expect(event.content.body == content.body)
            made.insert(event.key.item)
        }
        var place = CalendarBed.window
        var read: Set<ItemID> = []
        reading: for _ in 0..<10 {
            let page = try await calendar.calendarChanges(place, in: ann)
            for case .event(let event) in page.rows {
                #expect(event.content.body == content.body)
                read.insert(event.key.item)
            }
            switch page.next {
            case .page(let link): place = .link(link)
            case .round: break reading
            }
        }
        #expect(read == made)
        await server.drain(within: .seconds(5))
    }
}

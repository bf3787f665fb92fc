import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import SyncPlanner
import Synchronization
import Telemetry
import Testing

/// The stand-in without a socket: a request is in flight while others get their turn.
struct StandIn: HTTPTransport {
    let sandbox: ExchangeSandbox

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        switch sandbox.begin(request) {
        case .refused(let response): return response
        case .admitted(let visit):
            defer { sandbox.end(visit) }
            for _ in 0..<20 { await Task.yield() }
            return sandbox.outcome(of: request).response
        }
    }
}

/// Calendars of a tenant in the stand-in: what the app asks goes through the port, what Outlook's users do through the control channel.
struct CalendarBed {
    let sandbox: ExchangeSandbox
    let calendar: GraphCalendar
    let written = Written()
    let ann = EmailAddress("ann@shop.example")

    /// Bodies of what was written, and writes whose answers get lost.
    final class Written: Sendable {
        private let state = Mutex<(bodies: [(method: HTTPMethod, path: String, body: Data)], lost: Int)>(([], 0))

        var bodies: [(method: HTTPMethod, path: String, body: Data)] { state.withLock { $0.bodies } }
        func lose(_ count: Int) { state.withLock { $0.lost = count } }

        fileprivate func takes(_ request: HTTPRequest) -> Bool {
            state.withLock { state in
                guard request.method != .get, request.authority == "graph.example" else { return true }
                state.bodies.append((request.method, String(request.path), request.body))
                guard state.lost > 0 else { return true }
                state.lost -= 1
                return false
            }
        }
    }

    private struct Transport: HTTPTransport {
        let standIn: StandIn
        let written: Written

        func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
            let arrives = written.takes(request)
            let response = try await standIn.send(request, timeout: timeout)
            guard arrives else { throw HTTPTransportError(.connectionLost, "the answer was lost") }
            return response
        }
    }

    init(_ adjust: (inout ExchangeTenant.Vices) -> Void = { _ in }) throws {
        var tenant = ExchangeTenant(
            name: "shop.example", apps: ["calendar": "secret"],
            mailboxes: ["ann@shop.example": .usable, "ben@shop.example": .usable])
        adjust(&tenant.vices)
        sandbox = ExchangeSandbox(tenant, time: StandingTime(), randomness: SeededRandomness(seed: 1))
        var configuration = GraphConfiguration(tenant: "shop.example", clientID: "calendar") { "secret" }
        configuration.loginURL = "https://login.example"
        configuration.graphURL = "https://graph.example/v1.0"
        calendar = try GraphCalendar(
            configuration, transport: Transport(standIn: StandIn(sandbox: sandbox), written: written),
            metrics: Metrics(), time: StandingTime(), randomness: SeededRandomness(seed: 2))
    }

    @discardableResult
    func control(_ method: HTTPMethod, _ path: String, _ body: [String: Any] = [:]) throws -> [String: Any] {
        let text = body.isEmpty ? Data() : try JSONSerialization.data(withJSONObject: body)
        let request = try #require(
            HTTPRequest(method: method, url: "https://graph.example/sandbox/\(path)", body: text))
        let response = sandbox.answer(request)
        #expect((200..<300).contains(response.status), "\(String(decoding: response.body, as: UTF8.self))")
        guard !response.body.isEmpty else { return [:] }
        return try #require(try JSONSerialization.jsonObject(with: response.body) as? [String: Any])
    }

    /// What a user does in Outlook; the id of the event he made.
    @discardableResult
    func outlook(_ method: HTTPMethod, _ path: String, _ body: [String: Any] = [:]) throws -> String {
        let answer = try control(method, "mailboxes/\(ann)/\(path)", body)
        return answer["id"] as? String ?? ""
    }

    /// An hour from nine on a day, as Outlook's user enters it.
    static func visit(_ day: String = "2026-12-01", _ more: [String: Any] = [:]) -> [String: Any] {
        [
            "subject": "Visit",
            "start": ["dateTime": "\(day)T09:00:00", "timeZone": "W. Europe Standard Time"],
            "end": ["dateTime": "\(day)T10:00:00", "timeZone": "W. Europe Standard Time"],
        ].merging(more) { $1 }
    }

    func mails() throws -> Int { (try control(.get, "outbox")["mails"] as? [Any])?.count ?? -1 }

    func reads() throws -> Int {
        let total = try #require(try control(.get, "counters")["total"] as? [String: Any])
        return try #require(total["reads"] as? Int)
    }

    func make(
        _ content: MeetingContent, _ transactionID: String = "t-1", property: String = "1300/ACT1"
    ) async throws -> CreatedEvent {
        try await calendar.createEvent(
            content, zone: ZoneName("Europe/Berlin"), propertyValue: property, transactionID: transactionID, in: ann)
    }

    func made(
        _ content: MeetingContent, _ transactionID: String = "t-1", property: String = "1300/ACT1"
    ) async throws -> ExchangeEvent {
        guard case .made(let event) = try await make(content, transactionID, property: property) else {
            throw ExchangeError(.invalid, "not made")
        }
        return event
    }

    static let window = CalendarPlace.window(
        start: Date(timeIntervalSince1970: 1_793_491_200), end: Date(timeIntervalSince1970: 1_856_563_200))

    /// All pages of a round.
    func round(_ place: CalendarPlace = window) async throws -> (rows: [CalendarPage.Row], next: String) {
        var (place, rows) = (place, [CalendarPage.Row]())
        for _ in 0..<500 {
            let page = try await calendar.calendarChanges(place, in: ann)
            #expect(page.remarks == [])
            rows += page.rows
            switch page.next {
            case .page(let link): place = .link(link)
            case .round(let link): return (rows, link)
            }
        }
        throw ExchangeError(.invalid, "a round without an end")
    }
}

/// The contents agree where LN could hold them.
func isAlike(_ one: MeetingContent, _ other: MeetingContent, except: Set<FieldGroup> = []) -> Bool {
    FieldGroup.fields.allSatisfy { group in
        except.contains(group) || LNLimits().narrow(one)[group] == LNLimits().narrow(other)[group]
    }
}

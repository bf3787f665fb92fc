import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry
import Testing

/// The client's governor against the limits that Exchange's stand-in keeps: nothing is refused that the client could have held back.
@Suite("Governor with Exchange's stand-in")
struct GovernorWithStandInTests {
    private struct Counters: Decodable {
        struct Count: Decodable {
            let reads: Int
            let throttled: Int
        }

        let total: Count
        let mostInFlight: Int
    }

    private let ann = EmailAddress("ann@shop.example")
    private let ben = EmailAddress("ben@shop.example")
    private let time = StandingTime()
    private let sandbox: ExchangeSandbox

    init() {
        sandbox = ExchangeSandbox(
            ExchangeTenant(
                name: "shop.example", apps: ["contacts": "secret", "shared": "secret"],
                mailboxes: ["ann@shop.example": .usable, "ben@shop.example": .usable]),
            time: time, randomness: SeededRandomness(seed: 1))
    }

    /// A role's client.
    private func role(_ app: String, slots: Int) throws -> GraphContacts {
        var configuration = GraphConfiguration(tenant: "shop.example", clientID: app) { "secret" }
        configuration.loginURL = "https://login.example"
        configuration.graphURL = "https://graph.example/v1.0"
        configuration.maxInFlightPerMailbox = slots
        return try GraphContacts(
            configuration, transport: StandIn(sandbox: sandbox), metrics: Metrics(), time: time,
            randomness: SeededRandomness(seed: 2))
    }

    private func control(_ method: HTTPMethod, _ path: String, _ body: String = "") throws -> HTTPResponse {
        sandbox.answer(
            try #require(
                HTTPRequest(method: method, url: "https://graph.example/sandbox/\(path)", body: Data(body.utf8))))
    }

    private func counters() throws -> Counters {
        try JSONDecoder().decode(Counters.self, from: control(.get, "counters").body)
    }

    @Test("The calendar's role has a slot of its own beside the contacts', and none of both is refused")
    func calendar() async throws {
        let contacts = try role("shared", slots: 1)
        var configuration = GraphConfiguration(tenant: "shop.example", clientID: "shared") { "secret" }
        configuration.loginURL = "https://login.example"
        configuration.graphURL = "https://graph.example/v1.0"
        let calendar = try GraphCalendar(
            configuration, transport: StandIn(sandbox: sandbox), metrics: Metrics(), time: time,
            randomness: SeededRandomness(seed: 3))
        await withTaskGroup(of: ExchangeError?.self) { group in
            for _ in 0..<40 {
                group.addTask { await failure { try await calendar.defaultCalendar(in: ann) } }
                group.addTask { await failure { try await contacts.defaultContactFolder(in: ann) } }
            }
            for await error in group { #expect(error == nil) }
        }
        let counters = try self.counters()
        #expect(counters.total.reads == 80)
        #expect(counters.mostInFlight == 2)
    }

    /// Every role asks for each mailbox many times at once.
    private func ask(_ roles: [GraphContacts], times: Int) async {
        await withTaskGroup(of: ExchangeError?.self) { group in
            for role in roles {
                for number in 0..<times {
                    let mailbox = number % 2 == 0 ? ann : ben
                    group.addTask { await failure { try await role.defaultContactFolder(in: mailbox) } }
                }
            }
            for await error in group { #expect(error == nil) }
        }
    }

    @Test("Four roles that share an app registration have one request each in flight, and none is refused")
    func shared() async throws {
        let roles = try (0..<4).map { _ in try role("shared", slots: 1) }
        await ask(roles, times: 40)
        let counters = try self.counters()
        #expect(counters.total.reads == 160)
        #expect(counters.total.throttled == 0)
        #expect((1...4).contains(counters.mostInFlight))
    }

    @Test("A role with its own app registration takes all four, beside the others, and none is refused")
    func own() async throws {
        await ask([try role("contacts", slots: 4), try role("shared", slots: 1)], times: 80)
        let counters = try self.counters()
        #expect(counters.total.reads == 160)
        #expect(counters.total.throttled == 0)
        #expect(counters.mostInFlight == 4)
    }

    @Test("More slots than Exchange allows are refused: the stand-in would tell a governor that lets too many go")
    func tooMany() async throws {
        let role = try self.role("contacts", slots: 5)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { _ = await failure { try await role.defaultContactFolder(in: ann) } } }
        }
        #expect(try counters().total.throttled > 0)
    }

    @Test("Retry-After stops that mailbox only: nothing goes to it before the time is over, and all else goes on")
    func retryAfter() async throws {
        let role = try self.role("contacts", slots: 4)
        _ = try control(
            .post, "faults", #"{"kind":"status","status":429,"retryAfter":30,"mailbox":"ann@shop.example"}"#)
        let refused = await failure { try await role.defaultContactFolder(in: ann) }
        #expect(refused?.kind == .throttled(retryAfter: .seconds(30)))
        let reads = try counters().total.reads
        time.advance(by: .seconds(10))
        let held = await failure { try await role.defaultContactFolder(in: ann) }
        #expect(held?.kind == .throttled(retryAfter: .seconds(20)))
        #expect(try counters().total.reads == reads)
        #expect(await failure { try await role.defaultContactFolder(in: ben) } == nil)
        time.advance(by: .seconds(21))
        #expect(await failure { try await role.defaultContactFolder(in: ann) } == nil)
        #expect(try counters().total.reads == reads + 2)
    }
}

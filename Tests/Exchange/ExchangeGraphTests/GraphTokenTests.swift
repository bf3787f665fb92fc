import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Synchronization
import Telemetry
import Testing

@Suite("Graph: tokens")
struct GraphTokenTests {
    /// Answers tokens and requests by a number that counts each kind from 0.
    private func graph(
        time: StandingTime = StandingTime(), secret: @escaping @Sendable () throws -> String = { "s&cret" },
        token: @escaping @Sendable (Int) async -> ScriptedTransport.Answer,
        _ answer: @escaping @Sendable (HTTPRequest) -> ScriptedTransport.Answer = { _ in
            .success(HTTPResponse(status: 204))
        }
    ) throws -> (GraphContacts, ScriptedTransport) {
        let asked = Asked()
        let transport = ScriptedTransport { request in
            request.authority == "login.example" ? await token(asked.next()) : answer(request)
        }
        let contacts = try GraphContacts(
            graphConfiguration(secret: secret), transport: transport, metrics: Metrics(), time: time,
            randomness: SeededRandomness(seed: 1))
        return (contacts, transport)
    }

    private final class Asked: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    private func delete(_ contacts: GraphContacts, _ name: String = "a") async -> ExchangeError? {
        await failure { try await contacts.deleteContact(ItemID("I"), of: EmailAddress("\(name)@shop.example")) }
    }

    @Test("The app asks with its secret, for Graph's whole scope")
    func form() async throws {
        let (contacts, transport) = try graph(token: { _ in .token() })
        #expect(await delete(contacts) == nil)
        let request = try #require(transport.tokenRequests.first)
        #expect(request.method == .post)
        #expect(request.url == "https://login.example/shop.example/oauth2/v2.0/token")
        #expect(request.headerFields["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "client_id=app&client_secret=s%26cret&grant_type=client_credentials"
                + "&scope=https%3A%2F%2Fgraph.example%2F.default")
    }

    @Test("Many that need a token ask once")
    func singleFlight() async throws {
        let (contacts, transport) = try graph(token: { _ in
            for _ in 0..<100 { await Task.yield() }
            return .token()
        })
        await withTaskGroup(of: ExchangeError?.self) { group in
            for number in 0..<50 { group.addTask { await delete(contacts, "u\(number)") } }
            for await error in group { #expect(error == nil) }
        }
        #expect(transport.tokenRequests.count == 1)
        #expect(transport.requests.count == 50)
    }

    @Test("A token is renewed before it expires; while that fails, the old one serves until it does")
    func renewal() async throws {
        let time = StandingTime()
        let (contacts, transport) = try graph(
            time: time,
            token: { number in
                switch number {
                case 0: .token("one", expiresIn: 3600)
                case 1: .json(503, "")
                case 2: .failure(HTTPTransportError(.timedOut, ""))
                default: .token("two", expiresIn: 3600)
                }
            })
        func bearer() -> String? { transport.requests.last?.headerFields["Authorization"] }
        #expect(await delete(contacts) == nil)
        time.advance(by: .seconds(3299))
        #expect(await delete(contacts) == nil)
        #expect(transport.tokenRequests.count == 1)
        time.advance(by: .seconds(2))
        #expect(await delete(contacts) == nil)
        #expect(transport.tokenRequests.count == 2)
        #expect(bearer() == "Bearer one")
        time.advance(by: .seconds(300))
        let error = await delete(contacts)
        #expect(error?.kind == .transient)
        #expect(error?.isOutcomeUnknown == false)
        #expect(await delete(contacts) == nil)
        #expect(bearer() == "Bearer two")
    }

    @Test("A token that Graph refuses is exchanged once")
    func refusedToken() async throws {
        let (contacts, transport) = try graph(
            token: { .token("t\($0)") },
            { request in
                request.headerFields["Authorization"] == "Bearer t0"
                    ? .error(401, "InvalidAuthenticationToken") : .success(HTTPResponse(status: 204))
            })
        #expect(await delete(contacts) == nil)
        #expect(transport.requests.count == 2)
        #expect(transport.tokenRequests.count == 2)
    }

    @Test("A fresh token that is refused too is an error: Graph is not asked for ever")
    func refusedTwice() async throws {
        let (contacts, transport) = try graph(
            token: { .token("t\($0)") }, { _ in .error(401, "InvalidAuthenticationToken") })
        #expect(await delete(contacts)?.kind == .authExpired)
        #expect(transport.requests.count == 2)
    }

    @Test(
        "A wrong registration says what is wrong with it",
        arguments: [
            (7_000_215, "value, not its id"), (7_000_222, "LNSYNC_GRAPH_CLIENT_SECRET_FILE"),
            (700_016, "not registered in this tenant: check LNSYNC_GRAPH_CLIENT_ID"),
            (90002, "check LNSYNC_GRAPH_TENANT"),
            (1, "LNSYNC_GRAPH_CLIENT_SECRET_FILE say of it"),
        ])
    func wrongRegistration(code: Int, advice: String) async throws {
        let (contacts, transport) = try graph(token: { _ in
            .json(
                401,
                #"{"error":"invalid_client","error_description":"AADSTS\#(code): No.\r\nTrace ID: x","error_codes":[\#(code)]}"#
            )
        })
        let error = await delete(contacts)
        #expect(error?.kind == .authConfig)
        #expect(error?.message.contains(advice) == true)
        #expect(error?.message.contains("AADSTS\(code)") == true)
        #expect(transport.requests.isEmpty)
    }

    @Test("A refused secret is not offered again and again; another one is, at once")
    func noHammering() async throws {
        let secret = Mutexed("old")
        let time = StandingTime()
        let (contacts, transport) = try graph(
            time: time, secret: { secret.value },
            token: { _ in
                secret.value == "new" ? .token() : .json(401, #"{"error":"invalid_client","error_codes":[7000222]}"#)
            })
        for _ in 0..<5 { #expect(await delete(contacts)?.kind == .authConfig) }
        #expect(transport.tokenRequests.count == 1)
        time.advance(by: .seconds(31))
        #expect(await delete(contacts)?.kind == .authConfig)
        #expect(transport.tokenRequests.count == 2)
        secret.set("new")
        #expect(await delete(contacts) == nil)
    }

    @Test("A login server that asks for rest is left alone")
    func loginServerRests() async throws {
        let time = StandingTime()
        let (contacts, transport) = try graph(
            time: time,
            token: { $0 == 0 ? .json(429, "{}", ["Retry-After": "60"]) : .token() })
        for name in ["a", "b", "c"] {
            #expect(await delete(contacts, name)?.kind == .throttled(retryAfter: .seconds(60)))
        }
        #expect(transport.tokenRequests.count == 1)
        time.advance(by: .seconds(61))
        #expect(await delete(contacts) == nil)
    }

    @Test("A secret that can't be read, and a URL that is none, are errors of the configuration")
    func configuration() async throws {
        struct Unreadable: Error {}
        let (contacts, _) = try graph(secret: { throw Unreadable() }, token: { _ in .token() })
        #expect(await delete(contacts)?.kind == .authConfig)
        var configuration = graphConfiguration()
        configuration.graphURL = "graph.example"
        let error = await failure {
            try GraphContacts(configuration, transport: ScriptedTransport { _ in .token() }, metrics: Metrics())
        }
        #expect(error?.kind == .authConfig)
    }

    private final class Mutexed: Sendable {
        private let kept: Mutex<String>
        init(_ value: String) { kept = Mutex(value) }
        var value: String { kept.withLock { $0 } }
        func set(_ value: String) { kept.withLock { $0 = value } }
    }
}

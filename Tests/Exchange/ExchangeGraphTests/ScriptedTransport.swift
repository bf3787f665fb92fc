import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Synchronization
import Telemetry

/// Answers as a test tells it, and keeps what was asked.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPResponse, HTTPTransportError>

    private let script: @Sendable (HTTPRequest) async -> Answer
    private let kept = Mutex<[HTTPRequest]>([])

    init(_ script: @escaping @Sendable (HTTPRequest) async -> Answer) {
        self.script = script
    }

    /// The requests to Graph, those for tokens left out.
    var requests: [HTTPRequest] { all.filter { $0.authority == "graph.example" } }
    var tokenRequests: [HTTPRequest] { all.filter { $0.authority == "login.example" } }
    var all: [HTTPRequest] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        kept.withLock { $0.append(request) }
        return try await script(request).get()
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPTransportError {
    static func json(_ status: Int, _ body: String, _ headerFields: HTTPFields = [:]) -> Self {
        var headerFields = headerFields
        headerFields["Content-Type"] = "application/json"
        return .success(HTTPResponse(status: status, headerFields: headerFields, body: Data(body.utf8)))
    }

    static func error(_ status: Int, _ code: String, _ headerFields: HTTPFields = [:]) -> Self {
        .json(
            status,
            #"{"error":{"code":"\#(code)","message":"m","innerError":{"date":"2026-11-20T10:00:00","request-id":"r-1"}}}"#,
            headerFields)
    }

    static func token(_ text: String = "token-1", expiresIn: Int = 3599) -> Self {
        .json(200, #"{"token_type":"Bearer","expires_in":\#(expiresIn),"access_token":"\#(text)"}"#)
    }
}

/// A clock that stands until it is moved.
final class StandingTime: TimeSource {
    private let elapsed = Mutex<Duration>(.zero)

    var now: Date { Date(timeIntervalSince1970: 1_795_000_000) + uptime / .seconds(1) }
    var uptime: Duration { elapsed.withLock { $0 } }

    func advance(by duration: Duration) {
        elapsed.withLock { $0 += duration }
    }

    func sleep(for duration: Duration) async throws(CancellationError) {
        advance(by: duration)
    }
}

let mailbox = EmailAddress("anna.o'neil+x@shop.example")
let mailboxPath = "/v1.0/users/anna.o%27neil%2Bx%40shop.example"

func graphConfiguration(
    secret: @escaping @Sendable () throws -> String = { "s&cret" }
) -> GraphConfiguration {
    var configuration = GraphConfiguration(tenant: "shop.example", clientID: "app", clientSecret: secret)
    configuration.loginURL = "https://login.example"
    configuration.graphURL = "https://graph.example/v1.0/"
    return configuration
}

/// The port over a transport that gives tokens, and asks the script for all else.
func graph(
    time: any TimeSource = StandingTime(), metrics: Metrics = Metrics(),
    _ script: @escaping @Sendable (HTTPRequest) async -> ScriptedTransport.Answer
) throws -> (GraphContacts, ScriptedTransport) {
    let transport = ScriptedTransport { request in
        request.authority == "login.example" ? .token() : await script(request)
    }
    return (
        try GraphContacts(
            graphConfiguration(), transport: transport, metrics: metrics, time: time,
            randomness: SeededRandomness(seed: 1)),
        transport
    )
}

/// The calendar's port, the same way.
func graphCalendar(
    time: any TimeSource = StandingTime(), metrics: Metrics = Metrics(),
    _ script: @escaping @Sendable (HTTPRequest) async -> ScriptedTransport.Answer
) throws -> (GraphCalendar, ScriptedTransport) {
    let transport = ScriptedTransport { request in
        request.authority == "login.example" ? .token() : await script(request)
    }
    return (
        try GraphCalendar(
            graphConfiguration(), transport: transport, metrics: metrics, time: time,
            randomness: SeededRandomness(seed: 1)),
        transport
    )
}

/// The error of a request, which must be `ExchangeError`.
func failure<Value>(_ request: () async throws -> Value) async -> ExchangeError? {
    do {
        _ = try await request()
        return nil
    } catch {
        return error as? ExchangeError
    }
}

func fullContact() -> ExchangeContact {
    var contact = ExchangeContact()
    contact.displayName = "Ann B. Lee"
    contact.fileAs = "Lee, Ann B."
    contact.givenName = "Ann"
    contact.middleName = "B."
    contact.surname = "Lee"
    contact.nickname = "Annie"
    contact.initials = "ABL"
    contact.generation = "Jr."
    contact.title = "Dr."
    contact.jobTitle = "Buyer"
    contact.department = "Purchasing"
    contact.companyName = "Ünal & Söhne"
    contact.assistantName = "Bo"
    contact.manager = "Cy"
    contact.businessPhones = ["+1", "+2"]
    contact.mobilePhone = "+3"
    contact.homePhones = ["+4"]
    contact.fax = "+5"
    contact.email = ExchangeEmailAddress(name: "Ann B. Lee", address: "ann@lee.example")
    contact.businessHomePage = "https://lee.example/a"
    contact.instantMessenger = "sip:ann"
    contact.birthday = CalendarDate(year: 1958, month: 10, day: 13)
    contact.personalNotes = "Two\nlines"
    contact.businessAddress = ExchangeAddress(
        street: "Main 1", city: "Ede", state: "GE", postalCode: "6710", countryOrRegion: "Netherlands")
    contact.homeAddress = ExchangeAddress(city: "Ede")
    contact.language = "nl"
    return contact
}

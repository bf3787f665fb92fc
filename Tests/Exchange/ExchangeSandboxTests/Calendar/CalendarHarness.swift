import HTTPTypes
import Testing

@testable import ExchangeSandbox

/// A sandbox with three people's calendars, whom an app's requests and the control channel reach.
struct CalendarHarness {
    static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"
    static let ann = "ann@contoso.example"
    static let dan = "dan@contoso.example"
    static let eve = "eve@contoso.example"
    let harness: Harness

    init(_ adjust: (inout ExchangeTenant) -> Void = { _ in }) throws {
        harness = try Harness { tenant in
            tenant.mailboxes[Self.dan] = .usable
            tenant.mailboxes[Self.eve] = .usable
            adjust(&tenant)
        }
    }

    typealias Answer = (status: Int, json: JSON, response: HTTPResponse)

    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String = "", in mailbox: String = ann, _ fields: HTTPFields = [:]
    ) -> Answer {
        harness.send(method, "/v1.0/users/\(mailbox)/\(path)", body, fields)
    }

    @discardableResult
    func control(_ method: HTTPMethod, _ path: String, _ body: String = "") -> Answer {
        harness.send(method, "/sandbox/\(path)", body)
    }

    @discardableResult
    func outlook(_ method: HTTPMethod, _ path: String, _ body: String = "", of mailbox: String = ann) -> Answer {
        control(method, "mailboxes/\(mailbox)/\(path)", body)
    }

    /// The members of an event from nine to ten on a day.
    static func event(_ subject: String, on day: String = "2026-12-01", _ more: String = "") -> String {
        """
        {"subject":"\(subject)","start":{"dateTime":"\(day)T09:00:00","timeZone":"W. Europe Standard Time"},
        "end":{"dateTime":"\(day)T10:00:00","timeZone":"W. Europe Standard Time"}\(more.isEmpty ? "" : ",")\(more)}
        """
    }

    static func attendees(_ addresses: String...) -> String {
        let rows = addresses.map { #"{"emailAddress":{"address":"\#($0)"},"type":"Required"}"# }
        return #""attendees":[\#(rows.joined(separator: ","))]"#
    }

    func make(_ body: String, in mailbox: String = ann) throws -> JSON {
        let answer = send(.post, "events", body, in: mailbox)
        #expect(answer.status == 201, "\(answer.json)")
        return answer.json
    }

    func makeID(_ body: String, in mailbox: String = ann) throws -> String {
        try #require(try make(body, in: mailbox)["id"]?.text)
    }

    func get(_ id: String, in mailbox: String = ann) -> JSON { send(.get, "events/\(id)", in: mailbox).json }

    func events(in mailbox: String) -> [JSON] {
        send(.get, "events?$top=100", in: mailbox).json["value"]?.array ?? []
    }

    func filtered(_ filter: String, in mailbox: String = ann) -> [JSON] {
        send(.get, "events?$filter=\(harness.escaped(filter))", in: mailbox).json["value"]?.array ?? []
    }

    /// The mails so far, `kind from > to by app`.
    var mails: [String] {
        (control(.get, "outbox").json["mails"]?.array ?? []).map { mail in
            let to = (mail["to"]?.array ?? []).compactMap(\.text).map(Self.name).joined(separator: " ")
            return
                "\(mail["kind"]?.text ?? "") \(Self.name(mail["from"]?.text ?? "")) > \(to) by \(mail["app"]?.text ?? "user")"
        }
    }

    private static func name(_ address: String) -> String { address.prefix { $0 != "@" }.lowercased() }

    func forgetMails() { control(.delete, "outbox") }
}

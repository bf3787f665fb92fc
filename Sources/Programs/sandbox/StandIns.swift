import Foundation
import HTTPClient
import HTTPTypes
import Runtime

/// The control channels of the two stand-ins, as somebody at LN's screens and beside Exchange uses them.
struct StandIns: Sendable {
    let client: HTTPClient
    let ln: String
    let exchange: String
    let time: any TimeSource

    /// One that was killed is started again: it is asked again for so long.
    private static let patience: Duration = .seconds(30)
    private static let timeout: Duration = .seconds(60)

    /// A contact of LN's, as far as the scenario chooses by it.
    struct Contact: Decodable {
        let Contact: String
        let FullName: String
        let Synchronize: String
        let Active: String

        var isInScope: Bool { Synchronize == "Yes" && Active == "Yes" }
    }

    struct User: Decodable {
        let Email: String
        let Active: String
    }

    /// An employee, as far as his mailbox goes.
    private struct Employee: Decodable {
        let Email: String
    }

    private struct Counters: Decodable {
        let writes: Int
    }

    func contacts() async throws -> [Contact] {
        try await get("\(ln)/sandbox/data/Contacts", as: [Contact].self).sorted { $0.Contact < $1.Contact }
    }

    func users() async throws -> [User] { try await get("\(ln)/sandbox/data/SyncUsers", as: [User].self) }

    /// How many mailboxes the active users have: of two users of one mailbox one is served.
    func activeMailboxCount() async throws -> Int {
        Set(try await users().filter { $0.Active == "Yes" }.map { $0.Email.lowercased() }).count
    }

    /// The addresses of the users' mailboxes, in their employees' spelling where that differs in case only.
    func mailboxes() async throws -> [String] {
        let employees = try await get("\(ln)/sandbox/data/Employees", as: [Employee].self)
        let spellings = Dictionary(employees.map { ($0.Email.lowercased(), $0.Email) }) { first, _ in first }
        let addresses = Set(try await users().map { $0.Email.lowercased() }).subtracting([""])
        return addresses.sorted().map { spellings[$0] ?? $0 }
    }

    /// The credentials file that LN's administrator downloads.
    func ionapi() async throws -> Data { try await send(.get, "\(ln)/sandbox/ionapi", nil) }

    /// Requests that changed something in Exchange, of all apps.
    func exchangeWrites() async throws -> Int {
        try await get("\(exchange)/sandbox/counters", as: Counters.self).writes
    }

    /// An edit at LN's screens.
    func edit(contact: String, _ fields: [String: String]) async throws {
        let body = try JSONSerialization.data(withJSONObject: fields)
        _ = try await send(.patch, "\(ln)/sandbox/data/Contacts/\(contact)", body)
    }

    func delete(contact: String) async throws {
        _ = try await send(.delete, "\(ln)/sandbox/data/Contacts/\(contact)", nil)
    }

    func get<Value: Decodable>(_ url: String, as type: Value.Type) async throws -> Value {
        try JSONDecoder().decode(type, from: try await send(.get, url, nil))
    }

    func send(_ method: HTTPMethod, _ url: String, _ body: Data?) async throws -> Data {
        guard
            let request = HTTPRequest(
                method: method, url: url,
                headerFields: body == nil ? [:] : ["Content-Type": "application/json"], body: body ?? Data())
        else { throw DemoError("\(url) is no URL") }
        let response = try await answer(to: request)
        // It was deleted before, and the answer was lost.
        let isGone = method == .delete && response.status == 404
        guard (200..<300).contains(response.status) || isGone else {
            throw DemoError(
                "\(method) \(url) was answered with \(response.status): \(String(decoding: response.body, as: UTF8.self))"
            )
        }
        return response.body
    }

    private func answer(to request: HTTPRequest) async throws -> HTTPResponse {
        let deadline = time.uptime + Self.patience
        while true {
            do throws(HTTPTransportError) {
                return try await client.send(request, timeout: Self.timeout)
            } catch {
                guard time.uptime < deadline else { throw error }
                try await time.sleep(for: .milliseconds(200))
            }
        }
    }
}

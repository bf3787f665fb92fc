import Foundation
import HTTPClient
import HTTPServer
import HTTPServerTesting
import HTTPTypes
import Runtime
import RuntimeTesting
import Telemetry
import Testing

@testable import ExchangeSandbox

/// Exchange's stand-in behind its socket, the clock of its delays in the test's hands.
@Suite("Exchange's stand-in over HTTP")
struct ExchangeSandboxServerTests {
    private let harness: Harness
    private let time = ManualTime()
    private let server: ExchangeSandboxServer
    private let port: UInt16
    private let client: HTTPClient

    init() throws {
        harness = try Harness()
        var configuration = HTTPServer.Configuration()
        configuration.maximumBody = 64 << 10
        server = ExchangeSandboxServer(harness.sandbox, configuration, time: time, log: .silent)
        port = try server.start()
        client = try HTTPClient(log: .silent)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: String = ""
    ) async throws -> (status: Int, response: HTTPResponse) {
        var fields: HTTPFields = ["Authorization": "Bearer \(harness.token)"]
        if !body.isEmpty { fields["Content-Type"] = "application/json" }
        let request = try #require(
            HTTPRequest(
                method: method, url: "http://127.0.0.1:\(port)\(path)", headerFields: fields, body: Data(body.utf8)))
        let response = try await client.send(request, timeout: .seconds(60))
        return (response.status, response)
    }

    private static let folders = "/v1.0/users/ann@contoso.example/contactFolders"

    @Test("Of requests on several connections four are in flight; a fifth is told to wait, another mailbox is not")
    func throttling() async throws {
        harness.send(.post, "/sandbox/mailboxes", #"{"address":"dan@contoso.example"}"#)
        harness.send(
            .post, "/sandbox/faults",
            #"{"kind":"latency","delayMilliseconds":1000,"count":4,"mailbox":"ann@contoso.example"}"#)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await send(.get, Self.folders).status } }
            #expect(try await eventually { time.sleepers == 4 })
            let fifth = try await send(.get, Self.folders)
            #expect(fifth.status == 429)
            #expect(fifth.response.headerFields["Retry-After"] == "1")
            #expect(try await send(.get, "/v1.0/users/dan@contoso.example/contactFolders").status == 200)
            time.advance(by: .seconds(1))
            for try await status in group { #expect(status == 200) }
        }
        #expect(try await eventually { try await send(.get, Self.folders).status == 200 })
        await server.drain(within: .seconds(5))
    }

    @Test("Requests behind one another on one connection are answered in turn")
    func keepAlive() async throws {
        let (port, token) = (self.port, harness.token)
        let text = try await blocking {
            let connection = try RawConnection(port: port)
            let request =
                "GET \(Self.folders) HTTP/1.1\r\nHost: graph.example\r\nAuthorization: Bearer \(token)\r\n\r\n"
            func read(_ count: Int) -> String {
                connection.read { $0.components(separatedBy: "\"value\":[]").count > count }
            }
            connection.write(request + request)
            let first = read(2)
            connection.write(request)
            return first + read(1)
        }
        #expect(text.components(separatedBy: "HTTP/1.1 200").count == 4)
        #expect(text.contains("http://graph.example/v1.0/$metadata#users("), "links name the host that was asked")
        await server.drain(within: .seconds(5))
    }

    @Test("A body too large is refused, and changes nothing")
    func bodyTooLarge() async throws {
        let notes = String(repeating: "x", count: 65 << 10)
        let answer = try await send(
            .post, "/v1.0/users/ann@contoso.example/contacts", #"{"personalNotes":"\#(notes)"}"#)
        #expect(answer.status == 413)
        #expect(harness.sandbox.writes == 0)
        #expect(try await send(.get, Self.folders).status == 200)
        await server.drain(within: .seconds(5))
    }

    @Test(
        "Garbage is answered with 400 or not at all, and the next request is answered",
        arguments: [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET /v1.0/users/%zz/contacts HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /v1.0/users/a/contacts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
        ])
    func garbage(_ bytes: String) async throws {
        let port = self.port
        let text = try await blocking {
            let connection = try RawConnection(port: port)
            connection.write(bytes)
            connection.finishWriting()
            return connection.read { $0.contains("\r\n\r\n") }
        }
        let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        #expect(status.map { (400...505).contains($0) } ?? text.isEmpty, "\(text)")
        #expect(try await send(.get, Self.folders).status == 200)
        await server.drain(within: .seconds(5))
    }

    @Test("A lost answer never comes, and its write is done")
    func lostAnswer() async throws {
        harness.send(.post, "/sandbox/faults", #"{"kind":"lostAnswer","mailbox":"ann@contoso.example"}"#)
        let lost = Task {
            try await send(.post, "/v1.0/users/ann@contoso.example/contacts", #"{"displayName":"A"}"#).status
        }
        #expect(try await eventually { time.sleepers == 1 })
        lost.cancel()
        await #expect(throws: HTTPTransportError.self) { try await lost.value }
        #expect(harness.sandbox.writes == 1)
        #expect(try await eventually { time.sleepers == 0 }, "who has gone does not stay in flight")
        await server.drain(within: .seconds(5))
    }
}

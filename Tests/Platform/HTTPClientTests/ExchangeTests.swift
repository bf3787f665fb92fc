import Foundation
import HTTPClient
import HTTPTypes
import Telemetry
import Testing

@Suite("HTTP client: requests and answers")
struct ExchangeTests {
    @Test("A request reaches the server as it was asked for, and its answer comes back whole")
    func roundTrip() async throws {
        try await withClient({ request in
            .send(RawServer.ok(String(decoding: request.body, as: UTF8.self), "Set-Thing: a\r\nset-thing:  b \r\n"))
        }) { client, server in
            let target = "/a/../b%2F('x')?$filter=a%20eq%20'b'&c="
            let response = try await client.send(
                server.request(.patch, target, ["Content-Type": "text/plain", "X-Empty": ""], "zwölf\0bytes"),
                timeout: .seconds(60))
            #expect(response.status == 200)
            #expect(response.body == Data("zwölf\0bytes".utf8))
            #expect(response.headerFields.values(of: "SET-THING") == ["a", "b"])
            let request = try #require(server.requests.first)
            #expect(request.method == "PATCH")
            #expect(request.target == target)
            #expect(request.headerLines.contains("Content-Type: text/plain"))
            #expect(request.headerLines.contains { $0.trimmingCharacters(in: .whitespaces) == "X-Empty:" })
            #expect(!request.headerLines.contains { $0.hasPrefix("Expect") })
        }
    }

    @Test(
        "Every method goes out under its name, with a length where a body may be",
        arguments: [HTTPMethod.get, .post, .put, .patch, .delete, .head])
    func methods(method: HTTPMethod) async throws {
        try await withClient({ request in
            .send(request.method == "HEAD" ? "HTTP/1.1 204 No Content\r\n\r\n" : RawServer.ok("x"))
        }) { client, server in
            let status = try await client.send(server.request(method), timeout: .seconds(60)).status
            #expect(status == (method == .head ? 204 : 200))
            let request = try #require(server.requests.first)
            #expect(request.method == method.rawValue)
            #expect(
                request.headerLines.contains("Content-Length: 0") == [.post, .put, .patch].contains(method))
            #expect(!request.headerLines.contains { $0.lowercased().hasPrefix("content-type") })
        }
    }

    @Test("A large body goes out at once and comes back whole")
    func largeBody() async throws {
        try await withClient({ .send(RawServer.ok(String(decoding: $0.body, as: UTF8.self))) }) { client, server in
            let body = String(repeating: "0123456789abcdef", count: 1 << 16)
            let response = try await client.send(server.request(.post, "/", [:], body), timeout: .seconds(60))
            #expect(response.body == Data(body.utf8))
        }
    }

    @Test("A status of failure and a redirect are answers like any other")
    func redirect() async throws {
        try await withClient({ _ in
            .send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }) { client, server in
            let response = try await client.send(server.request(), timeout: .seconds(60))
            #expect(response.status == 302)
            #expect(response.headerFields["location"] == "/elsewhere")
            #expect(server.requests.count == 1)
        }
    }

    @Test("The fields of an interim answer and of a trailer are not the answer's")
    func interimAnswer() async throws {
        try await withClient({ _ in
            .send(
                "HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n")
        }) { client, server in
            let response = try await client.send(server.request(), timeout: .seconds(60))
            #expect(response.body == Data("hi".utf8))
            #expect(response.headerFields["X-Hint"] == nil)
            #expect(response.headerFields["X-Trailer"] == nil)
        }
    }

    @Test("Connections are kept: requests one after another share one")
    func keepAlive() async throws {
        try await withClient({ _ in .send(RawServer.ok("x")) }) { client, server in
            for _ in 0..<10 { _ = try await client.send(server.request(), timeout: .seconds(60)) }
            #expect(server.connections == 1)
            #expect(server.requests.map(\.number) == Array(1...10))
        }
    }

    @Test("200 requests at once are all answered, each with its own answer")
    func many() async throws {
        try await withClient({ .send(RawServer.ok($0.target)) }) { client, server in
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let response = try? await client.send(server.request(.get, "/\(number)"), timeout: .seconds(60))
                        return response?.body == Data("/\(number)".utf8)
                    }
                }
                let right = await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                #expect(right == 200)
            }
            #expect(server.connections <= 64)
        }
    }

    @Test("No more requests than allowed are in flight to one server")
    func limit() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.maxConcurrentPerAuthority = 3
        try await withClient(using: configuration, { _ in .send(RawServer.ok("x")) }) { client, server in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<60 { group.addTask { #expect(await client.outcome(server.request()) == .success(200)) } }
            }
            #expect(server.mostBusy <= 3)
            #expect(server.connections <= 3)
        }
    }

    @Test("A line of trace tells method, server, path and status, and no value of the query, no field, no body")
    func trace() async throws {
        let record = LogRecord()
        let log = Logger(label: "HTTPClient", sink: record)
        try await withClient(log: log, { _ in .send(RawServer.ok("secret-answer")) }) { client, server in
            let request = server.request(
                .post, "/token?code=secret-query&x", ["Authorization": "Bearer secret-token"], "secret-body")
            _ = try await client.send(request, timeout: .seconds(60))
            let line = try #require(record.lines.first)
            #expect(line.message == "POST \(server.authority)/token?code&x: 200")
            #expect(line.metadata["milliseconds"].flatMap(Int.init) != nil)
            #expect(!"\(record.lines)".contains("secret"))
        }
    }

    @Test("A configured proxy is used")
    func proxy() async throws {
        let target = try RawServer { _ in .send(RawServer.ok("direct")) }
        defer { target.close() }
        let proxy = try RawServer { _ in .send(RawServer.ok("proxied")) }
        defer { proxy.close() }
        var configuration = HTTPClientConfiguration()
        configuration.proxy = "http://\(proxy.authority)"
        let client = try HTTPClient(configuration, log: .silent)
        let response = try await client.send(target.request(.get, "/x"), timeout: .seconds(60))
        await client.close()
        #expect(response.body == Data("proxied".utf8))
        #expect(proxy.requests.first?.target == "http://\(target.authority)/x")
    }
}

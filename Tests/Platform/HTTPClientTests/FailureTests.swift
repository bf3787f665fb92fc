import Foundation
import HTTPClient
import HTTPTypes
import Synchronization
import Telemetry
import Testing

@Suite("HTTP client: failures")
struct FailureTests {
    @Test("A refused port: not connected, and surely unsent")
    func refused() async throws {
        let port = try RawServer.refusedPort()
        try await withClient({ _ in .close }) { client, _ in
            let request = HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:\(port)", target: "/")
            let error = await client.error(request)
            #expect(error?.code == .cannotConnect)
            #expect(error?.isSurelyUnsent == true)
        }
    }

    @Test("A name that does not exist: not connected, and surely unsent")
    func noSuchName() async throws {
        try await withClient({ _ in .close }) { client, _ in
            let request = HTTPRequest(method: .post, scheme: "http", authority: "nobody.invalid", target: "/")
            let error = await client.error(request)
            #expect(error?.code == .cannotConnect)
            #expect(error?.isSurelyUnsent == true)
        }
    }

    @Test("A host that does not take connections: not connected within the time for it, and surely unsent")
    func silentHost() async throws {
        let silent = try SilentPort()
        defer { silent.close() }
        var configuration = HTTPClientConfiguration()
        configuration.connectTimeout = .milliseconds(200)
        try await withClient(using: configuration, { _ in .close }) { client, _ in
            let request = HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:\(silent.port)", target: "/")
            let error = await client.error(request)
            #expect(error?.code == .cannotConnect)
            #expect(error?.isSurelyUnsent == true)
        }
    }

    @Test("A server that never answers: timed out, and the server may have acted on it")
    func neverAnswers() async throws {
        try await withClient({ _ in .hang }) { client, server in
            let error = await client.error(server.request(), timeout: .milliseconds(200))
            #expect(error?.code == .timedOut)
            #expect(error?.isSurelyUnsent == false)
            #expect(await eventually { server.open == 0 })
        }
    }

    @Test("A connection that closes without an answer is lost, and the request not surely unsent")
    func closes() async throws {
        try await withClient({ _ in .close }) { client, server in
            let error = await client.error(server.request(.post, "/", [:], "x"))
            #expect(error?.code == .connectionLost)
            #expect(error?.isSurelyUnsent == false)
            #expect(server.requests.count == 1)
        }
    }

    @Test("An answer that ends too early is no answer")
    func truncated() async throws {
        try await withClient({ _ in
            .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes!")
        }) { client, server in
            #expect(await client.error(server.request())?.code == .connectionLost)
        }
    }

    @Test("What is not HTTP is invalid")
    func notHTTP() async throws {
        try await withClient({ _ in .sendAndClose("220 mail.example ESMTP\r\n\r\n") }) { client, server in
            #expect(await client.error(server.request())?.code == .invalid)
        }
    }

    @Test(
        "An answer that is too large is given up, whether its length is told or not",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
        ])
    func tooLarge(head: String) async throws {
        var configuration = HTTPClientConfiguration()
        configuration.maxAnswerBytes = 100_000
        try await withClient(
            using: configuration,
            { _ in
                .sendForEver(head + String(repeating: "x", count: 50000))
            }
        ) { client, server in
            #expect(await client.error(server.request())?.code == .bodyTooLarge)
            #expect(await eventually { server.open == 0 })
        }
    }

    @Test("A header without end is given up")
    func endlessHeader() async throws {
        try await withClient({ _ in
            .sendForEver("HTTP/1.1 200 OK\r\n" + String(repeating: "X-Y: z\r\n", count: 1000))
        }) { client, server in
            #expect(await client.error(server.request())?.code == .invalid)
        }
    }

    @Test("A request that was on a kept connection which broke is not sent again, unless its method is idempotent")
    func brokenKeptConnection() async throws {
        try await withClient({ $0.number == 1 ? .send(RawServer.ok("x")) : .close }) { client, server in
            #expect(await client.outcome(server.request()) == .success(200))
            let error = await client.error(server.request(.post, "/", [:], "x"))
            #expect(error?.code == .connectionLost)
            #expect(error?.isSurelyUnsent == false)
            #expect(server.requests.count { $0.method == "POST" } == 1)

            #expect(await client.outcome(server.request()) == .success(200))
            #expect(await client.outcome(server.request(.get, "/again")) == .success(200))
            #expect(server.requests.count { $0.target == "/again" } == 2)
        }
    }

    @Test("A body-less request of another method is not sent again either")
    func brokenKeptConnectionWithoutBody() async throws {
        try await withClient({ $0.number == 1 ? .send(RawServer.ok("x")) : .close }) { client, server in
            #expect(await client.outcome(server.request()) == .success(200))
            #expect(await client.error(server.request(.post))?.code == .connectionLost)
            #expect(server.requests.count { $0.method == "POST" } == 1)
        }
    }

    @Test("The wait for a free slot is not counted in the timeout")
    func waitNotCounted() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.maxConcurrentPerAuthority = 1
        let release = Mutex(false)
        try await withClient(
            using: configuration,
            { request in
                if request.target == "/first" { while !release.withLock({ $0 }) { usleep(1000) } }
                return .send(RawServer.ok("x"))
            }
        ) { client, server in
            let first = Task { await client.outcome(server.request(.get, "/first")) }
            #expect(await eventually { server.requests.count == 1 })
            let timeout = Duration.seconds(2)
            let second = Task { await client.outcome(server.request(.get, "/second"), timeout: timeout) }
            let start = ContinuousClock.now
            #expect(await eventually { start.duration(to: .now) > timeout * 1.25 })
            release.withLock { $0 = true }
            #expect(await first.value == .success(200))
            #expect(await second.value == .success(200))
        }
    }

    @Test(
        "A request that could smuggle something is refused before anything is sent",
        arguments: [
            HTTPRequest(method: .get, scheme: "http", authority: "h", target: "/a b"),
            HTTPRequest(method: .get, scheme: "http", authority: "h", target: "/a\r\nX: y"),
            HTTPRequest(method: .get, scheme: "http", authority: "h", target: "a"),
            HTTPRequest(method: .get, scheme: "http", authority: "u:p@h", target: "/"),
            HTTPRequest(method: .get, scheme: "file", authority: "h", target: "/etc/passwd"),
            HTTPRequest(method: HTTPMethod(rawValue: "GET /x\r\n"), scheme: "http", authority: "h", target: "/"),
            HTTPRequest(method: .get, scheme: "http", authority: "h", target: "/", headerFields: ["A": "b\r\nC: d"]),
            HTTPRequest(method: .get, scheme: "http", authority: "h", target: "/", headerFields: ["A B": "c"]),
        ])
    func smuggling(request: HTTPRequest) async throws {
        try await withClient({ _ in .close }) { client, _ in
            let error = await client.error(request)
            #expect(error?.code == .invalid)
            #expect(error?.isSurelyUnsent == true)
        }
    }

    @Test("An unreadable CA file is told at once")
    func unreadableCAFile() {
        var configuration = HTTPClientConfiguration()
        configuration.caFile = "/nowhere/ca.pem"
        #expect(throws: HTTPTransportError.self) { try HTTPClient(configuration, log: .silent) }
    }
}

import Foundation
import HTTPServer
import HTTPServerTesting
import HTTPTypes
import Synchronization
import Telemetry
import Testing

@Suite struct HTTPServerTests {
    @Test("The target reaches the handler as it stood on the wire")
    func target() async throws {
        let text = try await withServer(handler: echo) { port in
            try await answer(
                to:
                    "GET /odata/Contacts('a%2Fb')?$filter=Name%20eq%20%27x%27&&a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                port: port)
        }
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.hasSuffix("\r\n\r\nGET /odata/Contacts('a%2Fb')?$filter=Name%20eq%20%27x%27&&a "))
    }

    @Test("Header fields, authority and body reach the handler, in their order")
    func request() async throws {
        let seen = Mutex<HTTPRequest?>(nil)
        try await withServer { request in
            seen.withLock { $0 = request }
            return HTTPResponse(status: 204)
        } body: { port in
            let text = try await answer(
                to: "POST / HTTP/1.1\r\nHost: ln.example:81\r\nX-A: 1\r\nX-A:  two \r\nContent-Length: 5\r\n"
                    + "Connection: close\r\n\r\nhello", port: port)
            #expect(text.hasPrefix("HTTP/1.1 204 "))
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == .post)
        #expect(request.authority == "ln.example:81")
        #expect(request.headerFields.values(of: "x-a").map { $0.trimmingCharacters(in: .whitespaces) } == ["1", "two"])
        #expect(request.body == Data("hello".utf8))
    }

    @Test("HEAD is answered with the length of the body and without the body")
    func head() async throws {
        let text = try await withServer(handler: echo) { port in
            try await answer(to: "HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
        }
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.contains("Content-Length: 8\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test("Pipelined requests are answered in their order, whoever is done first")
    func pipelining() async throws {
        let text = try await withServer { request in
            if request.target == "/slow" { await Task.yield() }
            return await echo(request)
        } body: { port in
            try await answer(
                to: "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
        }
        #expect(text.components(separatedBy: "HTTP/1.1 200 ").count == 4)
        let places = ["GET /slow ", "POST /b abc", "GET /c "].map { text.range(of: $0)?.lowerBound }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    }

    @Test("A chunked body arrives whole, and its connection ends with the answer")
    func chunked() async throws {
        let text = try await withServer(handler: echo) { port in
            try await answer(
                to: "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                    + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
        }
        #expect(text.hasSuffix("POST /c abcde"))
        #expect(text.contains("Connection: close\r\n"))
    }

    @Test("A body above the limit is answered with 413 and reaches no handler", arguments: [11, 39, 41, 1 << 20])
    func bodyLimit(length: Int) async throws {
        let calls = Atomic<Int>(0)
        try await withServer(.init { $0.maximumBody = 10 }) { request in
            calls.add(1, ordering: .relaxed)
            return await echo(request)
        } body: { port in
            let body = String(repeating: "x", count: min(length, 4096))
            let counted = try await answer(
                to: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\nConnection: close\r\n\r\n\(body)",
                port: port)
            #expect(counted.hasPrefix("HTTP/1.1 413 "))
            if length < 40 {
                let chunked = try await answer(
                    to:
                        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(String(length, radix: 16))\r\n"
                        + "\(body)\r\n0\r\n\r\n", port: port)
                #expect(chunked.hasPrefix("HTTP/1.1 413 "))
            }
            let allowed = try await answer(
                to: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123456789",
                port: port)
            #expect(allowed.hasSuffix("POST / 0123456789"))
        }
        #expect(calls.load(ordering: .relaxed) == 1)
    }

    /// In a process of its own: with more than 1,024 descriptors Foundation's `Process`, which other tests need, no longer works.
    @Test("A thousand connections wait for their answers at the same time, and all get them")
    func thousandWaiting() async {
        await #expect(processExitsWith: .success) {
            let gate = Gate()
            let count = 1000
            try await withServer { request in
                await gate.pass()
                return await echo(request)
            } body: { port in
                let connections = try await blocking {
                    try (0..<count).map { number in
                        let connection = try RawConnection(port: port)
                        connection.write("GET /\(number) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        return connection
                    }
                }
                #expect(await holds(within: .seconds(60)) { gate.waiting == count })
                gate.open()
                let wrong = try await blocking {
                    connections.enumerated().count { !$1.readToEnd().hasSuffix("\r\n\r\nGET /\($0) ") }
                }
                #expect(wrong == 0)
            }
        }
    }

    @Test("An answer that is not valid HTTP becomes a 500", arguments: [0, 99, 101, 600, 70000])
    func invalidStatus(status: Int) async throws {
        let text = try await withServer { _ in
            HTTPResponse(status: status)
        } body: { port in
            try await answer(to: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
        }
        #expect(text.hasPrefix("HTTP/1.1 500 "))
    }

    @Test("A header field with a line break becomes a 500")
    func invalidField() async throws {
        let text = try await withServer { _ in
            HTTPResponse(status: 200, headerFields: ["X-A": "1\r\nX-B: 2"])
        } body: { port in
            try await answer(to: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
        }
        #expect(text.hasPrefix("HTTP/1.1 500 "))
        #expect(!text.contains("X-B"))
    }

    @Test("A port that is taken is said so")
    func takenPort() async throws {
        try await withServer(handler: echo) { port in
            var configuration = HTTPServer.Configuration()
            configuration.port = port
            let second = HTTPServer(configuration, log: .silent, handler: echo)
            let error = #expect(throws: HTTPServerError.self) { try second.start() }
            #expect(error?.code == .cannotBind)
            #expect(error?.message == "127.0.0.1:\(port): Address already in use")
        }
    }
}

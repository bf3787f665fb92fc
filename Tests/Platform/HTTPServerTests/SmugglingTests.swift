import Foundation
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

@Suite struct SmugglingTests {
    /// Requests that two servers in a row may read differently, with the status that refuses them; 0: no answer.
    static let refused: [(name: String, status: Int, text: String)] = [
        (
            "both lengths", 400,
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("two lengths", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"),
        ("one length twice", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
        ("a list of lengths", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 4\r\n\r\nabcd"),
        ("a signed length", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd"),
        ("a negative length", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\nabcd"),
        ("an endless length", 413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nabcd"),
        (
            "two codings", 501,
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"
        ),
        ("a list of codings", 501, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("a coding in 1.0", 400, "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a bad chunk", 400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n"),
        ("a bare LF in the fields", 400, "GET / HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n"),
        ("a bare LF after the request line", 400, "GET / HTTP/1.1\nHost: x\r\n\r\n"),
        ("a bare LF at the end", 400, "GET / HTTP/1.1\r\nHost: x\r\n\n"),
        ("bare LFs only", 400, "GET / HTTP/1.1\nHost: x\n\n"),
        ("a bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rX-B: b\r\n\r\n"),
        ("a blank before the colon", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\nabcd"),
        ("no host", 400, "GET / HTTP/1.1\r\n\r\n"),
        ("two hosts", 400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        ("an absolute target", 400, "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a blank in the target", 0, "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("another version", 505, "GET / HTTP/3.7\r\nHost: x\r\n\r\n"),
    ]

    @Test(
        "An ambiguous request is refused, its connection closed, and no handler sees it or what follows",
        arguments: refused)
    func refusal(name: String, status: Int, text: String) async throws {
        let seen = Mutex<[String]>([])
        let answered = try await withServer { request in
            seen.withLock { $0.append(request.target) }
            return await echo(request)
        } body: { port in
            try await answer(to: text + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
        }
        let code = answered.isEmpty ? 0 : Int(answered.dropFirst("HTTP/1.1 ".count).prefix(3))
        #expect(code == status)
        #expect(seen.withLock { $0 } == [])
    }

    @Test("A head above its limit is refused")
    func largeHead() async throws {
        let calls = Atomic<Int>(0)
        try await withServer { request in
            calls.add(1, ordering: .relaxed)
            return await echo(request)
        } body: { port in
            let long = String(repeating: "a", count: 40000)
            let target = try await answer(to: "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            #expect(target.hasPrefix("HTTP/1.1 414 ") || target.hasPrefix("HTTP/1.0 414 "), "\(target.prefix(100))")
            let field = try await answer(to: "GET / HTTP/1.1\r\nHost: x\r\nX-A: \(long)\r\n\r\n", port: port)
            #expect(field.hasPrefix("HTTP/1.1 431 "), "\(field.prefix(100))")
        }
        #expect(calls.load(ordering: .relaxed) == 0)
    }

    @Test("Blanks around a value, many fields and an empty value are no reason to refuse")
    func valid() async throws {
        let text = try await withServer(handler: echo) { port in
            try await answer(
                to:
                    "GET /ok HTTP/1.1\r\nHost:x\r\nX-A:  a  \r\nX-B:\r\nX-C: \r\nCookie: a=1; b=2\r\nConnection: close\r\n\r\n",
                port: port)
        }
        #expect(text.hasSuffix("GET /ok "))
    }
}

import Foundation
import HTTPServer
import HTTPServerTesting
import HTTPTypes
import Synchronization
import Telemetry
import Testing

@Suite struct DeadlineTests {
    @Test("Who sends his request too slowly is cut off, however steadily the bytes come", arguments: ["head", "body"])
    func slowClient(part: String) async throws {
        let calls = Atomic<Int>(0)
        try await withServer(.init { $0.transferTimeout = .milliseconds(300) }) { request in
            calls.add(1, ordering: .relaxed)
            return await echo(request)
        } body: { port in
            let text = try await blocking {
                let connection = try RawConnection(port: port)
                connection.write("POST / HTTP/1.1\r\nHost: x\r\n")
                if part == "body" { connection.write("Content-Length: 1000\r\n\r\nabc") }
                return connection.readToEnd()
            }
            #expect(text == "")
        }
        #expect(calls.load(ordering: .relaxed) == 0)
    }

    @Test("A connection on which nothing begins is closed")
    func idle() async throws {
        try await withServer(.init { $0.idleTimeout = .seconds(2) }, handler: echo) { port in
            #expect(try await answer(to: "", port: port) == "")
            let kept = try await answer(to: "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            #expect(kept.hasSuffix("GET /a "))
        }
    }

    @Test("A handler that takes too long is cancelled, and its client gets a 503")
    func slowHandler() async throws {
        let text = try await withServer(.init { $0.handlerTimeout = .milliseconds(200) }) { request in
            try? await Task.sleep(for: .seconds(600))
            return await echo(request)
        } body: { port in
            try await answer(to: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
        }
        #expect(text.hasPrefix("HTTP/1.1 503 "))
    }

    @Test("A handler whose client goes away is cancelled")
    func goneClient() async throws {
        let started = Atomic<Bool>(false)
        let cancelled = Atomic<Bool>(false)
        try await withServer { request in
            started.store(true, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(600))
            cancelled.store(Task.isCancelled, ordering: .relaxed)
            return await echo(request)
        } body: { port in
            var connection: RawConnection? = try RawConnection(port: port)
            connection?.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await holds { started.load(ordering: .relaxed) })
            connection = nil
            #expect(await holds { cancelled.load(ordering: .relaxed) })
        }
    }

    @Test("A client that ends its side after the request still gets its answer")
    func halfClosed() async throws {
        let text = try await withServer { request in
            // Until the server has seen the end of the client's side.
            try? await Task.sleep(for: .seconds(600))
            return await echo(request)
        } body: { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.write("GET /half HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                connection.finishWriting()
                return connection.readToEnd()
            }
        }
        #expect(text.hasSuffix("GET /half "))
    }

    @Test("Clients that die in numbers, before, during and after their requests, harm nobody")
    func dyingClients() async throws {
        let gate = Gate()
        try await withServer { request in
            await gate.pass()
            return await echo(request)
        } body: { port in
            var connections: [RawConnection] = []
            for number in 0..<60 {
                let connection = try RawConnection(port: port)
                if number % 2 == 0 { connection.resetWhenDropped() }
                switch number % 3 {
                case 0: connection.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                case 1: connection.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
                default: connection.write("GET /a HTT")
                }
                connections.append(connection)
            }
            #expect(await holds { gate.waiting == 20 })
            connections = []
            gate.open()
            let text = try await answer(to: "GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
            #expect(text.hasSuffix("GET /alive "))
        }
    }

    @Test("A drain lets the running handler answer, takes no new connection, and returns when the answer is out")
    func drain() async throws {
        let gate = Gate()
        let server = HTTPServer(.init(), log: .silent) { request in
            await gate.pass()
            return await echo(request)
        }
        let port = try server.start()
        async let text = answer(to: "GET /running HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
        #expect(await holds { gate.waiting == 1 })
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await server.drain(within: .seconds(60)) }
            #expect(await holds { (try? RawConnection(port: port)) == nil })
            #expect(gate.waiting == 1)
            gate.open()
        }
        let answered = try await text
        #expect(answered.hasSuffix("GET /running "))
        #expect(answered.contains("Connection: close\r\n"))
    }

    @Test("A drain whose time is over cancels what still runs, answers it with 503, and returns in time")
    func forcedDrain() async throws {
        let started = Atomic<Int>(0)
        let gate = Gate()
        let server = HTTPServer(.init(), log: .silent) { request in
            started.add(1, ordering: .relaxed)
            // One ends when it is cancelled, one ignores it.
            if request.target == "/stubborn" { await gate.pass() } else { try? await Task.sleep(for: .seconds(600)) }
            return await echo(request)
        }
        let port = try server.start()
        async let one = answer(to: "GET /polite HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
        async let other = answer(to: "GET /stubborn HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
        #expect(await holds { started.load(ordering: .relaxed) == 2 })
        await server.drain(within: .milliseconds(500))
        let answers = try await [one, other]
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 503 ") })
        gate.open()
        await server.drain(within: .seconds(1))
    }

    @Test("A server that is dropped without a drain ends by itself")
    func dropped() async throws {
        let port = try HTTPServer(.init(), log: .silent, handler: echo).start()
        #expect(await holds { (try? RawConnection(port: port)) == nil })
    }
}

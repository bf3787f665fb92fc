import Foundation
import HTTPClient
import HTTPTypes
import Telemetry
import Testing

@Suite("HTTP client: cancellation and closing")
struct CancellationTests {
    @Test("A cancelled request ends at once, and its connection is closed")
    func cancelOne() async throws {
        try await withClient({ _ in .hang }) { client, server in
            let task = Task { await client.error(server.request()) }
            #expect(await eventually { server.requests.count == 1 })
            task.cancel()
            let error = await task.value
            #expect(error?.code == .cancelled)
            #expect(error?.isSurelyUnsent == false)
            #expect(await eventually { server.open == 0 })
        }
    }

    @Test("A request of a task that is cancelled already is not sent")
    func cancelledBefore() async throws {
        try await withClient({ _ in .send(RawServer.ok()) }) { client, server in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await client.error(server.request())
            }
            task.cancel()
            let error = await task.value
            #expect(error?.code == .cancelled)
            #expect(error?.isSurelyUnsent == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A request that waits for a free slot is cancelled unsent, and takes nobody's slot")
    func cancelWaiting() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.maxConcurrentPerAuthority = 1
        try await withClient(using: configuration, { $0.target == "/hang" ? .hang : .send(RawServer.ok()) }) {
            client, server in
            let first = Task { await client.error(server.request(.get, "/hang")) }
            #expect(await eventually { server.requests.count == 1 })
            let second = Task { await client.error(server.request(.get, "/second")) }
            second.cancel()
            #expect(await second.value?.isSurelyUnsent == true)
            first.cancel()
            #expect(await first.value?.code == .cancelled)
            #expect(await client.outcome(server.request(.get, "/third")) == .success(200))
            #expect(server.requests.map(\.target) == ["/hang", "/third"])
        }
    }

    @Test("Two thousand requests cancelled at any moment all end, and the client works on")
    func cancelMany() async throws {
        try await withClient({ $0.target.hasSuffix("7") ? .hang : .send(RawServer.ok("x")) }) { client, server in
            let ended = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<2000 {
                    group.addTask {
                        let task = Task { await client.outcome(server.request(.get, "/\(number)")) }
                        for _ in 0..<(number % 50) { await Task.yield() }
                        task.cancel()
                        return switch await task.value {
                        case .success(let status): status == 200
                        case .failure(let error): error.code == .cancelled
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(ended == 2000)
            #expect(await client.outcome(server.request(.get, "/1")) == .success(200))
        }
    }

    @Test("Closing ends what is in flight and what waits, closes the connections, and refuses what comes later")
    func close() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.maxConcurrentPerAuthority = 20
        try await withClient(using: configuration, { _ in .hang }) { client, server in
            let tasks = (0..<50).map { _ in Task { await client.error(server.request()) } }
            #expect(await eventually { server.requests.count == 20 })
            await client.close()
            for task in tasks { #expect(await task.value?.code == .cancelled) }
            #expect(await eventually { server.open == 0 })
            let late = await client.error(server.request())
            #expect(late?.code == .cancelled)
            #expect(late?.isSurelyUnsent == true)
            await client.close()
        }
    }

    @Test("A client that is let go closes its connections without being told")
    func letGo() async throws {
        let server = try RawServer { _ in .send(RawServer.ok()) }
        defer { server.close() }
        do {
            let client = try HTTPClient(log: .silent)
            #expect(await client.outcome(server.request()) == .success(200))
            #expect(server.open == 1)
        }
        #expect(await eventually { server.open == 0 })
    }
}

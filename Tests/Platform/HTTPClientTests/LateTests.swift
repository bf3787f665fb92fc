import Foundation
import HTTPClient
import HTTPTypes
import Runtime
import Synchronization
import Telemetry
import Testing

@Suite("HTTP client: requests whose time is over before they are sent")
struct LateTests {
    /// Where the client's thread was when the process stood still: before it took the request up, and before it sent it.
    @Test(
        "A request is not sent where the process stood still until its time was over, and is surely unsent",
        arguments: [0, 1])
    func stoodStill(looksBefore: Int) async throws {
        let time = StandstillTime(of: .seconds(100), after: looksBefore)
        try await withServer(time) { client, server in
            let error = await client.error(server.request(.post, "/", [:], "x"), timeout: .seconds(60))
            #expect(error?.code == .timedOut)
            #expect(error?.isSurelyUnsent == true)
            #expect(server.requests.isEmpty)
            #expect(await client.outcome(server.request(.get, "/next")) == .success(200))
        }
    }

    @Test("What the task's limit leaves is less than the request's own timeout, and counts", arguments: [0, 1])
    func limited(looksBefore: Int) async throws {
        let time = StandstillTime(of: .seconds(10), after: looksBefore)
        try await withServer(time) { client, server in
            let error = await TimeLimit.$end.withValue(.seconds(5)) {
                await client.error(server.request(.post, "/", [:], "x"), timeout: .seconds(60))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.isSurelyUnsent == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A request within its limit is sent")
    func inTime() async throws {
        let time = StandstillTime(of: .seconds(4), after: 0)
        try await withServer(time) { client, server in
            let outcome = await TimeLimit.$end.withValue(.seconds(5)) {
                await client.outcome(server.request(.post, "/", [:], "x"))
            }
            #expect(outcome == .success(200))
        }
    }

    private func withServer(
        _ time: StandstillTime, _ body: (HTTPClient, RawServer) async throws -> Void
    ) async throws {
        let server = try RawServer { _ in .send(RawServer.ok("x")) }
        defer { server.close() }
        let client = try HTTPClient(log: .silent, time: time)
        try await body(client, server)
        await client.close()
    }
}

/// A clock that stands, until the client's thread has looked at it a number of times: then that thread, and all after it, find it later.
private final class StandstillTime: TimeSource {
    private let state: Mutex<(left: Int, uptime: Duration)>
    private let standstill: Duration

    init(of standstill: Duration, after looks: Int) {
        state = Mutex((looks, .zero))
        self.standstill = standstill
    }

    var now: Date { Date() }

    var uptime: Duration {
        let isThread = Self.threadName == "http-client"
        return state.withLock { state in
            if isThread {
                if state.left == 0 { state.uptime = standstill }
                state.left -= 1
            }
            return state.uptime
        }
    }

    func sleep(for duration: Duration) async throws(CancellationError) {
        try await SystemTime().sleep(for: duration)
    }

    private static var threadName: String {
        let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
        return name?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }
}

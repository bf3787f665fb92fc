import Foundation
import Glibc
import HTTPTypes
import Runtime
import Synchronization
import Telemetry
import Testing

@testable import LNSandbox

@Suite("The sandbox behind HTTP")
struct ServerTests {
    private struct NoLog: LogSink {
        func wants(_ level: LogLevel, from label: String) -> Bool { false }
        func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {}
    }

    /// Waits take no time and are written down.
    private final class NotedTime: TimeSource {
        let waits = Mutex<[Duration]>([])
        var now: Date { Date() }
        var uptime: Duration { SystemTime().uptime }
        func sleep(for duration: Duration) async throws(CancellationError) { waits.withLock { $0.append(duration) } }
    }

    private func server(_ sandbox: LNSandbox, file: ShopFile? = nil, time: any TimeSource = SystemTime())
        -> LNSandboxServer
    {
        LNSandboxServer(sandbox, file: file, time: time, log: Logger(label: "test", sink: NoLog()))
    }

    private func sandbox(_ shop: LNShop = .small) -> LNSandbox {
        LNSandbox(shop, time: SystemTime(), randomness: SystemRandomness())
    }

    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "lnsandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    private func edit(_ contact: String, _ body: String, port: UInt16) async -> String? {
        await RawClient.send("PATCH", "/sandbox/data/Contacts/\(contact)", [], body, port: port)
    }

    @Test("It answers over HTTP what the rules answer, and nothing after a drain")
    func serves() async throws {
        let server = server(sandbox())
        let port = try server.start()
        let installation = LNInstallation()
        let form = Harness.form([
            "grant_type": "client_credentials", "client_id": installation.clientID,
            "client_secret": installation.clientSecret,
        ])
        let grant = try #require(
            await RawClient.send(
                "POST", "/\(installation.tenant)/as/token.oauth2", ["Content-Type: application/x-www-form-urlencoded"],
                form,
                port: port))
        let token = try #require(grant.firstMatch(of: /"access_token":"([^"]+)"/)?.1)
        let answer = try #require(
            await RawClient.send(
                "GET",
                "/\(installation.tenant)/LN/lnapi/odata/txcom.ExchangeSync/Contacts?$filter=Contact%20eq%20%27C00000003%27",
                ["Authorization: Bearer \(token)", "X-Infor-LnCompany: 1300"], port: port))
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("山田 太郎"))
        await server.drain(within: .seconds(5))
        #expect(await RawClient.send("GET", "/sandbox/state", port: port) == nil)
    }

    @Test("Latency is waited out before the answer")
    func latency() async throws {
        let time = NotedTime()
        let server = server(sandbox(), time: time)
        let port = try server.start()
        let fault = #"{"kind":"latency","path":"/","delayMilliseconds":1500}"#
        #expect(
            await RawClient.send("POST", "/sandbox/faults", [], fault, port: port)?.hasPrefix("HTTP/1.1 204") == true)
        #expect(await RawClient.send("GET", "/elsewhere", port: port)?.hasPrefix("HTTP/1.1 404") == true)
        #expect(time.waits.withLock { $0 } == [.milliseconds(1500)])
        await server.drain(within: .seconds(5))
    }

    @Test("A lost answer never comes; what was asked for is done; the server lives on")
    func lostAnswer() async throws {
        let sandbox = sandbox()
        let server = server(sandbox)
        let port = try server.start()
        _ = await RawClient.send("POST", "/sandbox/faults", [], #"{"kind":"lostAnswer","path":"/"}"#, port: port)
        let descriptor = try #require(RawClient.connect(port, "GET", "/nowhere", [], ""))
        let deadline = ContinuousClock.now + .seconds(40)
        var counters = ""
        while !counters.contains(#""404":1"#), ContinuousClock.now < deadline {
            counters = await RawClient.send("GET", "/sandbox/counters", port: port) ?? ""
        }
        #expect(counters.contains(#""404":1"#))
        var byte: UInt8 = 0
        #expect(recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == -1)
        close(descriptor)
        #expect(await RawClient.send("GET", "/sandbox/state", port: port)?.hasPrefix("HTTP/1.1 200") == true)
        await server.drain(within: .seconds(5))
    }

    @Test("An edit is in the file when it is answered; a sandbox on that file goes on from there")
    func survives() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appending(path: "shop.json")
        let file = ShopFile(url)
        #expect(try file.read(modified: 0) == nil)
        let first = sandbox()
        let server = server(first, file: file)
        let port = try server.start()
        for title in ["Head", "Chief", "責任者"] {
            #expect(
                await edit("C00000001", #"{"JobTitle":"\#(title)"}"#, port: port)?.hasPrefix("HTTP/1.1 200") == true)
            let saved = try #require(try ShopFile(url).read(modified: 0))
            #expect(saved.value("JobTitle", of: "C00000001", in: .contacts) == .text(title))
        }
        // Many at a time: each answer rests on what the file holds.
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<16 {
                group.addTask {
                    _ = await edit("C00000002", #"{"Department":"D\#(index)"}"#, port: port)
                }
            }
        }
        await server.drain(within: .seconds(5))
        let again = try #require(try ShopFile(url).read(modified: 0))
        #expect(again == first.shop)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["shop.json"])
    }

    @Test("An edit that can't be saved is not answered as done; a broken file is said")
    func unsaved() async throws {
        let folder = try folder()
        let url = folder.appending(path: "shop.json")
        try Data("{".utf8).write(to: url)
        #expect(throws: LNShopError.self) { try ShopFile(url).read(modified: 0) }
        let server = server(sandbox(), file: ShopFile(url))
        let port = try server.start()
        try FileManager.default.removeItem(at: folder)
        let answer = await edit("C00000001", #"{"JobTitle":"Head"}"#, port: port)
        #expect(answer?.hasPrefix("HTTP/1.1 500") == true)
        #expect(answer?.contains("can't be saved") == true)
        await server.drain(within: .seconds(5))
    }
}

import Foundation
import HTTPClient
import HTTPTypes
import Telemetry
import Testing

/// Against servers of others: Python's for HTTP/1.1, nghttp2's for HTTP/2. Skipped where they are not installed.
@Suite("HTTP client: TLS")
struct TLSTests {
    private static let hasPython = tool("python3") != nil && tool("openssl") != nil
    private static let hasNghttpd = tool("nghttpd") != nil && tool("openssl") != nil

    @Test("A server is trusted by the CA file alone", .enabled(if: hasPython, "python3 or openssl is not installed"))
    func trust() async throws {
        try await withCertificates { folder in
            let server = try Peer(
                "python3", [scriptPath, folder.appending(path: "server.pem").path()])
            defer { server.end() }
            let port = try #require(server.readLine().flatMap { Int($0) })

            var configuration = HTTPClientConfiguration()
            configuration.caFile = folder.appending(path: "ca.pem").path()
            let trusting = try HTTPClient(configuration, log: .silent)
            let response = try await trusting.send(request("localhost:\(port)"), timeout: .seconds(60))
            #expect(response.body == Data("hello over TLS".utf8))
            let wrongName = await trusting.error(request("127.0.0.1:\(port)"))
            #expect(wrongName?.code == .notTrusted)
            await trusting.close()

            let other = try HTTPClient(log: .silent)
            let error = await other.error(request("localhost:\(port)"))
            #expect(error?.code == .notTrusted)
            #expect(error?.isSurelyUnsent == true)
            await other.close()
        }
    }

    @Test(
        "HTTP/2 is spoken where the server has it: many requests share a connection",
        .enabled(if: hasNghttpd, "nghttpd or openssl is not installed"))
    func http2() async throws {
        try await withCertificates { folder in
            let port = try RawServer.refusedPort()
            try Data("hello".utf8).write(to: folder.appending(path: "file"))
            let server = try Peer(
                "nghttpd",
                [
                    "--verbose", "--address=127.0.0.1", "--htdocs=\(folder.path())", "--early-response", "\(port)",
                    folder.appending(path: "server.key").path(), folder.appending(path: "server.crt").path(),
                ], outputTo: folder.appending(path: "log"))
            defer { server.end() }
            var configuration = HTTPClientConfiguration()
            configuration.caFile = folder.appending(path: "ca.pem").path()
            let client = try HTTPClient(configuration, log: .silent)
            #expect(await eventually { await client.outcome(request("localhost:\(port)", "/file")) == .success(200) })
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let method: HTTPMethod = number % 2 == 0 ? .get : .post
                        let outcome = await client.outcome(request("localhost:\(port)", "/file", method))
                        #expect(outcome == .success(200))
                    }
                }
            }
            await client.close()
            server.end()
            _ = server.status()
            let text = try String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
            #expect(text.contains("[id=1]"))
            #expect(!text.contains("[id=2]"), "one connection would have done")
            #expect(text.contains(":method: POST"))
        }
    }
}

private let scriptPath = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "tls_server.py").path()

private func request(_ authority: String, _ target: String = "/", _ method: HTTPMethod = .get) -> HTTPRequest {
    HTTPRequest(method: method, scheme: "https", authority: authority, target: target)
}

/// Where a program is; `nil` where it is not installed.
private func tool(_ name: String) -> String? {
    ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/"].map { $0 + name }.first(where: FileManager.default.isExecutableFile)
}

/// A CA, and a certificate of `localhost` from it: `ca.pem`, `server.crt`, `server.key`, `server.pem` with both.
private func withCertificates(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String) -> String { folder.appending(path: name).path() }
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try run(
        "openssl",
        ["req", "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", file("ca.key"), "-out", file("ca.pem")] + key)
    try run(
        "openssl",
        [
            "req", "-x509", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-addext", "basicConstraints=critical,CA:FALSE", "-CA", file("ca.pem"), "-CAkey", file("ca.key"),
            "-keyout", file("server.key"), "-out", file("server.crt"),
        ] + key)
    let both =
        try Data(contentsOf: folder.appending(path: "server.crt"))
        + Data(contentsOf: folder.appending(path: "server.key"))
    try both.write(to: folder.appending(path: "server.pem"))
    try await body(folder)
}

private func run(_ name: String, _ arguments: [String]) throws {
    let peer = try Peer(name, arguments)
    let text = peer.output()
    try #require(peer.status() == 0, "\(name): \(text)")
}

/// A program beside the test.
private final class Peer {
    private let process = Process()
    private let input = Pipe()
    private let out = Pipe()

    /// - Parameter file: takes all it says, however much; without one, it is read here.
    init(_ name: String, _ arguments: [String], outputTo file: URL? = nil) throws {
        process.executableURL = URL(filePath: try #require(tool(name)))
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = out
        process.standardError = out
        if let file {
            try Data().write(to: file)
            process.standardOutput = try FileHandle(forWritingTo: file)
        }
        try process.run()
        try out.fileHandleForWriting.close()
    }

    func readLine() -> String? {
        var line = Data()
        while let byte = try? out.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            if byte == Data("\n".utf8) { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// All it has said, once it has ended.
    func output() -> String {
        String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    func status() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    func end() {
        try? input.fileHandleForWriting.close()
        // It inherits the signal mask of a thread of Dispatch's, which blocks SIGTERM.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}

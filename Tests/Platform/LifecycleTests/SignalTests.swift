import Foundation
import Processes
import Testing

@Suite struct SignalTests {
    /// A probe process with its log.
    private final class Probe: Sendable {
        let child: ChildProcess
        private let file: URL

        init(_ behaviour: String) async throws {
            file = FileManager.default.temporaryDirectory.appending(path: "lifecycle-\(UUID()).log")
            // Beside the test bundle, wherever that was built.
            let folder = try #require(
                CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
                    .first { FileManager.default.fileExists(atPath: $0.appending(path: "lifecycle-probe").path) })
            child = try await ChildProcess.start(
                folder.appending(path: "lifecycle-probe").path, [behaviour],
                environment: ProcessInfo.processInfo.environment, output: file.path)
        }

        deinit { try? FileManager.default.removeItem(at: file) }

        var log: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

        /// Waits until the log has a message.
        func says(_ message: String) async -> Bool {
            let deadline = ContinuousClock.now + .seconds(40)
            while !log.contains("\"message\":\"\(message)\"") {
                guard ContinuousClock.now < deadline else { return false }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return true
        }
    }

    @Test("SIGTERM and SIGINT begin the drain, and the program exits with 0", arguments: [SIGTERM, SIGINT])
    func drain(signal: Int32) async throws {
        let probe = try await Probe("good")
        #expect(await probe.says("ready"))
        probe.child.signal(signal)
        #expect(await probe.child.wait() == 0)
        #expect(await probe.says("draining"))
        #expect(await probe.says("ended"))
    }

    @Test("A second signal ends the program at once, with 75")
    func second() async throws {
        let probe = try await Probe("stubborn")
        #expect(await probe.says("ready"))
        probe.child.signal(SIGTERM)
        #expect(await probe.says("draining"))
        probe.child.signal(SIGINT)
        #expect(await probe.child.wait() == 75)
    }

    @Test("A program whose drain never ends is ended when the shutdown's budget is over, with 75")
    func late() async throws {
        let probe = try await Probe("late")
        #expect(await probe.says("ready"))
        probe.child.signal(SIGTERM)
        #expect(await probe.child.wait() == 75)
        #expect(await probe.says("the shutdown took too long: ending the process"))
    }

    @Test("A service that fails ends the program with 70, budgets that don't fit with 78")
    func failure() async throws {
        let failing = try await Probe("failing")
        #expect(await failing.child.wait() == 70)
        #expect(await failing.says("draining"))
        let misconfigured = try await Probe("misconfigured")
        #expect(await misconfigured.child.wait() == 78)
        #expect(!misconfigured.log.contains("ready"))
    }
}

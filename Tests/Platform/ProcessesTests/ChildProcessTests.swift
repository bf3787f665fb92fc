import Foundation
import Testing

@testable import Processes

@Suite("A child process")
struct ChildProcessTests {
    private let output = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID()).log").path

    @Test("Its output and its exit status are known")
    func outputAndStatus() async throws {
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try await ChildProcess.start(
            "/bin/sh", ["-c", "echo out; echo \"$WHO\" >&2; exit 7"], environment: ["WHO": "me"], output: output)
        #expect(await child.wait() == 7)
        #expect(child.status == 7)
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "out\nme\n")
        child.signal(SIGKILL)
    }

    @Test("A signal ends it, and the status tells which")
    func killed() async throws {
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try await ChildProcess.start("/bin/sleep", ["600"], environment: [:], output: output)
        #expect(child.status == nil)
        child.signal(SIGKILL)
        #expect(await child.wait() == 128 + SIGKILL)
    }

    @Test("A program that is not there is an error that names it")
    func missing() async throws {
        defer { try? FileManager.default.removeItem(atPath: output) }
        await #expect {
            _ = try await ChildProcess.start("/no/such/program", [], environment: [:], output: output)
        } throws: { error in
            "\(error)".contains("/no/such/program can't be started: No such file")
        }
    }

    @Test("It has a process group of its own, so that a terminal's Ctrl-C reaches its parent alone")
    func processGroup() async throws {
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try await ChildProcess.start("/bin/sleep", ["600"], environment: [:], output: output)
        #expect(getpgid(child.pid) == child.pid)
        child.signal(SIGTERM)
        #expect(await child.wait() == 128 + SIGTERM)
    }

    @Test(
        "It inherits no open file of its parent: a socket that its parent bound is free again when the parent closes it"
    )
    func inheritsNothing() async throws {
        defer { try? FileManager.default.removeItem(atPath: output) }
        let descriptor = fcntl(open("/dev/null", O_RDONLY), F_DUPFD, 200)
        defer { close(descriptor) }
        let child = try await ChildProcess.start(
            "/bin/sh", ["-c", "test -e /proc/$$/fd/1 && ! test -e /proc/$$/fd/\(descriptor)"], environment: [:],
            output: output)
        #expect(await child.wait() == 0)
    }
}

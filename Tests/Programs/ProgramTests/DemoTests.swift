import Foundation
import Processes
import Testing

/// The whole pipeline as real processes: the embedded broker, the stand-ins over HTTP, the producers, the workers.
@Suite("The demo", .serialized)
struct DemoTests {
    /// Started on a machine that does other things too.
    private static let patience: Duration = .seconds(600)

    private struct Verdict: Decodable {
        let inStep: Bool
        let mailboxes: Int
        let contacts: Int
        let differences: Int
        let writesDuringReplay: Int
        let activities: Int
        let meetings: Int
        let eventsFromOutlook: Int
        let mailsOfOurs: Int
        let crashes: [String]
    }

    @Test("kill -9 of every program but the broker, again and again, changes nothing in the result")
    func kills() async throws {
        let folder = Programs.temporary("demo")
        let output = Programs.temporary("demo-output")
        defer {
            try? FileManager.default.removeItem(atPath: folder)
            try? FileManager.default.removeItem(atPath: output)
        }
        let demo = try await ChildProcess.start(
            Programs.path("sandbox"),
            [
                "up", "--once", "--folder", folder, "--contact-workers", "2", "--calendar-workers", "2", "--check",
                Programs.checkout.appending(path: "scripts/check-in-step").path,
            ], environment: ["PATH": "/usr/bin:/bin"], output: output)
        let (killed, lastKill) = await kill(in: folder, output, while: demo)
        let status = await demo.wait()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        #expect(status == 0, "\(text)")
        #expect(killed == Self.victims.map(\.name), "each was killed before the demo was over")
        for name in Set(killed) {
            #expect(text.contains("! \(name) was ended by signal 9 and is started again"), "\(text)")
        }
        let line = try #require(text.split(separator: "\n").last)
        let verdict = try JSONDecoder().decode(Verdict.self, from: Data(line.utf8))
        #expect(verdict.inStep)
        #expect(verdict.crashes == [], "what nobody killed does not end")
        #expect(verdict.mailboxes == 20)
        #expect(verdict.contacts > 400)
        #expect(verdict.differences == 0)
        #expect(verdict.writesDuringReplay == 0)
        #expect(verdict.activities > 30 && verdict.eventsFromOutlook > 10)
        #expect(verdict.meetings >= verdict.activities)
        #expect(verdict.mailsOfOurs == 0)
        Survival.report(
            "kill -9 of every program but the broker, \(killed.count) in turn during the demo, calendars being made and edited too",
            seen:
                "the supervisor starts each again; no write during the replay, no difference in the independent check, no mail",
            since: lastKill)
    }

    /// One program, and from which line of the demo's on it may be struck: while contacts are written for the first time, while
    /// calendars are, and while both sides are edited.
    private struct Victim {
        let name: String
        let line: String
    }

    private static let victims = [
        ("contacts in mailboxes", ["contact-worker-1", "sandbox-exchange", "ln-producer", "contact-worker-2"]),
        ("approving it", ["calendar-worker-1", "sandbox-ln", "calendar-worker-2", "exchange-producer"]),
        ("in Outlook: ", ["calendar-worker-2", "exchange-producer", "sandbox-exchange", "calendar-worker-1"]),
        ("applying the whole log again", ["ln-producer", "contact-worker-1"]),
    ].flatMap { line, names in names.map { Victim(name: $0, line: line) } }

    /// Kills one program after the other, each at most three times: three restarts in a minute are the most.
    private func kill(
        in folder: String, _ output: String, while demo: ChildProcess
    ) async -> ([String], ContinuousClock.Instant) {
        var killed: [String] = []
        let start = ContinuousClock.now
        var last = start
        let victims = Self.victims
        while demo.status == nil, ContinuousClock.now - start < Self.patience {
            if killed.count < victims.count, ContinuousClock.now - last >= .seconds(2),
                let text = try? String(contentsOfFile: output, encoding: .utf8),
                text.contains(victims[killed.count].line), let pid = pid(of: victims[killed.count].name, folder)
            {
                Foundation.kill(pid, SIGKILL)
                killed.append(victims[killed.count].name)
                last = .now
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        if demo.status == nil { demo.signal(SIGKILL) }
        return (killed, last)
    }

    private func pid(of name: String, _ folder: String) -> Int32? {
        guard let text = try? String(contentsOfFile: folder + "/pids", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int32(words[1]) }
        }
        return nil
    }
}

import Foundation
import Processes
import Testing

@Suite("The independent check of calendars")
struct CheckInStepTests {
    @Test(
        "It finds nothing in meetings that are in step, whoever entered them, and what is missing, doubled or different in others"
    )
    func cases() async throws {
        let output = FileManager.default.temporaryDirectory.path + "/check-calendars-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let status = try await ChildProcess.start(
            "/usr/bin/env",
            [
                "python3", "-B", Programs.checkout.appending(path: "Tests/Programs/check_calendars_cases.py").path,
                Programs.checkout.appending(path: "scripts").path,
            ], environment: ["PATH": "/usr/bin:/bin"], output: output
        ).wait()
        #expect(status == 0, "\((try? String(contentsOfFile: output, encoding: .utf8)) ?? "")")
    }
}

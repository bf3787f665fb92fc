import Foundation
import Synchronization
import Testing

@testable import CommandLine

@Suite("An option that is a moment")
struct TimeOptionTests {
    private static let now = Date(timeIntervalSince1970: 1_764_050_400)

    private func moment(_ text: String) throws(UsageError) -> Date? {
        let command = Command("replay", "", options: [.value("since", "TIME", "")]) { _ in .success }
        return try Invocation(command, path: "lnsync replay", ["--since", text]).time("since", now: Self.now)
    }

    @Test(
        "Is a time with its zone, or how long ago it was",
        arguments: [
            ("2025-11-25T15:00:00+09:00", 0.0), ("2025-11-25T06:00:00Z", 0),
            ("2025-11-25T05:59:59.5Z", -0.5),
            ("90s", -90), ("30m", -1800), ("2h", -7200), ("3d", -259_200), ("0s", 0),
        ])
    func right(_ text: String, _ seconds: Double) throws {
        #expect(try moment(text) == Self.now + seconds)
    }

    @Test(
        "Anything else is refused with what was expected",
        arguments: [
            "", "yesterday", "2025-11-25T06:00:00", "2025-11-25", "2w", "-2h", "1.5h", "h", "2025-13-01T00:00:00Z",
        ])
    func wrong(_ text: String) {
        #expect {
            try moment(text)
        } throws: { error in
            "\(error)".contains("option --since is “\(text)”") && "\(error)".contains("2h, 3d")
        }
    }
}

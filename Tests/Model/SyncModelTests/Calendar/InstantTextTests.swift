import Foundation
import Testing

@testable import SyncModel

@Suite("Instants as text")
struct InstantTextTests {
    /// Each day's last second of eight hundred years, leap days and centuries among them, in steps that meet every month's end.
    @Test("Text and instant are what Foundation makes of them")
    func foundation() {
        for day in stride(from: -135_000, to: 157_000, by: 13) {
            for second in [0, 1, 43_261, 86_399] {
                let instant = Date(timeIntervalSince1970: TimeInterval(day * 86400 + second))
                let text = instant.formatted(.iso8601)
                #expect(InstantText.text(of: instant) == text)
                #expect(InstantText.instant(text) == instant)
            }
        }
    }

    @Test("What is not in the usual form is read as Foundation reads it, or not at all")
    func others() {
        for text in [
            "1066-10-14T09:00:00Z", "1582-10-14T00:00:00Z", "2026-02-29T00:00:00Z", "2026-12-01T24:00:00Z",
            "2026-12-01 08:00:00Z", "2026-12-01T08:00:00", "2026-12-01T08:00:0xZ", "2026-12-01T08:00:00z", "", "Z",
        ] { #expect(InstantText.instant(text) == (try? Date(text, strategy: .iso8601)), "\(text)") }
    }

    @Test(
        "Fractions come back as they were written",
        arguments: ["2026-12-01T08:00:00.5Z", "2026-12-01T08:00:00.1234567Z"])
    func fractions(_ text: String) throws {
        #expect(InstantText.text(of: try #require(InstantText.instant(text))) == text)
    }

    @Test("Meetings are in the order of their descriptions")
    func order() {
        let ids = (0..<200).map { _ in MeetingID(UUID()) }
        #expect(ids.sorted() == ids.sorted { $0.description < $1.description })
    }
}

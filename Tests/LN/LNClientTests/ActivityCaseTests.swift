import Foundation
import LNSandbox
import LNTesting
import SyncModel
import Testing

@testable import LNClient

/// Every activity of ../shared/data/ln-cases.json, which ln-cases.md names, as the client reads it.
@Suite(
    "The published cases of activities",
    .enabled(if: CalendarShop.cases != nil, "../shared/data is missing beside the checkout"))
struct ActivityCaseTests {
    private func read() async throws -> [String: LNActivity] {
        let file = try #require(CalendarShop.cases)
        let ln = SandboxLN(try LNShop(json: Data(contentsOf: file), modified: 1_793_000_000), time: ManualTime())
        let codes = (1...20).map { ActivityCode("ACT2000" + ($0 < 10 ? "0" : "") + "\($0)") }
        let activities = try await sandboxClient(ln).activities(codes)
        return Dictionary(activities.map { ($0.key.activity.rawValue, $0) }, uniquingKeysWith: { one, _ in one })
    }

    @Test("All are read, the task apart")
    func all() async throws {
        let read = try await read()
        #expect(read.count == 19 && read["ACT200010"] == nil)
        #expect(read.filter { !$0.value.remarks.isEmpty }.keys.sorted() == ["ACT200008"])
        #expect(read["ACT200008"]?.remarks == ["EndDate is before StartDate: correct one of them"])
    }

    @Test("All-day ones are dates, a call ends with its duration, and hours over a change of clocks are instants")
    func times() async throws {
        let read = try await read()
        let start = try #require(CalendarDate("2026-12-02"))
        let end = try #require(CalendarDate("2026-12-04"))
        #expect(read["ACT200003"]?.content.time == .allDay(start: start, end: end))
        #expect(
            try read["ACT200002"]?.content.time
                == .timed(start: date("2026-12-01T05:00:00Z"), end: date("2026-12-01T05:30:00Z"), zone: nil))
        #expect(read["ACT200002"]?.facts.kind == .call)
        #expect(
            try read["ACT200005"]?.content.time
                == .timed(start: date("2027-03-28T01:30:00Z"), end: date("2027-03-28T02:30:00Z"), zone: nil))
        #expect(
            try read["ACT200006"]?.content.time
                == .timed(start: date("2027-10-31T00:30:00Z"), end: date("2027-10-31T01:30:00Z"), zone: nil))
    }

    @Test("Organizers, attendees, flags and switches are as LN has them")
    func people() async throws {
        let read = try await read()
        #expect(read["ACT200001"]?.organizer == EmailAddress("hanako.sato@hokuto.example"))
        #expect(read["ACT200001"]?.content.subject == "商談: 新型ポンプ")
        #expect(
            read["ACT200001"]?.content.attendees?.keys.sorted()
                == [EmailAddress("ichiro.suzuki@hokuto.example"), EmailAddress("taro.yamada@kyakusaki.example")])
        #expect(read["ACT200004"]?.organizer == EmailAddress("misaki.tanaka@hokuto.example"))
        #expect(read["ACT200005"]?.content.attendees?.keys.map(\.rawValue) == ["gast@ausserhalb.example"])
        #expect(read["ACT200006"]?.content.attendees?.isEmpty == true)
        #expect(read["ACT200009"]?.facts.isSynchronized == false)
        #expect(read["ACT200011"]?.content.attendees?.count == 1, "one of two has Invite off")
        #expect(read["ACT200012"]?.content.attendees?.keys.map(\.rawValue) == ["optout@trading.example"])
        #expect(read["ACT200013"]?.content.sensitivity == .private)
        #expect(read["ACT200014"]?.facts.rows.allSatisfy { $0.isSynchronized && $0.isSent } == true)
        #expect(read["ACT200015"]?.content.subject?.count == 300)
        #expect(read["ACT200016"]?.content.attendees?.count == 50 && read["ACT200017"]?.content.attendees?.count == 50)
        #expect(read["ACT200019"]?.organizer == nil)
        #expect(read["ACT200020"]?.organizer == EmailAddress("osamu.yamamoto@hokuto.example"))
    }
}

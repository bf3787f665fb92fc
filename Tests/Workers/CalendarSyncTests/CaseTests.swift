import Foundation
import LNSandbox
import SyncEvents
import SyncModel
import Testing
import WorkerTesting

private let casesFile: URL = {
    var url = URL(filePath: #filePath)
    for _ in 1...4 { url.deleteLastPathComponent() }
    return url.appending(path: "../shared/data/ln-cases.json").standardizedFileURL
}()

/// Every activity of ../shared/data/ln-cases.json, which ln-cases.md names, through calendar-worker: in its organizer's calendar as the
/// rules want it, or nowhere, with the reason in its row.
@Suite(
    "The published cases of activities in calendars",
    .enabled(
        if: FileManager.default.fileExists(atPath: casesFile.path), "../shared/data is missing beside the checkout"))
struct CaseTests {
    private static let hanako = user("hsato", "hanako.sato"), ichiro = user("isuzuki", "ichiro.suzuki")
    private static let anna = user("akeller", "anna.keller"),
        osamu = user("oyamamoto", "osamu.yamamoto", isActive: false)

    private static func user(_ code: String, _ name: String, isActive: Bool = true) -> SyncUser {
        let code = LNUserCode(code)
        return SyncUser(
            id: SyncUserID(code), code: code, name: name, email: EmailAddress("\(name)@hokuto.example"),
            isActive: isActive)
    }

    /// What stands in Outlook.
    private struct Event {
        let owner: SyncUser
        let start: String
        let end: String
        /// How many are to be invited, which is only asked for.
        let asked: Int
        var isAllDay = false
    }

    private static let made: [String: Event] = [
        "01": Event(owner: hanako, start: "2026-12-01T01:00", end: "2026-12-01T02:00", asked: 2),
        // A call.
        "02": Event(owner: ichiro, start: "2026-12-01T05:00", end: "2026-12-01T05:30", asked: 1),
        "03": Event(owner: hanako, start: "2026-12-02T00:00", end: "2026-12-04T00:00", asked: 1, isAllDay: true),
        // Over the hours in which Berlin's clock changes.
        "05": Event(owner: anna, start: "2027-03-28T01:30", end: "2027-03-28T02:30", asked: 1),
        "06": Event(owner: anna, start: "2027-10-31T00:30", end: "2027-10-31T01:30", asked: 0),
        "11": Event(owner: hanako, start: "2026-12-07T01:00", end: "2026-12-07T02:00", asked: 1),
        "12": Event(owner: hanako, start: "2026-12-07T03:00", end: "2026-12-07T04:00", asked: 1),
        "13": Event(owner: hanako, start: "2026-12-08T01:00", end: "2026-12-08T02:00", asked: 1),
        // Infor's product has made it, and invited.
        "14": Event(owner: hanako, start: "2026-12-09T01:00", end: "2026-12-09T02:00", asked: 0),
        "15": Event(owner: hanako, start: "2026-12-10T01:00", end: "2026-12-10T02:00", asked: 1),
        "16": Event(owner: hanako, start: "2026-12-11T01:00", end: "2026-12-11T02:00", asked: 50),
        "17": Event(owner: hanako, start: "2026-12-11T03:00", end: "2026-12-11T04:00", asked: 50),
    ]

    /// Why the others stand nowhere: the row's state, and words of its reason.
    private static let left: [String: (state: RowStatus.State, reason: String)] = [
        // The organizer is no sync user; there is none; he is inactive.
        "04": (.resting, "CAL-2: the Meeting Organizer is no active sync user"),
        "19": (.resting, "CAL-2: it has no Meeting Organizer: choose an active sync user in LN"),
        "20": (.resting, "CAL-2: the Meeting Organizer is no active sync user"),
        // Over, and beyond the horizon.
        "07": (.resting, "CAL-4: outside the window"), "18": (.resting, "CAL-4: outside the window"),
        // It ends before it starts.
        "08": (.refused, "end: it lies before the start"),
        "09": (.resting, "SET-3: *Synchronize* is off in LN"),
    ]

    /// All but the task, which LN's reader does not send.
    private func sync(_ bed: CalendarBed) async throws {
        for _ in 0..<3 {
            for code in try bed.activityCodes() where code != ActivityCode("ACT200010") { try await bed.read(code) }
            for user in bed.users { try await bed.read(user) }
            try await bed.quiet()
        }
    }

    @Test("Each stands in its organizer's calendar as the rules want it, or nowhere and says why; nobody gets a mail")
    func cases() async throws {
        let shop = try LNShop(json: Data(contentsOf: casesFile), modified: 1_767_000_000)
        try await CalendarBed.run(shop: shop, users: [Self.hanako, Self.ichiro, Self.anna, Self.osamu]) { bed in
            // To 26 November.
            try await bed.advance(by: .seconds(329 * 86400))
            try bed.makeEvent(
                "引継ぎ", of: Self.hanako, start: "2026-12-09T01:00:00", end: "2026-12-09T02:00:00",
                ["attendees": [["emailAddress": ["address": Self.ichiro.email.rawValue], "type": "required"]]])
            try await sync(bed)
            #expect(try bed.activityCodes().count == 20, "nothing is made in LN")
            var events: [String: [[String: Any]]] = [:]
            for user in [Self.hanako, Self.ichiro, Self.anna, Self.osamu] {
                for event in try await bed.events(of: user) where event["isOrganizer"] as? Bool == true {
                    events[event["id"] as? String ?? "", default: []].append(event)
                }
            }
            #expect(events.count == Self.made.count)
            for (number, expected) in Self.made.sorted(by: { $0.key < $1.key }) {
                let code = ActivityCode("ACT2000\(number)")
                let row = try #require(try await bed.row(code), "\(number)")
                #expect(row.status.state == .settled, "\(number): \(row.status.reason ?? "")")
                #expect(row.mailbox == expected.owner.id, "\(number)")
                let event = try #require(events[row.meeting.event?.item.rawValue ?? ""]?.first, "\(number)")
                func time(_ name: String) -> String {
                    ((event[name] as? [String: Any])?["dateTime"] as? String ?? "").prefix(16).description
                }
                #expect(time("start") == expected.start && time("end") == expected.end, "\(number)")
                #expect(event["isAllDay"] as? Bool == expected.isAllDay, "\(number)")
                let subject = try #require(try bed.activity(code)["Subject"] as? String)
                #expect(event["subject"] as? String == subject, "\(number)")
                let asked = (row.meeting.asked?.write).map { write in
                    if case .update(let groups) = write.change { return groups.count } else { return -1 }
                }
                #expect(asked ?? 0 == expected.asked, "\(number)")
                let organizer = try bed.attendees(code).first { $0["Attendance"] as? String == "MeetingOrganizer" }
                #expect(organizer?["Synchronized"] as? String == "Yes", "\(number)")
            }
            for (number, expected) in Self.left.sorted(by: { $0.key < $1.key }) {
                let row = try #require(try await bed.row(ActivityCode("ACT2000\(number)")), "\(number)")
                #expect(row.status.state == expected.state, "\(number)")
                #expect(row.status.reason?.hasPrefix(expected.reason) == true, "\(number): \(row.status.reason ?? "")")
                #expect(row.meeting.event == nil, "\(number)")
            }
            let hidden = try #require(try await bed.row(ActivityCode("ACT200013"))?.meeting.event?.item.rawValue)
            #expect(events[hidden]?.first?["sensitivity"] as? String == "private")
            #expect(bed.deadLetters.records.isEmpty)
            let writes = (bed.exchangeTransport.writes.count, bed.lnTransport.writes.count)
            try await sync(bed)
            #expect((bed.exchangeTransport.writes.count, bed.lnTransport.writes.count) == writes, "a second run")
        }
    }
}

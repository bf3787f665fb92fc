import Foundation
import SyncModel
import SyncPlanner

/// What the calendar planner takes, on one core: of ten meetings four are in step, three were changed on one side, two on both, and one has
/// ended; each with five attendees and a text of 1 KiB.
enum PlanRow {
    private static let name = "plan meetings of 1 KiB, 5 attendees"
    private static let limit = 20_000.0
    private static let count = 100_000

    static var all: [Row] {
        [
            Row(name: name) { session in
                let meetings = (0..<100).map { PlannedMeeting.numbered($0) }
                let walls = try await session.repeated { try measured(meetings) }
                return [
                    Figure(
                        name, walls.map { Double(count) / $0 }, .atLeast, limit, unit: "meetings/s", wall: walls)
                ]
            }
        ]
    }

    /// Seconds.
    private static func measured(_ meetings: [Meeting]) throws -> Double {
        let policy = CalendarPolicy(limits: LNLimits(subject: 100, location: 60, body: 4000))
        var actions = 0
        let wall = ContinuousClock().measure {
            for number in 0..<count {
                let meeting = meetings[number % meetings.count]
                actions += MeetingPlanner.reads(meeting).isEmpty ? 0 : 1
                actions += MeetingPlanner.plan(meeting, policy, now: PlannedMeeting.now).actions.count
            }
        }
        guard actions >= count else { throw Failure("only \(actions) reads and actions were planned") }
        return wall / .seconds(1)
    }
}

/// A meeting as a settler has it before he plans.
enum PlannedMeeting {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    static func numbered(_ number: Int) -> Meeting {
        let organizer = SyncUserID(UUID())
        var meeting = Meeting(owner: .user(organizer), birth: number % 2 == 0 ? .ln : .exchange)
        meeting.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT\(number)"))
        meeting.event = EventKey(item: ItemID("E\(number)"), uid: ICalUID("U\(number)"))
        meeting.activityFacts.organizer = organizer
        var ln = content(number, zone: nil), exchange = content(number, zone: ZoneName("Europe/Berlin"))
        meeting.activityFacts.rows = (ln.attendees ?? [:]).keys.sorted().enumerated().map { index, address in
            AttendeeRow(number: index + 1, address: address, isSent: true, isSynchronized: true)
        }
        meeting.base = .content(.init(ln: ln, exchange: exchange))
        switch number % 10 {
        case 0, 1:
            ln.subject = "Maintenance of line 4, moved"
        case 2:
            exchange.body = MeetingBody(String(repeating: "Überarbeitete Fassung. ", count: 45), isRich: true)
        case 3, 4:
            ln.location = "Hall 7"
            exchange.time = .timed(start: now + 90_000, end: now + 93_600, zone: ZoneName("Europe/Berlin"))
        default: break
        }
        meeting.observed = Sides(ln: .present(ln, ETag("l")), exchange: .present(exchange, ETag("e")))
        if number % 10 == 5 { meeting.observed.exchange = .gone(.absent) }
        return meeting
    }

    private static func content(_ number: Int, zone: ZoneName?) -> MeetingContent {
        var attendees: [EmailAddress: MeetingAttendee] = [:]
        for person in 0..<5 {
            attendees[EmailAddress("person\(number)-\(person)@example.org")] = MeetingAttendee(.required)
        }
        return MeetingContent(
            time: .timed(start: now + 86400, end: now + 90_000, zone: zone), subject: "Maintenance of line 4",
            location: "Hall 3", body: MeetingBody(String(repeating: "Bring the plans. ", count: 60)),
            attendees: attendees)
    }
}

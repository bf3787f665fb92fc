import Foundation
import SyncModel
import SyncPlanner

/// One meeting at noon tomorrow, in step on both sides unless a test says otherwise.
enum Fixture {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let noon = now + 86400
    static let user = SyncUserID(UUID())
    static let activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT1"))
    static let event = EventKey(item: ItemID("E1"), uid: ICalUID("U1"))
    static let bob = EmailAddress("bob@example.org")

    static func time(_ shift: TimeInterval = 0, zone: String? = nil) -> MeetingTime {
        .timed(start: noon + shift, end: noon + shift + 3600, zone: zone.map { ZoneName($0) })
    }

    static func content(zone: String? = nil, attendees: [EmailAddress: MeetingAttendee] = [:]) -> MeetingContent {
        MeetingContent(time: time(zone: zone), subject: "Visit", location: "Room 3", attendees: attendees)
    }

    static func linked(
        birth: Side = .ln, attendees: [EmailAddress: MeetingAttendee] = [:],
        _ change: (inout MeetingContent, inout MeetingContent) -> Void = { _, _ in }
    ) -> Meeting {
        var meeting = Meeting(owner: .user(user), birth: birth)
        meeting.activity = activity
        meeting.event = event
        meeting.activityFacts.organizer = user
        var ln = content(attendees: attendees), exchange = content(zone: "Europe/Berlin", attendees: attendees)
        meeting.base = .content(.init(ln: ln, exchange: exchange))
        change(&ln, &exchange)
        meeting.observed = Sides(ln: .present(ln, ETag("l1")), exchange: .present(exchange, ETag("e1")))
        return meeting
    }

    /// On one side only, never in step.
    static func alone(_ side: Side, content: MeetingContent? = nil) -> Meeting {
        var meeting = Meeting(owner: .user(user), birth: side)
        if side == .ln {
            meeting.activity = activity
            meeting.activityFacts.organizer = user
        } else {
            meeting.event = event
        }
        let zone = side == .ln ? nil : "Europe/Berlin"
        meeting.observed[side] = .present(content ?? Self.content(zone: zone), ETag("1"))
        return meeting
    }

    static func plan(_ meeting: Meeting, _ policy: CalendarPolicy = CalendarPolicy(), twins: [Meeting]? = [])
        -> MeetingPlan
    {
        MeetingPlanner.plan(meeting, policy, twins: twins, now: now)
    }
}

extension MeetingPlan {
    var rules: [String] { actions.map(\.rule.rawValue) }

    /// What an update writes; empty where the plan has none.
    var updated: [FieldGroup: FieldValue] {
        if case .update(let groups) = write?.change { groups } else { [:] }
    }

    var created: MeetingContent? { if case .create(let content) = write?.change { content } else { nil } }
    var ending: MeetingWrite.Ending? { if case .end(let ending) = write?.change { ending } else { nil } }
    var conflicts: [MeetingConflict] {
        actions.compactMap { if case .recordConflict(let conflict) = $0.step { conflict } else { nil } }
    }
    var question: MeetingHold.Question? {
        for case .hold(let hold) in actions.map(\.step) { return hold.question }
        return nil
    }
    var rest: String? {
        for case .rest(let reason) in actions.map(\.step) { return reason }
        return nil
    }
    var ask: InvitationAsk? {
        for case .askInvitation(let ask) in actions.map(\.step) { return ask }
        return nil
    }
}

extension Meeting {
    /// With what a person decided upon exactly this.
    func decided(_ question: MeetingHold.Question, _ decision: MeetingHold.Decision) -> Meeting {
        var meeting = self
        meeting.hold = MeetingHold(question, shown: observed, decision: decision)
        return meeting
    }
}

import Foundation
import SyncModel
import Testing

@testable import SyncStore

func meetingID(_ number: Int) -> MeetingID { MeetingID(user(number).uuid) }

func activity(_ code: String) -> ActivityKey { ActivityKey(company: company, activity: ActivityCode(code)) }

func event(_ uid: String) -> EventKey { EventKey(item: ItemID("item of \(uid)"), uid: ICalUID(uid)) }

/// A new row.
func meeting(
    _ number: Int, of mailbox: Int = 1, activity code: String? = nil, event uid: String? = nil,
    _ state: RowStatus.State = .settled, due: Date? = nil, _ priority: RowStatus.Priority = .live,
    partition: Int32 = 3
) -> MeetingRow {
    var status = RowStatus(
        partition: partition, sequence: ReadSequence(epoch: 1_767_225_600, counter: 7), priority: priority)
    status.state = state
    status.due = due
    var meeting = Meeting(owner: .user(user(mailbox)), birth: code == nil ? .exchange : .ln)
    meeting.activity = code.map { activity($0) }
    meeting.event = uid.map { event($0) }
    return MeetingRow(id: meetingID(number), status: status, meeting: meeting, mailbox: user(mailbox))
}

/// A row with all there may be.
func fullMeeting(_ number: Int = 1, due: Date) -> MeetingRow {
    var row = meeting(number, activity: "ACT1", event: "uid1", .due, due: due, .backfill)
    row.occurrence = "2026-12-01T09:00:00Z"
    row.copies = [user(1): "item of uid1", user(2): "a copy"]
    row.views = [user(2): ReadSequence(epoch: 9, counter: 10)]
    row.status.attempts = 2
    row.status.reason = "LN answered 500"
    row.status.generation = 3
    row.status.check = true
    row.status.intent = Intent(action: .create, owner: "w", key: "k", deadline: due)
    let anna = EmailAddress("anna@shop.example")
    let start = Date(timeIntervalSinceReferenceDate: 817_120_800.1234567)
    var ln = MeetingContent(
        time: .timed(start: start, end: start + 1800, zone: ZoneName("Europe/Berlin")), subject: "Angebot ✓",
        location: "Raum “A”", body: MeetingBody("line\nline", isRich: true), showAs: .tentative,
        sensitivity: .confidential, reminder: .minutes(15), attendees: [anna: MeetingAttendee(.optional)])
    let exchange = MeetingContent(
        time: .allDay(
            start: CalendarDate(year: 2026, month: 12, day: 24)!, end: CalendarDate(year: 2026, month: 12, day: 27)!),
        subject: "")
    row.meeting.observed = Sides(ln: .present(ln, "4711"), exchange: .gone(.notHeld("8")))
    ln.location = nil
    row.meeting.base = .content(.init(ln: ln, exchange: exchange, waiting: [.showAs, .attendee(anna), .body]))
    row.meeting.activityFacts = ActivityFacts(
        kind: .call, isSynchronized: true, isHeld: true, organizer: user(1),
        rows: [
            AttendeeRow(number: 1, address: anna, isOrganizer: true, isSent: true, response: .declined),
            AttendeeRow(number: 2, address: nil, attendance: .resource, isInvited: false, isSynchronized: true),
        ], meetingKey: ICalUID("another uid"))
    row.meeting.eventFacts = EventFacts(
        isRecurring: true, isOnline: true, isDraft: true, categories: ["b", "a"], hasKnownContact: true,
        activity: activity("ACT2"), responses: [anna: .accepted])
    row.meeting.answers = [anna: .tentative]
    row.meeting.sequence = Sides(ln: ReadSequence(epoch: 1, counter: 2), exchange: ReadSequence(epoch: 3, counter: 4))
    row.meeting.isCopy = true
    row.meeting.isUnlinked = true
    row.meeting.isDue = true
    row.meeting.check = true
    row.meeting.generation = 5
    let write = MeetingWrite(
        .update([
            .subject: .subject("x"), .time: .time(.timed(start: start, end: start, zone: nil)),
            .location: .location(""),
            .body: .body(MeetingBody("b")), .showAs: .showAs(.free), .sensitivity: .sensitivity(.personal),
            .reminder: .reminder(.off), .attendee(anna): .attendee(nil),
            .attendee("bea@shop.example"): .attendee(MeetingAttendee(.required, isInvited: false)),
        ]), on: .exchange, etag: "8", source: ln, generation: 5, sequence: ReadSequence(epoch: 3, counter: 4))
    row.meeting.intent = MeetingIntent(write, owner: "worker-1", deadline: due + 0.1)
    row.meeting.asked = InvitationAsk(
        MeetingWrite(
            .create(ln), on: .exchange, etag: nil, source: ln, generation: 6,
            sequence: ReadSequence(epoch: 3, counter: 5)), tellsNobody: true)
    row.meeting.hold = MeetingHold(
        .endOrKeep, shown: Sides(ln: .gone(.absent), exchange: .gone(.cancelled)), decision: .keep)
    return row
}

extension MeetingRow {
    /// As the store gives it back after this commit.
    var committed: MeetingRow {
        var row = self
        row.status.version += 1
        return row
    }
}

extension SyncStore {
    /// Reads a row that must be there.
    func row(_ number: Int) async throws -> MeetingRow { try #require(try await meeting(meetingID(number))) }
}

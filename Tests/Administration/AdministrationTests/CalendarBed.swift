import Administration
import Foundation
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

/// Meetings of anna's on an administrator's desk.
struct CalendarBed {
    let bed: AdministrationBed
    let anna: SyncUser
    let zone: TimeZone

    init(isActivated: Bool = false, isRead: Bool = true, isStarted: Bool = true) async throws {
        var anna = SyncUser("anna")
        anna.name = "Anna Berg"
        anna.baseline = .done
        if isRead {
            let done = CalendarBaseline.done(begun: Date(timeIntervalSince1970: 1))
            anna.calendar.baselines = Sides(ln: done, exchange: done)
        }
        anna.calendar.isActivated = isActivated
        bed = try await AdministrationBed([anna])
        self.anna = anna
        zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        try await bed.takeOver(activities: true)
        if isStarted { try await bed.administration.start() }
    }

    var now: Date { bed.time.now }

    /// Tomorrow, one hour long.
    func content(_ subject: String, hour: Double = 0, attendees: [String] = [], zone: String? = nil) -> MeetingContent {
        let start = Date(
            timeIntervalSince1970: (now.timeIntervalSince1970 / 3600).rounded(.down) * 3600 + 86400 + hour * 3600)
        return MeetingContent(
            time: .timed(start: start, end: start + 3600, zone: zone.map { ZoneName($0) }), subject: subject,
            attendees: Dictionary(
                uniqueKeysWithValues: attendees.map { (EmailAddress($0), MeetingAttendee(.required)) }))
    }

    static func activity(_ number: Int) -> ActivityKey {
        ActivityKey(company: Company(1300), activity: ActivityCode("ACT00000\(number)"))
    }

    /// An activity of LN's that nobody has compared yet.
    func activity(_ number: Int, _ content: MeetingContent, _ change: (inout MeetingRow) -> Void = { _ in })
        -> MeetingRow
    {
        var meeting = Meeting(owner: .user(anna.id), birth: .ln)
        meeting.activity = Self.activity(number)
        meeting.activityFacts.organizer = anna.id
        meeting.activityFacts.rows = (content.attendees ?? [:]).keys.sorted().enumerated().map {
            AttendeeRow(number: $0 + 2, address: $1)
        }
        meeting.observed.ln = .present(content, ETag("l\(number)"))
        return row(Identity.meeting(Self.activity(number)), meeting, change)
    }

    /// An event of Outlook's that nobody has compared yet.
    func event(_ number: Int, _ content: MeetingContent, _ change: (inout MeetingRow) -> Void = { _ in }) -> MeetingRow
    {
        var meeting = Meeting(owner: .user(anna.id), birth: .exchange)
        let uid = ICalUID("040000008200E00074C5B7101A82E008-\(number)")
        meeting.event = EventKey(item: ItemID("AAMkAGI2TG93AAA-item-\(number)"), uid: uid)
        meeting.observed.exchange = .present(content, ETag("e\(number)"))
        return row(Identity.meeting(uid, occurrence: ""), meeting, change)
    }

    /// One that was in step, with what each side has made of it since.
    func linked(
        _ number: Int, _ content: MeetingContent, ln: MeetingContent?, exchange: MeetingContent?,
        _ change: (inout MeetingRow) -> Void = { _ in }
    ) -> MeetingRow {
        var row = activity(number, content)
        let event = event(number, content).meeting
        row.meeting.event = event.event
        row.meeting.base = .content(.init(ln: content, exchange: content))
        row.meeting.observed.ln = ln.map { .present($0, ETag("l2")) } ?? .gone(.absent)
        row.meeting.observed.exchange = exchange.map { .present($0, ETag("e2")) } ?? .gone(.absent)
        row.meeting.generation = 1
        row.copies[anna.id] = event.event?.item
        change(&row)
        return row
    }

    private func row(_ id: MeetingID, _ meeting: Meeting, _ change: (inout MeetingRow) -> Void) -> MeetingRow {
        var status = RowStatus(partition: 0, sequence: ReadSequence(epoch: 7, counter: 9), priority: .live)
        status.state = .settled
        var row = MeetingRow(id: id, status: status, meeting: meeting, mailbox: anna.id)
        if let item = meeting.event?.item { row.copies[anna.id] = item }
        change(&row)
        return row
    }

    func put(_ rows: MeetingRow...) async throws {
        #expect(try await bed.store.commit(rows.map { .meeting($0) }) == .committed)
    }

    func meeting(_ row: MeetingRow) async throws -> MeetingRow { try #require(try await bed.store.meeting(row.id)) }

    /// As calendar-worker leaves a row about which a person is asked.
    static func held(_ question: MeetingHold.Question) -> (inout MeetingRow) -> Void {
        { row in
            row.meeting.hold = MeetingHold(question, shown: row.meeting.observed)
            row.status.state = .held
        }
    }
}

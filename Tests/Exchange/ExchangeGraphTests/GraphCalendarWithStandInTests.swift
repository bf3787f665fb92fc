import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import SyncModel
import SyncPlanner
import Testing

@Suite("Graph's calendars with Exchange's stand-in")
struct GraphCalendarWithStandInTests {
    private let berlin = ZoneName("Europe/Berlin")

    @Test("An event is made, read, found, changed, named and removed, and nobody gets a mail")
    func life() async throws {
        let bed = try CalendarBed()
        let content = try fullMeeting()
        let made = try await bed.made(content)
        #expect(isAlike(made.content, content))
        #expect(made.content.attendees == [:])
        #expect(made.facts.activity?.description == "1300/ACT1")
        let read = try await bed.calendar.event(made.key.item, of: bed.ann)
        #expect(read == made)
        for found in [
            try await bed.calendar.events(named: "1300/ACT1", in: bed.ann),
            try await bed.calendar.events(uid: made.key.uid, in: bed.ann),
            try await bed.calendar.events(startingAt: try instant("2026-12-01T08:00:00Z"), in: bed.ann),
        ] { #expect(found == [made]) }
        #expect(try await bed.calendar.events(named: "1300/act1", in: bed.ann) == [])
        #expect(try await bed.calendar.events(startingAt: try instant("2026-12-01T08:01:00Z"), in: bed.ann) == [])

        let silent = try #require(read.silent)
        let changes: [FieldGroup: FieldValue] = [
            .time: .time(
                .allDay(start: try #require(CalendarDate("2026-12-03")), end: try #require(CalendarDate("2026-12-05")))),
            .subject: .subject("Fair"), .location: .location(""), .body: .body(MeetingBody("")),
            .showAs: .showAs(.free),
            .sensitivity: .sensitivity(.normal), .reminder: .reminder(.off),
        ]
        let changed = try await bed.calendar.updateEvent(silent, changes, zone: berlin, of: bed.ann)
        #expect(changed.etag != made.etag)
        for (group, value) in changes { #expect(changed.content[group] == value) }
        #expect(changed.facts.activity == made.facts.activity)
        #expect(try await bed.calendar.event(made.key.item, of: bed.ann) == changed)

        let stale = await failure {
            try await bed.calendar.updateEvent(silent, [.subject: .subject("Lost")], zone: berlin, of: bed.ann)
        }
        #expect(stale?.kind == .conflict)
        #expect(await failure { try await bed.calendar.deleteEvent(silent, of: bed.ann) }?.kind == .conflict)

        let unnamed = try await bed.calendar.setProperty(nil, of: try #require(changed.silent), of: bed.ann)
        #expect(unnamed.facts.activity == nil)
        #expect(try await bed.calendar.event(made.key.item, of: bed.ann).facts.activity == nil)
        #expect(try await bed.calendar.events(named: "1300/ACT1", in: bed.ann) == [])
        let named = try await bed.calendar.setProperty("1300/ACT2", of: try #require(unnamed.silent), of: bed.ann)
        #expect(try await bed.calendar.events(named: "1300/ACT2", in: bed.ann) == [named])

        try await bed.calendar.deleteEvent(try #require(named.silent), of: bed.ann)
        #expect(await failure { try await bed.calendar.event(made.key.item, of: bed.ann) }?.kind == .notFound)
        #expect(try bed.mails() == 0)
        #expect(bed.written.bodies.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("attendees") })
    }

    @Test(
        "An event in Deleted Items is not found, whether or not its id goes on; one that was put back is",
        arguments: [true, false])
    func deletedItems(isFound: Bool) async throws {
        let bed = try CalendarBed { $0.findsDeletedEvents = isFound }
        let made = try await bed.made(try fullMeeting())
        try bed.outlook(.delete, "events/\(made.key.item)")
        #expect(await failure { try await bed.calendar.event(made.key.item, of: bed.ann) }?.kind == .notFound)
        #expect(try await bed.calendar.events(named: "1300/ACT1", in: bed.ann) == [])
        #expect(try await bed.calendar.events(uid: made.key.uid, in: bed.ann) == [])
        let late = await failure {
            try await bed.calendar.updateEvent(
                try #require(made.silent), [.subject: .subject("Lost")], zone: berlin, of: bed.ann)
        }
        #expect(late?.kind == (isFound ? .conflict : .notFound))
    }

    @Test(
        "An event whose iCalUId is known is read by one request, and looked for by its id where the calendar has it not"
    )
    func known() async throws {
        let bed = try CalendarBed { $0.findsDeletedEvents = true }
        let made = try await bed.made(try fullMeeting())
        let reads = try bed.reads()
        #expect(try await bed.calendar.event(made.key.item, uid: made.key.uid, of: bed.ann) == made)
        #expect(try bed.reads() == reads + 1)
        try bed.outlook(.delete, "events/\(made.key.item)")
        #expect(
            await failure { try await bed.calendar.event(made.key.item, uid: made.key.uid, of: bed.ann) }?.kind
                == .notFound)
    }

    @Test("An event that its user has moved to another calendar is not in the one that is kept in step")
    func otherCalendar() async throws {
        let bed = try CalendarBed()
        let made = try await bed.made(try fullMeeting())
        let other = try bed.outlook(.post, "calendars", ["name": "Private"])
        try bed.outlook(.post, "events/\(made.key.item)/move", ["calendar": other])
        let uid = made.key.uid
        for known in [nil, uid] {
            let error = await failure { try await bed.calendar.event(made.key.item, uid: known, of: bed.ann) }
            #expect(error?.kind == .inAnotherCalendar)
            #expect(error?.message.contains("move it back") == true)
        }
        #expect(try await bed.calendar.events(uid: uid, in: bed.ann) == [])
        try bed.outlook(.post, "events/\(made.key.item)/move", ["calendar": "calendar"])
        #expect(try await bed.calendar.event(made.key.item, of: bed.ann).key == made.key)
    }

    // MARK: Repeated creates

    @Test(
        "A create whose answer was lost is repeated, and answers what it made", arguments: [400, 409, 201],
        [true, false])
    func lostAnswer(status: Int, isNamed: Bool) async throws {
        let bed = try CalendarBed {
            $0.usedTransactionStatus = status
            $0.namesExistingEvent = isNamed
        }
        bed.written.lose(1)
        let content = try fullMeeting()
        let lost = await failure { try await bed.make(content) }
        #expect(lost?.kind == .transient && lost?.isOutcomeUnknown == true)
        let made = try await bed.made(content)
        #expect(isAlike(made.content, content))
        #expect(made.facts.activity?.description == "1300/ACT1")
        #expect(try await bed.calendar.events(named: "1300/ACT1", in: bed.ann) == [made])
        #expect(try await bed.round().rows.count == 1)
    }

    @Test(
        "A create whose event a user has deleted since is not made again", arguments: [400, 409], [true, false])
    func deletedSince(status: Int, isNamed: Bool) async throws {
        for isFound in [true, false] {
            let bed = try CalendarBed {
                $0.usedTransactionStatus = status
                $0.namesExistingEvent = isNamed
                $0.findsDeletedEvents = isFound
            }
            let made = try await bed.made(try fullMeeting())
            try bed.outlook(.delete, "events/\(made.key.item)")
            #expect(try await bed.make(try fullMeeting()) == (isNamed ? .madeAndDeleted : .madeAndMissing))
            #expect(try await bed.round().rows.count == 0)
            // Another generation of it is another create.
            #expect(try await bed.made(try fullMeeting(), "t-2").key != made.key)
        }
    }

    @Test("A change or a removal whose answer was lost is told as of unknown outcome, and was done")
    func lostWrites() async throws {
        let bed = try CalendarBed()
        let made = try await bed.made(try fullMeeting())
        bed.written.lose(1)
        let silent = try #require(made.silent)
        let lost = await failure {
            try await bed.calendar.updateEvent(silent, [.subject: .subject("Fair")], zone: berlin, of: bed.ann)
        }
        #expect(lost?.isOutcomeUnknown == true)
        let read = try await bed.calendar.event(made.key.item, of: bed.ann)
        #expect(read.content.subject == "Fair")
        bed.written.lose(1)
        let removal = await failure { try await bed.calendar.deleteEvent(try #require(read.silent), of: bed.ann) }
        #expect(removal?.isOutcomeUnknown == true)
        #expect(await failure { try await bed.calendar.event(made.key.item, of: bed.ann) }?.kind == .notFound)
    }

    // MARK: What users make

    @Test("A meeting with attendees can't be written silently; its attendees' copies are told apart")
    func meeting() async throws {
        let bed = try CalendarBed()
        let id = try bed.outlook(
            .post, "events",
            CalendarBed.visit(
                "2026-12-01", ["attendees": [["emailAddress": ["address": "Ben@shop.example"], "type": "optional"]]]))
        let event = try await bed.calendar.event(ItemID(id), of: bed.ann)
        #expect(event.content.attendees == [EmailAddress("ben@shop.example"): MeetingAttendee(.optional)])
        #expect(event.organizer == bed.ann && event.isOrganizer)
        #expect(event.silent == nil)
        let ben = EmailAddress("ben@shop.example")
        let copies = try await bed.calendar.events(uid: event.key.uid, in: ben)
        let copy = try #require(copies.first)
        #expect(copies.count == 1)
        #expect(copy.organizer == bed.ann && !copy.isOrganizer && copy.silent == nil)
        #expect(copy.key.item != event.key.item)
        try bed.control(.post, "mailboxes/\(ben)/events/\(copy.key.item)/answer", ["response": "tentativelyAccepted"])
        #expect(try await bed.calendar.event(copy.key.item, of: ben).response == .tentative)
        let answered = try await bed.calendar.event(ItemID(id), of: bed.ann)
        #expect(answered.facts.responses == [ben: .tentative])
        try bed.outlook(.post, "events/\(id)/cancel", ["comment": "off"])
        #expect(try await bed.calendar.event(copy.key.item, of: ben).isCancelled)
        #expect(await failure { try await bed.calendar.event(ItemID(id), of: bed.ann) }?.kind == .notFound)
    }

    @Test("What Outlook's users format is read as text, and said to be more than text")
    func html() async throws {
        let bed = try CalendarBed()
        let id = try bed.outlook(
            .post, "events",
            CalendarBed.visit(
                "2026-12-01",
                [
                    "body": [
                        "contentType": "html",
                        "content": "<html><body><p>Dear&nbsp;all,</p><ul><li>one</ul></body></html>",
                    ]
                ]))
        let rich = try await bed.calendar.event(ItemID(id), of: bed.ann)
        #expect(rich.content.body == MeetingBody("Dear all,\none", isRich: true))
        try bed.outlook(
            .patch, "events/\(id)", ["body": ["contentType": "html", "content": "<p>Plain &lt;text&gt;</p>"]])
        #expect(try await bed.calendar.event(ItemID(id), of: bed.ann).content.body == MeetingBody("Plain <text>"))
    }

    @Test(
        "All-day events are found by their day, and read as dates, in whatever zone they were made",
        arguments: ["Tonga Standard Time", "W. Europe Standard Time", "UTC", "Hawaiian Standard Time"])
    func allDay(zone: String) async throws {
        let bed = try CalendarBed()
        let id = try bed.outlook(
            .post, "events",
            [
                "subject": "Fair", "isAllDay": true, "start": ["dateTime": "2027-03-28T00:00:00", "timeZone": zone],
                "end": ["dateTime": "2027-03-29T00:00:00", "timeZone": zone],
            ])
        let found = try await bed.calendar.events(startingAt: try instant("2027-03-28T00:00:00Z"), in: bed.ann)
        #expect(found.map(\.key.item) == [ItemID(id)])
        #expect(
            found.first?.content.time
                == .allDay(
                    start: try #require(CalendarDate("2027-03-28")), end: try #require(CalendarDate("2027-03-29"))))
    }

    // MARK: Changes

    @Test("A round tells every event whatever Exchange does to its pages, and what is not there only as removed")
    func vices() async throws {
        let bed = try CalendarBed { vices in
            vices.emptyPages = 3
            vices.repeatedRows = 3
            vices.reorderedRows = 2
            vices.falseRemovals = 4
        }
        var made: [ItemID: ExchangeEvent] = [:]
        for number in 0..<130 {
            let event = try await bed.made(try fullMeeting(), "t-\(number)", property: "1300/ACT\(number)")
            made[event.key.item] = event
        }
        var (rows, next) = try await bed.round()
        var told: [ItemID: ExchangeEvent] = [:]
        for case .event(let event) in rows { told[event.key.item] = event }
        for case .removed(let item) in rows {
            // Proven by a GET only.
            if let event = try? await bed.calendar.event(item, of: bed.ann) { told[item] = event }
        }
        #expect(Set(told.keys) == Set(made.keys))
        for (item, event) in told {
            var expected = try #require(made[item])
            if event.facts.activity == nil { expected.facts.activity = nil }
            #expect(event == expected)
        }
        let gone = try #require(made.values.min { $0.key.item < $1.key.item })
        try await bed.calendar.deleteEvent(try #require(gone.silent), of: bed.ann)
        (rows, next) = try await bed.round(.link(next))
        #expect(rows.contains(.removed(gone.key.item)))
        #expect(!next.isEmpty)
    }

    @Test("A series is its master and its occurrences; one that was changed for itself is an event")
    func series() async throws {
        let bed = try CalendarBed()
        let recurrence: [String: Any] = [
            "pattern": ["type": "daily", "interval": 1],
            "range": ["type": "numbered", "startDate": "2026-12-01", "numberOfOccurrences": 3],
        ]
        let master = ItemID(
            try bed.outlook(.post, "events", CalendarBed.visit("2026-12-01", ["recurrence": recurrence])))
        let first = try await bed.round()
        let occurrences = first.rows.compactMap { row in
            if case .occurrence(let occurrence) = row { occurrence } else { nil }
        }
        #expect(occurrences.count == 3)
        #expect(occurrences.allSatisfy { $0.master == master })
        #expect(
            occurrences.map(\.start).sorted()
                == [
                    try instant("2026-12-01T08:00:00Z"), try instant("2026-12-02T08:00:00Z"),
                    try instant("2026-12-03T08:00:00Z"),
                ])
        guard case .event(let event)? = first.rows.first(where: { if case .event = $0 { true } else { false } }) else {
            throw ExchangeError(.invalid, "no master")
        }
        #expect(event.kind == .master && event.facts.isRecurring && event.key.item == master)
        let second = try #require(occurrences.first { $0.start == (try? instant("2026-12-02T08:00:00Z")) })
        let read = try await bed.calendar.event(second.item, of: bed.ann)
        #expect(read.kind == .occurrence(master: master, originalStart: second.start))
        try bed.outlook(.patch, "events/\(second.item)", ["subject": "Moved"])
        let later = try await bed.round(.link(first.next))
        let exceptions = later.rows.compactMap { row in
            if case .event(let event) = row, case .occurrence = event.kind { event } else { nil }
        }
        #expect(exceptions.map(\.content.subject) == ["Moved"])
        #expect(exceptions.first?.kind == .occurrence(master: master, originalStart: second.start))
    }

    @Test(
        "A forgotten place is told as such; a new round tells all",
        arguments: [
            ("SyncStateNotFound", 410), ("SyncStateInvalid", 410), ("resyncRequired", 410), ("SyncStateNotFound", 404),
        ])
    func forgotten(code: String, status: Int) async throws {
        let bed = try CalendarBed()
        _ = try await bed.made(try fullMeeting())
        let link = try await bed.round().next
        #expect(try await bed.round(.link(link)).rows == [])
        try bed.control(.post, "delta/expire", ["code": code, "status": status])
        #expect(await failure { try await bed.round(.link(link)) }?.kind == .syncStateLost)
        #expect(try await bed.round().rows.count == 1)
    }
}

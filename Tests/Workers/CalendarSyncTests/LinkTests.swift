import Foundation
import HTTPTypes
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("An activity and an event of one meeting are linked, never made twice")
struct LinkTests {
    @Test("Twins that both sides had already are linked: two rows become one")
    func twins() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try bed.makeEvent("Review")
            try await bed.sync()
            #expect(try bed.activityCodes() == [code])
            #expect(try await bed.subjects() == ["Review"])
            let rows = try await bed.rows()
            #expect(rows.count == 1 && rows.first?.status.state == .settled)
            #expect(bed.exchangeTransport.writes.isEmpty, "linking writes nothing to Exchange")
        }
    }

    @Test("A twin that no reader has sent yet is found too, from either side", arguments: [true, false])
    func unread(lnFirst: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try bed.makeEvent("Review")
            if lnFirst { try await bed.read(code) } else { try await bed.read(CalendarBed.anna) }
            try await bed.quiet()
            try await bed.sync()
            #expect(try bed.activityCodes() == [code])
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.rows().count == 1)
        }
    }

    @Test("Of several twins a person says which")
    func several() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try bed.makeEvent("Review")
            try bed.makeEvent("Review")
            try await bed.read(code)
            try await bed.quiet()
            #expect(try await bed.row(code)?.meeting.hold?.question == .twins)
            #expect(try await bed.row(code)?.status.state == .held)
        }
    }

    @Test("Where of several twins one is left, it is linked, and nothing is asked any more", arguments: [true, false])
    func oneIsLeft(isActivityReadLast: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            let one = try bed.makeEvent("Review")
            let other = try bed.makeEvent("Review")
            try await bed.read(code)
            try await bed.quiet()
            #expect(try await bed.store.holds(.open).count == 1)
            try bed.deleteEvent(other)
            if isActivityReadLast {
                try bed.edit(code, ["Location": "Room 4"])
                try await bed.read(code)
            } else {
                try await bed.read(one, of: CalendarBed.anna)
            }
            try await bed.quiet()
            #expect(try await bed.rows().count == 1)
            #expect(try await bed.row(code)?.meeting.event?.item == one)
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    /// One activity and two events alike, or two and one, all of which are asked about.
    private static func makeThree(
        _ bed: CalendarBed, isTwiceInOutlook: Bool = true, isActivityReadFirst: Bool = true
    ) async throws -> (codes: [ActivityCode], events: [ItemID]) {
        var codes = [try bed.makeActivity("Review", ["Location": "Hall"])]
        if !isTwiceInOutlook { codes.append(try bed.makeActivity("Review", ["Location": "Yard"])) }
        var events = [try bed.makeEvent("Review")]
        if isTwiceInOutlook { events.append(try bed.makeEvent("Review")) }
        if isActivityReadFirst {
            for code in codes { try await bed.read(code) }
            try await bed.quiet()
        }
        try await bed.read(CalendarBed.anna)
        try await bed.quiet()
        for code in codes { try await bed.read(code) }
        try await bed.quiet()
        let (rows, why) = (try await bed.rows(), try await bed.why())
        #expect(
            rows.count == 3
                && rows.allSatisfy { $0.status.state == .held && $0.meeting.hold?.question == .twins }, "\(why)")
        #expect(bed.exchangeTransport.writes.isEmpty && bed.lnTransport.writes.isEmpty)
        return (codes, events)
    }

    private static func row(_ bed: CalendarBed, _ event: ItemID) async throws -> MeetingRow {
        try #require(try await bed.rows().first { $0.meeting.event?.item == event })
    }

    @Test(
        "Two events and one activity alike, or one and two, are a question whichever is read first; what is left is linked by itself",
        arguments: [true, false], [true, false])
    func severalOnEitherSide(isTwiceInOutlook: Bool, isActivityReadFirst: Bool) async throws {
        try await CalendarBed.run { bed in
            let (codes, events) = try await Self.makeThree(
                bed, isTwiceInOutlook: isTwiceInOutlook, isActivityReadFirst: isActivityReadFirst)
            if isTwiceInOutlook {
                try bed.deleteEvent(events[1])
                try await bed.read(events[1], of: CalendarBed.anna)
            } else {
                try bed.edit(codes[1], ["Subject": "Another"])
                try await bed.read(codes[1])
            }
            try await bed.quiet()
            #expect(try await bed.row(codes[0])?.meeting.event?.item == events[0])
            #expect(try await bed.store.holds(.open).isEmpty)
            try await bed.sync()
            #expect(try bed.activityCodes() == codes)
            #expect(try await bed.subjects().sorted() == (isTwiceInOutlook ? ["Review"] : ["Another", "Review"]))
        }
    }

    @Test("The activity is none of them: each of the three is made where it is not, once")
    func noneOfThem() async throws {
        try await CalendarBed.run { bed in
            let (codes, _) = try await Self.makeThree(bed)
            try await bed.approve(try #require(try await bed.row(codes[0])))
            for _ in 1...3 { try await bed.advance(by: .seconds(61)) }
            try await bed.sync()
            let (rows, why) = (try await bed.rows(), try await bed.why())
            #expect(rows.count == 3 && rows.allSatisfy { $0.status.state == .settled }, "\(why)")
            #expect(try bed.activityCodes().count == 3)
            #expect(try await bed.subjects().count == 3)
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("One of the events is a meeting of its own: it is made in LN, and the other is linked")
    func oneOfItsOwn() async throws {
        try await CalendarBed.run { bed in
            let (codes, events) = try await Self.makeThree(bed)
            try await bed.approve(try await Self.row(bed, events[0]))
            for _ in 1...3 { try await bed.advance(by: .seconds(61)) }
            try await bed.sync()
            #expect(try bed.activityCodes().count == 2)
            #expect(try await bed.subjects().count == 2)
            #expect(try await bed.row(codes[0])?.meeting.event?.item == events[1])
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("What is left alone stays so whatever becomes of the others, which are asked about by themselves")
    func leftAlone() async throws {
        try await CalendarBed.run { bed in
            let (codes, events) = try await Self.makeThree(bed)
            try await bed.approve(try #require(try await bed.row(codes[0])), .refuse)
            try await bed.sync()
            #expect(try await bed.row(codes[0])?.status.state == .resting)
            #expect(try await Self.row(bed, events[0]).status.state == .held)
            try await bed.approve(try await Self.row(bed, events[0]))
            for _ in 1...3 { try await bed.advance(by: .seconds(61)) }
            try await bed.sync()
            #expect(try bed.activityCodes().count == 2)
            #expect(try await bed.row(codes[0])?.meeting.event == nil)
            #expect(try await bed.row(codes[0])?.status.state == .resting)
            let last = try await Self.row(bed, events[1])
            #expect(last.status.state == .held)
            try await bed.approve(last, .refuse)
            try await bed.sync()
            #expect(try await Self.row(bed, events[1]).status.state == .resting)
            #expect(try bed.activityCodes().count == 2)
            #expect(try await bed.subjects().count == 2)
        }
    }

    @Test(
        "Others of its own side are looked for only where one would be linked by its looks", arguments: [true, false],
        [true, false])
    func searches(isAlike: Bool, isEventFirst: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            let event = try bed.makeEvent(isAlike ? "Review" : "Lunch")
            if isEventFirst { try await bed.read(event, of: CalendarBed.anna) } else { try await bed.read(code) }
            try await bed.quiet()
            func searches(_ transport: CallTransport, _ condition: String) -> Int {
                transport.requests.count { $0.query?.removingPercentEncoding?.contains(condition) == true }
            }
            let inLN = searches(bed.lnTransport, "StartDate eq")
            let inOutlook = searches(bed.exchangeTransport, "start/dateTime ge")
            #expect((inLN > 0) == (isEventFirst || isAlike))
            #expect(inOutlook == (isEventFirst && !isAlike ? 0 : 1))
        }
    }

    @Test("What a person decides of an end and of several twins holds together")
    func severalAfterAnEnd() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            try bed.deleteEvent(try #require(try await bed.row(code)?.meeting.event?.item))
            try bed.edit(code, ["Subject": "Dinner"])
            try await bed.sync()
            #expect(try await bed.row(code)?.meeting.hold?.question == .endOrKeep)
            for _ in 1...2 { try bed.makeEvent("Dinner") }
            try await bed.decide(.discarded)
            #expect(try await bed.row(code)?.meeting.hold?.question == .twins)
            try await bed.decide(.approved)
            #expect(try await bed.row(code)?.status.state == .settled)
            #expect(try await bed.subjects() == ["Dinner", "Dinner", "Dinner"])
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("A copy made in Outlook is a meeting of its own")
    func copies() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.copyEvent(try #require(row.meeting.event?.item))
            try await bed.sync()
            let codes = try bed.activityCodes()
            #expect(codes.count == 2)
            #expect(try await bed.subjects().count == 2)
            #expect(try await bed.row(code)?.meeting.event == row.meeting.event)
            #expect(try await bed.rows().allSatisfy { $0.status.state == .settled })
        }
    }

    @Test(
        "Copied in Outlook and the original deleted: the copy is a meeting of its own where it was read first, else it takes the original's place",
        arguments: [true, false])
    func copiedAndDeleted(isCopyReadFirst: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let original = try #require(try await bed.row(code)?.meeting.event?.item)
            try bed.copyEvent(original)
            let copies = try await bed.events().compactMap { $0["id"] as? String }.map { ItemID($0) }
            let copy = try #require(copies.first { $0 != original })
            if isCopyReadFirst {
                try await bed.read(copy, of: CalendarBed.anna)
                try await bed.quiet()
            }
            try bed.deleteEvent(original)
            try await bed.read(original, of: CalendarBed.anna)
            if !isCopyReadFirst { try await bed.read(copy, of: CalendarBed.anna) }
            try await bed.quiet()
            try await bed.sync()
            let codes = try bed.activityCodes()
            #expect(codes.count == (isCopyReadFirst ? 2 : 1))
            #expect(try bed.activity(code)["Status"] as? String == (isCopyReadFirst ? "NotHeld" : "Planned"))
            let own = try #require(codes.last)
            #expect(try await bed.row(own)?.meeting.event?.item == copy)
            #expect(try bed.activity(own)["Status"] as? String == "Planned")
            #expect(try await bed.subjects() == ["Review"], "one event")
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test(
        "An event that comes back after it was made again for its activity is a meeting of its own",
        arguments: [true, false])
    func backFromDeletedItems(isLost: Bool) async throws {
        try await CalendarBed.run { bed in
            let event = try bed.makeEvent("Lunch")
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            try bed.deleteEvent(event)
            try bed.edit(code, ["Subject": "Dinner"])
            try await bed.sync()
            try await bed.decide(.discarded)
            try await bed.sync()
            let before = try #require(try await bed.row(code))
            #expect(try await bed.subjects() == ["Dinner"] && before.status.state == .settled)
            #expect(try bed.activity(code)["ExchangeId"] as? String == before.meeting.event?.uid.rawValue)

            try bed.bringBack(event)
            if isLost {
                try bed.fault([
                    "kind": "lostAnswer", "method": "POST", "path": "txcom.ExchangeSync/Activities", "count": 1,
                ])
            }
            try await bed.sync()
            try await bed.advance(by: .seconds(61))
            try await bed.sync()
            let codes = try bed.activityCodes()
            #expect(codes.count == 2)
            #expect(try codes.map { try bed.activity($0)["Subject"] as? String } == ["Dinner", "Lunch"])
            #expect(try await bed.subjects() == ["Dinner", "Lunch"])
            #expect(try await bed.row(code)?.meeting.event == before.meeting.event)
            let last = try #require(codes.last)
            let other = try #require(try await bed.row(last))
            #expect(other.copies.values.contains(event))
            #expect(other.meeting.activityFacts.meetingKey == other.meeting.event?.uid)
            let why = try await bed.why()
            #expect(try await bed.rows().allSatisfy { $0.status.state == .settled }, "\(why)")
        }
    }

    @Test("A new user's meetings are linked; made, and given the other side's values, once somebody has approved it")
    func linkOnly() async throws {
        try await CalendarBed.run(isActivated: false) { bed in
            let twin = try bed.makeActivity("Review", ["Location": "Hall"])
            try bed.makeEvent("Review")
            let other = try bed.makeActivity("Visit", start: "2026-03-12T09:00:00Z", end: "2026-03-12T10:00:00Z")
            try await bed.sync()
            let linked = try #require(try await bed.row(twin))
            #expect(linked.meeting.event != nil && linked.meeting.hold?.question == .activation)
            let held = try #require(try await bed.row(other))
            #expect(held.status.state == .held && held.meeting.hold?.question == .activation)
            #expect(try await bed.subjects() == ["Review"])
            #expect(bed.exchangeTransport.writes.isEmpty && bed.lnTransport.writes.isEmpty)
            #expect(try await bed.journal(linked).contains("CAL-9 conflict") == false, "nothing is overwritten yet")
            try await bed.approve(held)
            #expect(try await bed.subjects() == ["Review", "Visit"])
            #expect(try bed.activity(twin)["Location"] as? String == "Hall")
            // LN's user changes what was shown: it is asked again.
            try bed.edit(twin, ["Location": "Room 3"])
            try await bed.approve(linked)
            #expect(try bed.activity(twin)["Location"] as? String == "Room 3")
            let again = try #require(try await bed.row(twin))
            #expect(again.status.state == .held && again.meeting.hold?.decision == nil)
            try await bed.approve(again)
            #expect(try bed.activity(twin)["Location"] as? String ?? "" == "")
            #expect(try await bed.details(again).contains { $0.contains("Room 3") }, "it is on record")
            let organizer = try #require(
                try bed.attendees(twin).first { $0["Attendance"] as? String == "MeetingOrganizer" })
            #expect(organizer["Synchronized"] as? String == "Yes")
            let done = try #require(try await bed.row(twin))
            #expect(done.status.state == .settled && done.meeting.hold == nil)
        }
    }

    @Test("An organizer who is no sync user: nothing is made, and the state says how to mend it")
    func organizerOfNobody() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review", inviting: [["Attendee": "E00002", "Invite": "Yes"]])
            let rows = try bed.attendees(code)
            let organizer = try #require(rows.first { $0["Attendance"] as? String == "MeetingOrganizer" })
            try bed.replaceAttendee(code, organizer, by: "E00003")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .resting)
            #expect(row.status.reason?.contains("Meeting Organizer") == true)
            #expect(try await bed.events().isEmpty)
            #expect(try await bed.events(of: CalendarBed.bert).isEmpty)
        }
    }
}

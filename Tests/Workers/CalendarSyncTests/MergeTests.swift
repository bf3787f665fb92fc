import Foundation
import HTTPTypes
import SyncModel
import Testing
import WorkerTesting

@Suite("Edits on both sides meet")
struct MergeTests {
    @Test(
        "What LN's user enters between our write and its read back is an edit of his, not what was agreed upon",
        arguments: [true, false])
    func editedBeforeReadBack(isNew: Bool) async throws {
        try await CalendarBed.run { bed in
            let item = try bed.makeEvent("Review")
            if !isNew {
                try await bed.sync()
                try bed.edit(item, ["subject": "Second"])
            }
            // Of all that is asked after the write, the last request reads it back.
            bed.lnTransport.beforeNext(where: { $0.method != .get && $0.path.contains("/Activities") }) { [bed] _ in
                bed.lnTransport.beforeNext(where: { $0.method == .get && $0.path.contains("/Activities") }) { [bed] _ in
                    guard let code = try? bed.activityCodes().first else { return }
                    try? bed.edit(
                        code,
                        isNew
                            ? ["StartDate": "2026-03-12T09:00:00Z", "EndDate": "2026-03-12T10:00:00Z"]
                            : ["Subject": "Third"])
                }
            }
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            let event = try #require(try await bed.events().first)
            if isNew {
                let start = try #require(event["start"] as? [String: Any])
                #expect((start["dateTime"] as? String)?.hasPrefix("2026-03-12T09:00") == true)
                #expect(try bed.activity(code)["StartDate"] as? String == "2026-03-12T09:00:00Z")
            } else {
                #expect(event["subject"] as? String == "Third")
                #expect(try bed.activity(code)["Subject"] as? String == "Third")
            }
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("An edit of either side goes to the other, with one write each")
    func edits() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let item = try #require(try await bed.row(code)?.meeting.event?.item)
            bed.exchangeTransport.forget()
            bed.lnTransport.forget()
            try bed.edit(code, ["Subject": "Review of March"])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review of March"])
            #expect(bed.exchangeTransport.writes.count == 1)
            #expect(bed.lnTransport.writes.isEmpty)
            try bed.move(item, start: "2026-03-11T13:00:00", end: "2026-03-11T14:00:00")
            try await bed.sync()
            #expect(try bed.activity(code)["StartDate"] as? String == "2026-03-11T13:00:00Z")
            #expect(bed.exchangeTransport.writes.count == 1)
            #expect(bed.lnTransport.writes.count == 1)
        }
    }

    @Test("A text of Outlook's that LN can't hold goes there as far as it can, and what is changed of it arrives")
    func longText() async throws {
        try await CalendarBed.run { bed in
            let long: [String: Any] = ["contentType": "text", "content": String(repeating: "w", count: 300_000)]
            let item = try bed.makeEvent("Review", ["body": long])
            try await bed.sync()
            let code = try #require(try bed.activityCodes().first)
            #expect((try bed.activity(code)["Information"] as? String)?.utf8.count == 250_000)
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let details = try await bed.details(row).filter { $0.contains("has 300000 characters") }
            #expect(details.count == 1 && details.first?.contains("the first 250000") == true)

            try bed.edit(item, ["body": ["contentType": "text", "content": "tiny"]])
            try await bed.sync()
            #expect(try bed.activity(code)["Information"] as? String == "tiny")
        }
    }

    @Test(
        "A text of LN's that is too long stays, and so does what is changed of it in Outlook: on record, until they can be merged"
    )
    func longTextOfLN() async throws {
        try await CalendarBed.run { bed in
            let long = String(repeating: "q", count: 300_000)
            let code = try bed.makeActivity("Review", ["Information": long])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let item = try #require(row.meeting.event?.item)
            try bed.edit(item, ["body": ["contentType": "text", "content": "Outlook's"]])
            for _ in 0..<2 { try await bed.sync() }
            #expect(try bed.activity(code)["Information"] as? String == long)
            let told = try await bed.details(row).filter {
                $0.hasPrefix("Exchange's text was changed, and is not written")
            }
            #expect(told.count == 1)

            try bed.edit(code, ["Information": "LN's"])
            try await bed.sync()
            #expect(try bed.activity(code)["Information"] as? String == "Outlook's")
            #expect(try await bed.details(row).contains("LN's text is overwritten: it was “LN's”"))
        }
    }

    @Test("The Meeting Organizer is no invitee, though another row of LN's has his address")
    func invitedOrganizer() async throws {
        try await CalendarBed.run { bed in
            func other(_ address: String) -> [String: Any] {
                ["Type": "Other", "FullName": address, "Email": address, "Invite": "Yes", "Attendance": "Required"]
            }
            let code = try bed.makeActivity(
                "Review", inviting: [other("ANNA@shop.example"), other("fine@ext.example")])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let fine = EmailAddress("fine@ext.example")
            #expect(
                row.meeting.asked?.write.change == .update([.attendee(fine): .attendee(MeetingAttendee(.required))]))

            // As invitation-worker would, and with the organizer as Outlook has him.
            let guests = ["anna@shop.example", "fine@ext.example"].map { address in
                ["emailAddress": ["address": address], "type": "required"]
            }
            try bed.edit(try #require(row.meeting.event?.item), ["attendees": guests])
            try await bed.sync()
            #expect(try await bed.row(code)?.meeting.asked == nil)
        }
    }

    @Test("Edits of different fields on both sides are merged")
    func disjoint() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let item = try #require(row.meeting.event?.item)
            try bed.edit(code, ["Subject": "Review of March"])
            try bed.move(item, start: "2026-03-11T13:00:00", end: "2026-03-11T14:00:00")
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review of March"])
            #expect(try bed.activity(code)["StartDate"] as? String == "2026-03-11T13:00:00Z")
            #expect(try bed.activity(code)["Subject"] as? String == "Review of March")
            #expect(try await !bed.journal(row).contains("CAL-9 conflict"))
        }
    }

    @Test("Of one field that both sides changed one value holds, and the other is in the journal")
    func conflict() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let item = try #require(row.meeting.event?.item)
            try bed.edit(code, ["Subject": "LN's", "Location": "LN's room"])
            try bed.edit(item, ["subject": "Outlook's", "location": ["displayName": "Outlook's room"]])
            try await bed.sync()
            // It was made in LN: LN's text, Outlook's place.
            #expect(try await bed.subjects() == ["LN's"])
            #expect(try bed.activity(code)["Location"] as? String == "Outlook's room")
            let lines = try await bed.details(row)
            #expect(lines.contains("Exchange's subject is overwritten: it was “Outlook's”"))
            #expect(lines.contains("LN's location is overwritten: it was “LN's room”"))
        }
    }

    @Test(
        "Of what is private on one side the journal keeps that something was overwritten, not what it was; times are told"
    )
    func privateConflict() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            let item = try #require(row.meeting.event?.item)
            try bed.edit(item, ["sensitivity": "private"])
            try await bed.sync()
            try bed.edit(
                code,
                ["Subject": "LN's", "StartDate": "2026-03-10T12:00:00Z", "EndDate": "2026-03-10T13:00:00Z"])
            try bed.edit(item, ["subject": "Outlook's"])
            try bed.move(item, start: "2026-03-10T14:00:00", end: "2026-03-10T15:00:00")
            try await bed.sync()
            let lines = try await bed.details(row)
            #expect(lines.contains("Exchange's subject is overwritten"), "\(lines)")
            #expect(
                lines.contains { $0.hasPrefix("LN's time is overwritten: it was 2026-03-10T12:00:00Z") }, "\(lines)")
            #expect(!lines.joined().contains("Outlook's"))
        }
    }

    @Test("An etag that changes by itself, a repeated and an older read change nothing")
    func echoes() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            bed.exchangeTransport.forget()
            bed.lnTransport.forget()
            try bed.edit(code, ["Subject": "Newer"])
            try await bed.read(code, at: ReadSequence(epoch: 5, counter: 5))
            try await bed.quiet()
            #expect(try await bed.subjects() == ["Newer"])
            try bed.edit(code, ["Subject": "Newest, in an older read"])
            try await bed.read(code, at: ReadSequence(epoch: 5, counter: 4))
            try await bed.quiet()
            #expect(try await bed.subjects() == ["Newer"])
            #expect(bed.exchangeTransport.writes.count == 1)
            #expect(try await bed.journal(row).last == "CAL-9 updated")
        }
    }

    @Test("An all-day event and a private one come as LN can have them; nothing private is journalled")
    func kinds() async throws {
        try await CalendarBed.run { bed in
            try bed.makeEvent(
                "Fair", start: "2026-03-10T00:00:00", end: "2026-03-12T00:00:00", ["isAllDay": true])
            try await bed.sync()
            let fair = try #require(try bed.activityCodes().first)
            #expect(try bed.activity(fair)["AllDay"] as? String == "Yes")
            let secret = try bed.makeEvent(
                "Doctor", start: "2026-03-13T09:00:00", end: "2026-03-13T10:00:00",
                [
                    "sensitivity": "private", "location": ["displayName": "Clinic"], "categories": ["Oncology"],
                ])
            try await bed.sync()
            let code = try #require(try bed.activityCodes().last)
            #expect(code != fair)
            let activity = try bed.activity(code)
            #expect(activity["Subject"] as? String == "Private")
            #expect(activity["Location"] as? String == "")
            // LN's edits of it are put back.
            try bed.edit(code, ["Subject": "Guess"])
            try await bed.sync()
            #expect(try bed.activity(code)["Subject"] as? String == "Private")
            let row = try #require(try await bed.row(code))
            let lines = try await bed.details(row).joined()
            #expect(!lines.contains("Doctor") && !lines.contains("Clinic") && !lines.contains("Guess"))
            #expect(["Doctor", "Clinic", "Oncology"].allSatisfy { !"\(row)".contains($0) })
            try bed.deleteEvent(secret)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test("A Call is made without a place, and a series rests")
    func callsAndSeries() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Call back", ["Type": "Call"])
            let pattern: [String: Any] = ["type": "daily", "interval": 1]
            let range: [String: Any] = ["type": "numbered", "startDate": "2026-04-01", "numberOfOccurrences": 3]
            try bed.makeEvent(
                "Stand-up", start: "2026-04-01T09:00:00", end: "2026-04-01T09:15:00",
                ["recurrence": ["pattern": pattern, "range": range]])
            try await bed.sync()
            #expect(try bed.activityCodes() == [code])
            #expect(try await bed.row(code)?.status.state == .settled)
            let series = try await bed.rows().filter { $0.meeting.eventFacts.isRecurring }
            #expect(!series.isEmpty)
            #expect(series.allSatisfy { $0.status.state == .resting && $0.status.reason == "CAL-17: recurrence" })
            for row in series { #expect(try await bed.journal(row).isEmpty, "they come by the thousand") }
        }
    }

    @Test("An event that becomes a series, and then is deleted, leaves its activity; the journal says so with the rule")
    func becomesSeries() async throws {
        try await CalendarBed.run { bed in
            let item = try bed.makeEvent("Stand-up", start: "2026-04-01T09:00:00", end: "2026-04-01T09:15:00")
            try await bed.sync()
            let code = try #require(try bed.activityCodes().last)
            let row = try #require(try await bed.row(code))
            let pattern: [String: Any] = ["type": "daily", "interval": 1]
            let range: [String: Any] = ["type": "numbered", "startDate": "2026-04-01", "numberOfOccurrences": 3]
            try bed.edit(item, ["recurrence": ["pattern": pattern, "range": range]])
            try await bed.sync()
            #expect(try await bed.row(code)?.status.reason == "CAL-17: recurrence")
            #expect(try await bed.journal(row).last == "CAL-17 rests")
            try bed.deleteEvent(item)
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.journal(row).last == "CAL-17 rests")
            #expect(
                try await bed.details(row).suffix(2) == [
                    "its event has become a series in Outlook: the activity stays as it is",
                    "its event had become a series, and is gone from Outlook: the activity stays as it is",
                ])
        }
    }
}

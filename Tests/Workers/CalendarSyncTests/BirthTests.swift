import Foundation
import HTTPTypes
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A meeting that is made on one side is made on the other")
struct BirthTests {
    @Test("An appointment of LN's is made in its organizer's calendar, once, and its flags turn on")
    func bornInLN() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Quarterly review", ["Location": "Room 3"])
            try await bed.sync()
            let events = try await bed.events()
            #expect(events.map { $0["subject"] as? String } == ["Quarterly review"])
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .settled)
            #expect(row.meeting.base.content?.sides.exchange.location == "Room 3")
            #expect(try await bed.journal(row) == ["CAL-6 created", "CAL-6 marked"])
            let organizer = try #require(try bed.attendees(code).first)
            #expect(organizer["Synchronized"] as? String == "Yes")
            let writes = bed.exchangeTransport.writes.count + bed.lnTransport.writes.count
            try await bed.sync()
            #expect(bed.exchangeTransport.writes.count + bed.lnTransport.writes.count == writes, "at rest")
        }
    }

    @Test("An event of Outlook's becomes an appointment in LN, once, with its key")
    func bornInExchange() async throws {
        try await CalendarBed.run { bed in
            try bed.makeEvent("Visit")
            try await bed.sync()
            let codes = try bed.activityCodes()
            let why = try await bed.why()
            #expect(codes.count == 1, "\(why)")
            let code = try #require(codes.first)
            let activity = try bed.activity(code)
            #expect(activity["Subject"] as? String == "Visit")
            #expect(activity["CreatedInInforLN"] as? String == "No")
            #expect(activity["Synchronize"] as? String == "Yes")
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .settled)
            #expect(row.meeting.activityFacts.meetingKey == row.meeting.event?.uid)
            #expect(try await bed.journal(row) == ["CAL-7 created"])
        }
    }

    @Test("An attendee's flags are written at most twice in his life, whatever is read, edited and answered")
    func flags() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity(
                "Review",
                inviting: [
                    ["Attendee": "E00002", "Invite": "Yes"],
                    ["Attendee": "C00000001", "Type": "Contact", "Invite": "Yes"],
                ])
            try await bed.sync()
            let item = try #require(try await bed.row(code)?.meeting.event?.item)
            // Anna invites them in Outlook herself, as long as nobody does it for LN.
            let guests = ["bert@shop.example", "cleo@customer.example"].map {
                ["emailAddress": ["address": $0], "type": "required"] as [String: Any]
            }
            try bed.edit(item, ["attendees": guests])
            try await bed.sync()
            let answer = ["attendee": "cleo@customer.example", "response": "accepted"]
            try bed.control(
                .post, "mailboxes/anna@shop.example/events/\(CalendarBed.escaped(item))/answers", answer)
            try bed.edit(code, ["Location": "Room 4"])
            try await bed.sync()
            try bed.edit(item, ["body": ["contentType": "text", "content": "Bring the drawings."]])
            try await bed.commit([.beginCalendarBaseline([CalendarBed.anna.id], Set(Side.allCases), check: true)])
            try await bed.sync()
            for row in try bed.attendees(code) {
                #expect(row["Synchronized"] as? String == "Yes", "\(row)")
            }
            var sent: [Substring: Int] = [:], synchronized: [Substring: Int] = [:], writes: [Substring: Int] = [:]
            for request in bed.lnTransport.writes where request.method == .patch && request.path.contains("/Attendees(")
            {
                let body = String(decoding: request.body, as: UTF8.self)
                let (isSent, isSynchronized) = (body.contains("SentToSynchronizer"), body.contains("\"Synchronized\""))
                if isSent { sent[request.path, default: 0] += 1 }
                if isSynchronized { synchronized[request.path, default: 0] += 1 }
                if isSent || isSynchronized { writes[request.path, default: 0] += 1 }
            }
            #expect(sent.count == 2 && sent.values.allSatisfy { $0 == 1 }, "\(sent): the guests', once")
            #expect(synchronized.count == 3 && synchronized.values.allSatisfy { $0 == 1 }, "\(synchronized)")
            #expect(writes.values.allSatisfy { $0 <= 2 } && writes.count == 3, "\(writes)")
        }
    }
}

import Foundation
import SyncModel
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
}

import Foundation
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A meeting that ends on one side ends on the other, or a person decides")
struct EndTests {
    @Test("Deleted in Outlook it is Not Held in LN; brought back in LN it is made again")
    func deletedInOutlook() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try await bed.sync()
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
            #expect(try await bed.row(code)?.status.state == .tombstone)
            #expect(try await bed.journal(row).last == "CAL-14 ended")
            try bed.edit(code, ["Status": "Planned"])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("Not Held or deleted in LN, the event goes", arguments: [true, false])
    func endedInLN(isDeleted: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            if isDeleted { try bed.deleteActivity(code) } else { try bed.edit(code, ["Status": "NotHeld"]) }
            try await bed.read(code)
            try await bed.quiet()
            try await bed.sync()
            #expect(try await bed.subjects().isEmpty)
            #expect(try await bed.rows().allSatisfy { $0.status.state == .tombstone })
        }
    }

    @Test("Deleted here and changed there, a person decides", arguments: [Hold.State.approved, .discarded])
    func held(decision: Hold.State) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try bed.edit(code, ["Subject": "Review, moved to June"])
            try await bed.sync()
            #expect(try await bed.row(code)?.status.state == .held)
            #expect(try await bed.journal(row).last == "CAL-14 held")
            let hold = try #require(try await bed.store.holds(.open).first)
            #expect(hold.meeting == row.id)
            #expect(!hold.detail.contains("June"), "nothing of the content is shown")
            try await bed.decide(decision)
            try await bed.sync()
            if decision == .approved {
                #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
                #expect(try await bed.subjects().isEmpty)
            } else {
                #expect(try bed.activity(code)["Status"] as? String == "Planned")
                #expect(try await bed.subjects() == ["Review, moved to June"])
                #expect(try await bed.row(code)?.status.state == .settled)
            }
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("A decision is asked anew where the meeting was changed since it was shown")
    func askedAnew() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            try bed.deleteEvent(try #require(row.meeting.event?.item))
            try bed.edit(code, ["Subject": "Second"])
            try await bed.sync()
            try bed.edit(code, ["Subject": "Third"])
            // Decided before anybody has read the third.
            try await bed.decide(.approved)
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.row(code)?.status.state == .held)
            try await bed.decide(.approved)
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
        }
    }

    @Test("More ends than the guard lets pass wait for a person")
    func guarded() async throws {
        try await CalendarBed.run { bed in
            for number in 0..<12 {
                try bed.makeActivity(
                    "Review \(number)", start: "2026-03-10T\(number + 8):00:00Z".padded,
                    end: "2026-03-10T\(number + 9):00:00Z".padded)
            }
            try await bed.sync()
            #expect(try await bed.subjects().count == 12)
            for code in try bed.activityCodes() { try bed.edit(code, ["Status": "NotHeld"]) }
            try await bed.sync()
            #expect(try await bed.subjects().count == 3)
            #expect(try await bed.rows().count { $0.meeting.hold?.question == .manyEnds } == 3)
        }
    }

    @Test(
        "What is ended in LN counts together, in whosever mailboxes it is; what users end in Outlook, each for himself")
    func guardedByOrigin() async throws {
        for isEndedInLN in [true, false] {
            try await CalendarBed.run { bed in
                var items: [(ItemID, SyncUser)] = []
                for number in 0..<12 {
                    let user = number % 2 == 0 ? CalendarBed.anna : CalendarBed.bert
                    items.append((try bed.makeEvent("Visit \(number)", of: user), user))
                }
                try await bed.sync()
                let codes = try bed.activityCodes()
                #expect(codes.count == 12)
                if isEndedInLN {
                    for code in codes { try bed.edit(code, ["Status": "NotHeld"]) }
                } else {
                    for (item, user) in items { try bed.deleteEvent(item, of: user) }
                }
                try await bed.sync()
                let held = try await bed.rows().count { $0.meeting.hold?.question == .manyEnds }
                #expect(held == (isEndedInLN ? 3 : 0))
            }
        }
    }
}

extension String {
    /// Hours with two digits.
    fileprivate var padded: String {
        contains("T8:") || contains("T9:") ? replacing("T8:", with: "T08:").replacing("T9:", with: "T09:") : self
    }
}

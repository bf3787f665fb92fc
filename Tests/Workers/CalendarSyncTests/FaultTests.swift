import Foundation
import HTTPTypes
import RuntimeTesting
import Settling
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Lost answers, deaths and mismatches change nothing of what is there in the end")
struct FaultTests {
    private static func isCreate(_ request: HTTPRequest) -> Bool {
        request.method == .post && (request.path.hasSuffix("/events") || request.path.contains("/Activities"))
    }

    @Test(
        "The answer to a create is lost, or the request: one item in the end", arguments: [true, false], [true, false])
    func lostCreate(isBornInLN: Bool, isAnswer: Bool) async throws {
        try await CalendarBed.run { bed in
            if isBornInLN { try bed.makeActivity("Review") } else { try bed.makeEvent("Review") }
            let transport = isBornInLN ? bed.exchangeTransport : bed.lnTransport
            if isAnswer {
                if isBornInLN {
                    try bed.control(
                        .post, "faults",
                        ["kind": "lostAnswer", "method": "POST", "count": 1, "mailbox": "anna@shop.example"])
                } else {
                    try bed.fault([
                        "kind": "lostAnswer", "method": "POST", "path": "txcom.ExchangeSync/Activities", "count": 1,
                    ])
                }
            } else {
                transport.loseNext(where: Self.isCreate)
            }
            for code in try bed.activityCodes() { try await bed.read(code) }
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            let open = try #require(try await bed.rows().first)
            #expect(open.meeting.intent != nil, "its outcome is not known")
            let creates = transport.requests.count { Self.isCreate($0) }
            try await bed.advance(by: .seconds(30))
            #expect(transport.requests.count { Self.isCreate($0) } == creates, "it is waited out")
            try await bed.advance(by: .seconds(31))
            try await bed.sync()
            #expect(try bed.activityCodes().count == 1)
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.rows().map(\.status.state) == [.settled])
        }
    }

    /// A create whose answer was lost, and whose event anna has taken away before anybody has read it.
    private func lostAndDeleted(_ bed: CalendarBed, editing subject: String? = nil) async throws -> ActivityCode {
        let code = try bed.makeActivity("Review")
        try bed.control(
            .post, "faults", ["kind": "lostAnswer", "method": "POST", "count": 1, "mailbox": "anna@shop.example"])
        try await bed.read(code)
        try await bed.quiet()
        try bed.deleteEvent(ItemID(try #require(try await bed.events().first?["id"] as? String)))
        if let subject { try bed.edit(code, ["Subject": subject]) }
        try await bed.advance(by: .seconds(61))
        try await bed.sync()
        return code
    }

    @Test("Made, and deleted in Outlook before its answer came: it ends in LN, and is not made again")
    func madeAndDeleted() async throws {
        try await CalendarBed.run { bed in
            let code = try await lostAndDeleted(bed)
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld")
            #expect(try await bed.events().isEmpty)
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test(
        "Made, seen by its reader, and deleted for good before its outcome was looked for: it ends on the other side too",
        arguments: [true, false])
    func madeSeenAndDeleted(isBornInLN: Bool) async throws {
        try await CalendarBed.run { bed in
            if isBornInLN {
                let code = try bed.makeActivity("Review")
                try bed.control(
                    .post, "faults",
                    ["kind": "lostAnswer", "method": "POST", "count": 1, "mailbox": "anna@shop.example"])
                try await bed.read(code)
                try await bed.quiet()
                try await bed.read(CalendarBed.anna)
                let item = ItemID(try #require(try await bed.events().first?["id"] as? String))
                try bed.deleteEvent(item, forGood: true)
                try await bed.read(item, of: CalendarBed.anna)
            } else {
                let item = try bed.makeEvent("Review")
                try bed.fault([
                    "kind": "lostAnswer", "method": "POST", "path": "txcom.ExchangeSync/Activities", "count": 1,
                ])
                try await bed.read(item, of: CalendarBed.anna)
                try await bed.quiet()
                let code = try #require(try bed.activityCodes().first)
                try await bed.read(code)
                try bed.deleteActivity(code)
                try await bed.read(code)
            }
            #expect(try await bed.rows().first?.meeting.intent != nil, "its outcome is not known")
            try await bed.advance(by: .seconds(61))
            try await bed.sync()
            let why = try await bed.why()
            #expect(try await bed.events().isEmpty, "\(why)")
            let activities = try bed.activityCodes()
            #expect(activities.count == (isBornInLN ? 1 : 0), "\(why)")
            #expect(try activities.allSatisfy { try bed.activity($0)["Status"] as? String == "NotHeld" }, "\(why)")
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("Made, found, and deleted for good while its attendees were marked in LN: it ends there too")
    func foundAndDeleted() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review", inviting: [["Attendee": "E00003", "Invite": "Yes"]])
            try bed.control(
                .post, "faults", ["kind": "lostAnswer", "method": "POST", "count": 1, "mailbox": "anna@shop.example"])
            try await bed.read(code)
            try await bed.quiet()
            #expect(try await bed.rows().first?.meeting.intent != nil, "its outcome is not known")
            let item = ItemID(try #require(try await bed.events().first?["id"] as? String))
            let isMark: @Sendable (HTTPRequest) -> Bool = { $0.method == .patch && $0.path.contains("/Attendees") }
            bed.lnTransport.loseNext(where: isMark)
            bed.lnTransport.beforeNext(where: isMark) { _ in
                #expect(throws: Never.self) { try bed.deleteEvent(item, forGood: true) }
            }
            // The outcome is looked for, and what was cut off is tried again.
            for _ in 0..<2 { try await bed.advance(by: .seconds(61)) }
            try await bed.sync()
            let why = try await bed.why()
            #expect(try await bed.events().isEmpty, "nor is it made again: \(why)")
            #expect(try bed.activity(code)["Status"] as? String == "NotHeld", "\(why)")
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("Made, deleted in Outlook and changed in LN before its answer came: a person decides")
    func madeDeletedAndChanged() async throws {
        try await CalendarBed.run { bed in
            let code = try await lostAndDeleted(bed, editing: "Review, moved to June")
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            #expect(try await bed.row(code)?.meeting.hold?.question == .endOrKeep)
            try await bed.decide(.discarded)
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review, moved to June"])
        }
    }

    @Test(
        "Made, and not found; Exchange does not say which it was: nothing proves that it is gone, and a person decides",
        arguments: [Hold.State.approved, .discarded])
    func madeAndMissing(decision: Hold.State) async throws {
        try await CalendarBed.run { bed in
            try bed.control(.post, "vices", ["namesExistingEvent": false])
            let code = try await lostAndDeleted(bed)
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .held && row.meeting.hold?.question == .endOrKeep)
            #expect(try await bed.events().isEmpty, "nor is it made again")
            let told = try await bed.store.holds(.open).map(\.detail)
            #expect(told.first?.contains(" is gone in Exchange, and is in LN as it was. ") == true, "\(told)")
            try await bed.decide(decision)
            try await bed.sync()
            let status = try bed.activity(code)["Status"] as? String
            #expect(status == (decision == .approved ? "NotHeld" : "Planned"))
            #expect(try await bed.subjects() == (decision == .approved ? [] : ["Review"]))
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test(
        "Made anew in LN by a decision, and the event deleted before the answer came: the new activity ends, and nothing is made again"
    )
    func madeAnewAndDeleted() async throws {
        try await CalendarBed.run { bed in
            let item = try bed.makeEvent("Review")
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            let old = try #require(try bed.activityCodes().first)
            try bed.deleteActivity(old)
            try bed.edit(item, ["subject": "Review, moved to June"])
            try await bed.read(old)
            try await bed.read(item, of: CalendarBed.anna)
            try await bed.quiet()
            #expect(try await bed.row(old)?.meeting.hold?.question == .endOrKeep)
            try bed.fault([
                "kind": "lostAnswer", "method": "POST", "path": "txcom.ExchangeSync/Activities", "count": 1,
            ])
            try await bed.decide(.discarded)
            let made = try #require(try bed.activityCodes().first)
            #expect(made != old)
            #expect(try await bed.row(old)?.meeting.intent != nil, "its outcome is not known")
            try bed.deleteEvent(item)
            try await bed.read(item, of: CalendarBed.anna)
            try await bed.advance(by: .seconds(61))
            try await bed.sync()
            try await bed.read(made)
            try await bed.quiet()
            #expect(try bed.activity(made)["Status"] as? String == "NotHeld")
            #expect(try await bed.events().isEmpty)
        }
    }

    @Test(
        "An activity of which LN has made a part is completed, seen by its reader or not, and nobody is taken from the event",
        arguments: [true, false])
    func partOfCreate(isSeen: Bool) async throws {
        try await CalendarBed.run { bed in
            let attendee: [String: Any] = [
                "emailAddress": ["address": "bert@shop.example", "name": "Bert"], "type": "required",
            ]
            _ = try bed.makeMeeting("Review", ["attendees": [attendee]])
            // Refused in one, it comes row by row; the first of these is lost on its way.
            try bed.fault([
                "kind": "errorBody", "method": "POST", "path": "txcom.ExchangeSync/Activities", "count": 1,
                "status": 503,
            ])
            bed.lnTransport.loseNext { $0.method != .get && $0.path.contains("/Attendees") }
            try await bed.read(CalendarBed.anna)
            try await bed.quiet()
            let code = try #require(try bed.activityCodes().first)
            #expect(try bed.attendees(code).count == 1, "LN's own row of who made it")
            if isSeen { try await bed.read(code) }
            try await bed.advance(by: .seconds(61))
            try await bed.sync()
            #expect(try bed.activityCodes() == [code])
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .settled)
            #expect(row.meeting.activityFacts.organizer == CalendarBed.anna.id)
            #expect(row.meeting.observed.ln.content?.attendees?.keys.map(\.rawValue) == ["bert@shop.example"])
            #expect(row.meeting.asked == nil, "nobody is to be told anything")
        }
    }

    @Test("The answer to an update is lost: it is found written, once")
    func lostUpdate() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            bed.exchangeTransport.forget()
            try bed.control(
                .post, "faults", ["kind": "lostAnswer", "method": "PATCH", "count": 1, "mailbox": "anna@shop.example"])
            try bed.edit(code, ["Subject": "Second"])
            try await bed.read(code)
            try await bed.quiet()
            try await bed.advance(by: .seconds(61))
            try await bed.sync()
            #expect(try await bed.subjects() == ["Second"])
            #expect(bed.exchangeTransport.writes.count == 1)
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("What was changed in Outlook between read and write is read and merged again")
    func mismatch() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let item = try #require(try await bed.row(code)?.meeting.event?.item)
            try bed.edit(code, ["Subject": "Second"])
            bed.exchangeTransport.beforeNext(where: { $0.method == .patch }) { [bed] _ in
                try? bed.move(item, start: "2026-03-11T13:00:00", end: "2026-03-11T14:00:00")
            }
            try await bed.sync()
            let why = try await bed.why()
            #expect(try await bed.subjects() == ["Second"], "\(why)")
            #expect(try bed.activity(code)["StartDate"] as? String == "2026-03-11T13:00:00Z")
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("The process dies between intent and write, or between write and commit", arguments: [true, false])
    func death(isBeforeWrite: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            if isBeforeWrite {
                bed.exchangeTransport.loseNext(where: Self.isCreate)
            }
            // What a dead process would have committed after its intent never comes.
            let intents = Shared(0)
            await bed.settler.release()
            try await bed.read(code)
            bed.store.beforeCommit { mutations throws(StoreError) in
                for case .meeting(let row) in mutations {
                    if row.meeting.intent != nil, row.status.attempts == 0 {
                        intents.update { $0 += 1 }
                    } else if intents.value > 0 {
                        throw StoreError(.unavailable, "the process is dead")
                    }
                }
            }
            bed.settler.hold([0])
            #expect(try await eventually { intents.value > 0 })
            await bed.settlementsEnded()
            bed.store.beforeCommit(nil)
            try await bed.advance(by: .seconds(61))
            try await bed.sync()
            #expect(try await bed.subjects() == ["Review"])
            #expect(try await bed.row(code)?.status.state == .settled)
        }
    }

    @Test("A meeting with attendees: nothing is written in Exchange, and invitation-worker is asked once")
    func attendees() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity(
                "Review",
                inviting: [
                    ["Attendee": "E00002", "Invite": "Yes"],
                    ["Type": "Contact", "Attendee": "C00000001", "Invite": "Yes"],
                ])
            try await bed.sync()
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .settled)
            #expect(row.meeting.asked != nil)
            let outbox = try await bed.store.outbox([0], limit: 10)
            #expect(outbox.count == 1)
            let request = try EventData.decode(InvitationRequest.self, from: try #require(outbox.first?.draft.data))
            #expect(request.meeting == row.id && request.mailbox == CalendarBed.anna.id)
            #expect(
                Set(request.wanted?.attendees?.keys.map(\.rawValue) ?? []) == [
                    "bert@shop.example", "cleo@customer.example",
                ])
            #expect(try await bed.subjects() == ["Review"])
            #expect(bed.exchangeTransport.writes.count { $0.method == .post && $0.path.hasSuffix("/events") } == 1)
            #expect(bed.exchangeTransport.writes.count { $0.method == .patch } == 0)
            let invited = try bed.attendees(code).filter {
                $0["Invite"] as? String == "Yes" && $0["Attendance"] as? String != "MeetingOrganizer"
            }
            #expect(
                invited.allSatisfy {
                    $0["SentToSynchronizer"] as? String == "Yes" && $0["Synchronized"] as? String == "No"
                })
            #expect(try await bed.journal(row).contains { $0.hasSuffix("asked") })
            // An event that has attendees is Outlook's user's: an edit of LN's is asked for, too.
            let item = try #require(row.meeting.event?.item)
            try bed.edit(
                item,
                [
                    "attendees": [
                        ["emailAddress": ["address": "bert@shop.example"], "type": "required"],
                        ["emailAddress": ["address": "cleo@customer.example"], "type": "required"],
                    ]
                ])
            try await bed.sync()
            #expect(try bed.attendees(code).filter { $0["Synchronized"] as? String == "Yes" }.count == 3)
            bed.exchangeTransport.forget()
            try bed.edit(code, ["Subject": "Second"])
            try await bed.sync()
            #expect(bed.exchangeTransport.writes.isEmpty)
            #expect(try await bed.store.outbox([0], limit: 10).count == 2)
            // It was made in LN, whose subject holds: what Outlook's user wrote is still there, and would go.
            try bed.edit(item, ["subject": "Outlook's"])
            try bed.edit(code, ["Subject": "Third"])
            try await bed.sync()
            #expect(bed.exchangeTransport.writes.isEmpty)
            let details = try await bed.details(row)
            #expect(
                details.contains("Exchange's subject would be overwritten: it was “Outlook's”"), "\(details)")
        }
    }

    /// An event was deleted, and made anew for its activity; then the store is restored to before that.
    /// - Returns: the row as the store has it by now; the event that it names, and the one that was made.
    private func restored(
        _ bed: CalendarBed, _ code: ActivityCode
    ) async throws -> (row: MeetingRow, deleted: ItemID, made: ItemID) {
        let backup = try #require(try await bed.row(code))
        let deleted = try #require(backup.meeting.event?.item)
        try bed.deleteEvent(deleted)
        try await bed.sync()
        try bed.edit(code, ["Status": "Planned", "Subject": "Second"])
        try await bed.sync()
        let latest = try #require(try await bed.row(code))
        #expect(latest.meeting.generation == 2 && latest.status.state == .settled)
        var restored = backup
        restored.status.version = latest.status.version
        try await bed.commit([.meeting(restored)])
        return (restored, deleted, try #require(latest.meeting.event?.item))
    }

    @Test(
        "A store that was restored takes an event that it had made anew for its activity's, once the one before is gone",
        arguments: [true, false])
    func restoredStoreFindsWhatItMade(isEndRead: Bool) async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let (before, deleted, made) = try await restored(bed, code)
            try await bed.read(made, of: CalendarBed.anna)
            if isEndRead {
                try await bed.read(deleted, of: CalendarBed.anna)
                try await bed.read(code)
            }
            try await bed.quiet()
            try await bed.sync()
            let why = try await bed.why()
            #expect(try bed.activityCodes() == [code], "\(why)")
            #expect(try await bed.subjects() == ["Second"], "\(why)")
            #expect(try bed.activity(code)["Status"] as? String == "Planned")
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .settled && row.meeting.event?.item == made, "\(why)")
            #expect(row.copies == [CalendarBed.anna.id: made] && !row.meeting.isCopy)
            #expect(try await bed.store.meeting(before.id) == nil)
            #expect(try await bed.store.holds(.open).isEmpty)
            // It is the activity's in all that follows.
            try bed.edit(code, ["Subject": "Third"])
            try await bed.sync()
            #expect(try await bed.subjects() == ["Third"])
        }
    }

    @Test("A store that was restored makes an event anew where the one that it had made is a meeting of its own by now")
    func restoredStoreMakesAnew() async throws {
        try await CalendarBed.run { bed in
            let code = try bed.makeActivity("Review")
            try await bed.sync()
            let (_, deleted, made) = try await restored(bed, code)
            // Both are there: what was made is taken for a copy.
            try bed.bringBack(deleted)
            try await bed.read(made, of: CalendarBed.anna)
            try await bed.quiet()
            try await bed.sync()
            #expect(try bed.activityCodes().count == 2)
            try bed.deleteEvent(deleted)
            try bed.edit(code, ["Subject": "Third"])
            try await bed.sync()
            try await bed.decide(.discarded)
            try await bed.sync()
            let why = try await bed.why()
            let row = try #require(try await bed.row(code))
            #expect(row.status.state == .settled && row.meeting.generation == 3, "\(why)")
            #expect(row.meeting.event?.item != made)
            #expect(try await bed.subjects() == ["Second", "Third"], "\(why)")
            #expect(try await bed.rows().allSatisfy { $0.status.state == .settled }, "\(why)")
        }
    }
}

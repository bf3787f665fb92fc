import Foundation
import HTTPTypes
import Processes
import SyncModel
import Testing

/// Several calendar-workers share the partitions while both sides are edited.
@Suite("Several calendar-workers")
struct SharedCalendarTests {
    private static let perMinute = 500
    /// Another process takes over within 15 s; waited for four times as long.
    private static let handover: Duration = .seconds(4 * 15)

    @Test(
        "One and then three under 500 edits a minute from both sides: no edit is lost, nothing is made twice, nobody gets a mail"
    )
    func share() async throws {
        let pipeline = try await Pipeline(contacts: 1, users: 9, calendars: true, activities: 0, partitions: 6)
        let meetings = try await begin(pipeline, meetingsPerUser: 4)
        let activities = try await pipeline.activities().count
        let (changes, writes) = (try await pipeline.exchangeCounters().total.changes, try await lnWrites(pipeline))

        let load = try await MeetingLoad(pipeline, meetings, editsPerMinute: Self.perMinute)
        let start = ContinuousClock.now
        var (editsByOne, editsMeanwhile) = (0, 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await load.run() }
            try await eventually("edits while there is one") { load.edits >= 40 }
            editsByOne = load.edits
            for name in ["worker-2", "worker-3"] { try await pipeline.start("calendar-worker", as: name) }
            try await pipeline.holding(
                ["worker-1": 4, "worker-2": 4, "worker-3": 4], within: Self.handover)
            editsMeanwhile = load.edits - editsByOne
            try await eventually("edits while there are three") { load.edits >= editsByOne + editsMeanwhile + 60 }
            load.finish()
            try await group.waitForAll()
        }

        try await eventually("each edit is on both sides", within: Self.handover) {
            try await self.missing(pipeline, load, meetings).isEmpty
        }
        try await pipeline.meetingsAreSettled()
        _ = try await pipeline.calendarsInStep(within: Self.handover)
        Survival.report(
            "calendar-workers go from 1 to 3 under \(Self.perMinute) edits a minute of both sides",
            seen:
                "\(load.edits) edits, each on both sides, \(editsMeanwhile) of them while partitions were handed over",
            since: start)

        #expect(try await pipeline.activities().count == activities, "an activity was made twice")
        var events = 0
        for mailbox in try await pipeline.mailboxes() { events += try await pipeline.calendar(of: mailbox).count }
        #expect(events == meetings.count, "an event was made twice")
        #expect(try await pipeline.mails() == 0)
        // Edits of one meeting that meet are one write; none is written twice.
        #expect(try await pipeline.exchangeCounters().total.changes - changes <= load.bySide.ln)
        #expect(try await lnWrites(pipeline) - writes <= load.bySide.exchange)
        for worker in ["worker-1", "worker-2", "worker-3"] {
            let count = try await pipeline.metric("exchange_requests_total", #"kind="write""#, of: worker)
            #expect(count > 0, "\(worker) wrote nothing")
        }
        await pipeline.close()
    }

    /// Starts the readers and one worker, and returns when users' own meetings are in LN.
    private func begin(_ pipeline: Pipeline, meetingsPerUser count: Int) async throws -> [MeetingLoad.Meeting] {
        try await pipeline.control(
            pipeline.ln, "data/ComParameters", method: .patch, ["SynchronizeContacts": "No"])
        let mailboxes = try await pipeline.mailboxes()
        for mailbox in mailboxes {
            for number in 0..<count {
                try await pipeline.makeEvent("\(mailbox) \(number)", of: mailbox, inDays: 1 + number)
            }
        }
        for program in ["ln-producer", "exchange-producer"] { try await pipeline.start(program) }
        try await pipeline.start("calendar-worker", as: "worker-1")
        try await pipeline.begin()
        try await pipeline.approveCalendars()
        var codes: [String: ActivityCode] = [:]
        try await eventually("all meetings are in LN") {
            let rows = try await pipeline.activities().filter { !$0.ExchangeId.isEmpty }
            codes = Dictionary(rows.map { ($0.ExchangeId, ActivityCode($0.Activity)) }) { one, _ in one }
            return rows.count == mailboxes.count * count
        }
        try await pipeline.meetingsAreSettled()
        var meetings: [MeetingLoad.Meeting] = []
        for mailbox in mailboxes {
            for event in try await pipeline.calendar(of: mailbox) {
                meetings.append(
                    MeetingLoad.Meeting(
                        mailbox: mailbox, item: event.id, uid: event.iCalUId,
                        activity: try #require(codes[event.iCalUId])))
            }
        }
        return meetings
    }

    /// What the last edits of each meeting wrote, and what is not there yet.
    private func missing(
        _ pipeline: Pipeline, _ load: MeetingLoad, _ meetings: [MeetingLoad.Meeting]
    ) async throws -> [String] {
        let activities = try await pipeline.activities()
        var missing: [String] = []
        for (mailbox, owned) in Dictionary(grouping: meetings, by: \.mailbox) {
            let events = try await pipeline.calendar(of: mailbox)
            for meeting in owned {
                let wanted = load.wanted(meeting)
                let activity = activities.first { $0.ExchangeId == meeting.uid }
                let event = events.first { $0.iCalUId == meeting.uid }
                for shown in [activity?.Subject, event?.subject] where wanted.subject != nil && shown != wanted.subject
                {
                    missing.append("\(meeting.activity): \(wanted.subject ?? "")")
                }
                for shown in [activity?.Location, event?.location?.displayName]
                where wanted.place != nil && shown != wanted.place {
                    missing.append("\(meeting.activity): \(wanted.place ?? "")")
                }
            }
        }
        return missing
    }

    private func lnWrites(_ pipeline: Pipeline) async throws -> Int {
        try await pipeline.calendarWritesInLN().values.reduce(0, +)
    }
}

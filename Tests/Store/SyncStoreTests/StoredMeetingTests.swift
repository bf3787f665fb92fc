import Foundation
import SQLite
import SyncModel
import Testing

@testable import SyncStore

/// Rows outlive programs: what stands here was written by the first one that had meetings, and every later one reads it.
@Suite("A meeting's stored form")
struct StoredMeetingTests {
    private static let due = Date(timeIntervalSinceReferenceDate: 817_000_000)
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Files/meeting.json")

    private func row(_ data: Data, _ status: RowStatus) throws -> MeetingRow {
        try StoredMeeting(data).row(
            meetingID(1), activity: activity("ACT1"), occurrence: "2026-12-01T09:00:00Z", mailbox: user(1), status)
    }

    @Test("What the first program wrote is read, and written alike")
    func golden() throws {
        let full = fullMeeting(due: Self.due)
        let golden = try Data(contentsOf: Self.file)
        #expect(try row(golden, full.status) == full)
        let written = try StoredMeeting(full).data()
        let (ours, theirs) = (
            try JSONSerialization.jsonObject(with: written) as? NSDictionary,
            try JSONSerialization.jsonObject(with: golden) as? NSDictionary
        )
        #expect(ours == theirs, "\(String(decoding: written, as: UTF8.self))")
    }

    @Test("A row in step comes back with its base, though each content is written once")
    func inStep() throws {
        var full = fullMeeting(due: Self.due)
        let (ln, exchange) = (
            try #require(full.meeting.observed.ln.content), try #require(full.meeting.base.content).sides.exchange
        )
        full.meeting.observed.exchange = .present(exchange, ETag("x"))
        full.meeting.base = .content(MeetingBase.Content(ln: ln, exchange: exchange))
        let data = try StoredMeeting(full).data()
        #expect(!String(decoding: data, as: UTF8.self).contains(#""base""#))
        #expect(try row(data, full.status) == full)
        // Agreed upon nothing yet, though both sides show something.
        full.meeting.base = .nothing
        #expect(try row(try StoredMeeting(full).data(), full.status) == full)
        // In step, and something waits.
        full.meeting.base = .content(MeetingBase.Content(ln: ln, exchange: exchange, waiting: [.reminder]))
        #expect(try row(try StoredMeeting(full).data(), full.status) == full)
        // Push has named it.
        full.meeting.isNamed = true
        full.meeting.wasExternal = true
        #expect(try row(try StoredMeeting(full).data(), full.status) == full)
        full.meeting.base = .nothing
        full.meeting.observed.exchange = .gone(.absent)
        #expect(try row(try StoredMeeting(full).data(), full.status) == full)
    }

    @Test("The same row has the same bytes")
    func bytes() throws {
        let data = try StoredMeeting(fullMeeting(due: Self.due)).data()
        for _ in 0..<20 { #expect(try StoredMeeting(fullMeeting(due: Self.due)).data() == data) }
    }

    @Test("Members and values of a later program are read over: busy, private, optional, no answer, not synchronized")
    func later() throws {
        var text = String(decoding: try StoredMeeting(fullMeeting(due: Self.due)).data(), as: UTF8.self)
        for (known, unknown) in [
            (#""showAs":"tentative""#, #""showAs":"doNotDisturb""#),
            (#""sensitivity":"confidential""#, #""sensitivity":"secret""#),
            (#""attendance":"optional""#, #""attendance":"informed""#), (#""kind":"call""#, #""kind":"visit""#),
            (#""response":"declined""#, #""response":"delegated""#), (#""waiting":["#, #""waiting":["colour","#),
            (#"{"activityFacts""#, #"{"aaa":{"x":[1]},"activityFacts""#),
        ] {
            #expect(text.contains(known))
            text = text.replacingOccurrences(of: known, with: unknown)
        }
        let full = fullMeeting(due: Self.due)
        let read = try row(Data(text.utf8), full.status)
        let content = try #require(read.meeting.observed.ln.content)
        #expect(content.showAs == .busy && content.sensitivity == .private)
        #expect(content.attendees?.values.map(\.attendance) == [.optional])
        #expect(read.meeting.activityFacts.kind == .appointment && !read.meeting.activityFacts.isSynchronized)
        #expect(read.meeting.activityFacts.rows[0].response == .none)
        #expect(read.meeting.base.content?.waiting == full.meeting.base.content?.waiting)
    }

    @Test("What a row does not say is as in a meeting of which nothing is known yet")
    func earlier() throws {
        let golden = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.file)) as? [String: Any]
        let first = ["owner", "birth", "observed", "base", "activityFacts", "eventFacts", "sequence", "generation"]
        let data = try JSONSerialization.data(withJSONObject: try #require(golden).filter { first.contains($0.key) })
        var status = fullMeeting(due: Self.due).status
        status.state = .settled
        status.check = false
        let read = try row(data, status)
        var expected = Meeting(owner: .user(user(1)), birth: .ln)
        let full = fullMeeting(due: Self.due).meeting
        expected.activity = full.activity
        expected.observed = full.observed
        expected.base = full.base
        expected.activityFacts = full.activityFacts
        expected.eventFacts = full.eventFacts
        expected.sequence = full.sequence
        expected.generation = full.generation
        #expect(read.meeting == expected)
        #expect(read.copies.isEmpty && read.views.isEmpty && read.status.intent == nil)
    }

    @Test("A row that can't be read is an error that says so, not a crash")
    func unreadable() {
        for text in ["", "{}", #"{"owner":1}"#] {
            #expect { _ = try StoredMeeting(Data(text.utf8)) } throws: { error in
                (error as? SQLiteError)?.code == .corrupt
            }
        }
    }
}

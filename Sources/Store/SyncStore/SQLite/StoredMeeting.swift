import Foundation
import SQLite
import SyncModel

/// What a meeting's row holds beside its key columns, as JSON in the store's own form.
///
/// Rows outlive programs: a member that came later is optional, and its absence means what was so before it came. What is at its
/// standard is left out.
struct StoredMeeting: Codable {
    private var event: EventKey?
    private var owner: MeetingOwner
    private var wasExternal: Bool?
    private var birth: Side
    private var isCopy: Bool?
    private var isUnlinked: Bool?
    private var isDue: Bool?
    private var isNamed: Bool?
    private var observed: Sides<MeetingSnapshot>
    /// Absent where both sides show just what it holds, as they do of most rows: each content stands there once.
    private var base: MeetingBase?
    private var activityFacts: ActivityFacts
    private var eventFacts: EventFacts
    private var answers: [EmailAddress: AttendeeResponse]?
    private var sequence: Sides<ReadSequence>
    private var intent: MeetingIntent?
    private var asked: InvitationAsk?
    private var hold: MeetingHold?
    private var endsAsked: Int?
    private var generation: Int
    /// By the sync user's id.
    private var copies: [String: ItemID]?
    /// By the sync user's id.
    private var views: [String: ReadSequence]?
    /// The row's, of settling.
    private var settling: Intent?

    init(_ row: MeetingRow) {
        let meeting = row.meeting
        event = meeting.event
        owner = meeting.owner
        wasExternal = meeting.wasExternal ? true : nil
        birth = meeting.birth
        isCopy = meeting.isCopy ? true : nil
        isUnlinked = meeting.isUnlinked ? true : nil
        isDue = meeting.isDue ? true : nil
        isNamed = meeting.isNamed ? true : nil
        observed = meeting.observed
        base = meeting.base == Self.base(shownBy: meeting.observed) ? nil : meeting.base
        activityFacts = meeting.activityFacts
        eventFacts = meeting.eventFacts
        answers = meeting.answers.isEmpty ? nil : meeting.answers
        sequence = meeting.sequence
        intent = meeting.intent
        asked = meeting.asked
        hold = meeting.hold
        endsAsked = meeting.endsAsked > 0 ? meeting.endsAsked : nil
        generation = meeting.generation
        copies =
            row.copies.isEmpty
            ? nil : Dictionary(row.copies.map { ($0.key.description, $0.value) }, uniquingKeysWith: { one, _ in one })
        views =
            row.views.isEmpty
            ? nil : Dictionary(row.views.map { ($0.key.description, $0.value) }, uniquingKeysWith: { one, _ in one })
        settling = row.status.intent
    }

    /// - Parameters:
    ///   - activity, occurrence, mailbox, status: what the key columns hold.
    func row(
        _ id: MeetingID, activity: ActivityKey?, occurrence: String, mailbox: SyncUserID, _ status: RowStatus
    ) -> MeetingRow {
        var meeting = Meeting(owner: owner, birth: birth)
        meeting.activity = activity
        meeting.event = event
        meeting.wasExternal = wasExternal ?? false
        meeting.isCopy = isCopy ?? false
        meeting.isUnlinked = isUnlinked ?? false
        // A row is made due, and to be checked, without its body being written.
        meeting.isDue = isDue ?? false || status.state == .due
        meeting.isNamed = isNamed ?? false
        meeting.check = status.check
        meeting.observed = observed
        meeting.base = base ?? Self.base(shownBy: observed)
        meeting.activityFacts = activityFacts
        meeting.eventFacts = eventFacts
        meeting.answers = answers ?? [:]
        meeting.sequence = sequence
        meeting.intent = intent
        meeting.asked = asked
        meeting.hold = hold
        meeting.endsAsked = endsAsked ?? 0
        meeting.generation = generation
        var row = MeetingRow(id: id, status: status, meeting: meeting, mailbox: mailbox)
        row.status.intent = settling
        row.occurrence = occurrence
        for (user, item) in copies ?? [:] {
            if let user = SyncUserID(user) { row.copies[user] = item }
        }
        for (user, read) in views ?? [:] {
            if let user = SyncUserID(user) { row.views[user] = read }
        }
        return row
    }

    /// What a row in step has agreed upon.
    private static func base(shownBy observed: Sides<MeetingSnapshot>) -> MeetingBase {
        guard let ln = observed.ln.content, let exchange = observed.exchange.content else { return .nothing }
        return .content(MeetingBase.Content(ln: ln, exchange: exchange))
    }

    // MARK: JSON

    func data() throws(SQLiteError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(self)
        } catch {
            throw SQLiteError(.other, "a meeting can't be written: \(error)")
        }
    }

    init(_ data: Data) throws(SQLiteError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch {
            throw .unreadable("a meeting (\(error))")
        }
    }
}

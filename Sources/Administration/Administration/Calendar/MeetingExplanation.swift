public import Foundation
public import SyncModel
import SyncPlanner
import SyncStore

/// One meeting: what LN has, what both sides had when they were last in step, what Exchange has, and what was decided, for someone who
/// knows LN.
public struct MeetingExplanation: Sendable, Hashable, Codable {
    /// One field group on both sides. A value that its owner hides is `private`; one that a side does not have is absent.
    public struct Field: Sendable, Hashable, Codable {
        public var field: String
        public var ln: String?
        /// What LN had when they were last in step, and Outlook's own form of it where that is another.
        public var lastInStep: String?
        public var outlook: String?
        /// LN's value has not gone to Outlook yet, and counts as agreed (CAL-10, CAL-12).
        public var waits: Bool
    }

    public struct Attendee: Sendable, Hashable, Codable {
        public var email: EmailAddress?
        public var attendance: String
        public var isInvited: Bool
        public var sentToSynchronizer: Bool
        public var synchronized: Bool
        public var response: String
    }

    public var meeting: ListedMeeting
    /// `1300/ACT000451`, `Appointment` or `Call`.
    public var kind: String
    /// Where it was made first.
    public var birth: String
    /// Whose it is, in words.
    public var owner: String
    /// The LN user in whose mailbox it is settled.
    public var mailbox: LNUserCode?
    /// In a sentence: `in step`.
    public var state: String
    public var reason: String?
    /// What it waits for, and what to do, where it waits.
    public var waitsFor: String?
    public var due: Date?
    /// What is asked of a person, where something is.
    public var hold: String?
    /// Each side as it is: `there`, `never there`, `cancelled`, `Not Held`.
    public var ln: String
    /// `there`, `parted`, `ended`, `never`.
    public var lastInStep: String
    public var outlook: String
    public var fields: [Field]
    /// LN's rows of Attendees; absent where the owner hides them, or LN has no activity.
    public var attendees: [Attendee]?
    /// Mailboxes in which it was seen.
    public var copies: [LNUserCode]
    /// A request to the invitation worker that it has not taken yet, in words.
    public var asked: String?
    /// The newest first: the meeting's, and what was reported of its activity and its event where they were read.
    public var journal: [ItemExplanation.Entry]
    public var rules: [String: String]
}

extension Administration {
    /// What is known of a meeting; `nil` where nothing is.
    /// - Parameters:
    ///   - text: `1300/ACT000451`, the activity's code alone, the event's id or its iCalUId, or the row's own id.
    ///   - company: of an activity whose company is not given.
    /// - Throws: `AdministrationError` where its reader has refused it, so that nothing else has heard of it.
    public func explainMeeting(
        _ text: String, _ company: Company?, zone: TimeZone = .gmt, limit: Int = 1000
    ) async throws -> MeetingExplanation? {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard let row = try await meeting(text, company) else {
            if let refusal = try await refusal(of: text, company) { throw AdministrationError(refusal) }
            return nil
        }
        let users = try await store.users()
        let entries = try await journal(of: row, limit)
        let codes = Dictionary(users.map { ($0.id, $0.code) }, uniquingKeysWith: { one, _ in one })
        let obstacles = MailboxObstacles(
            snapshot: StoreSnapshot(users: users, settings: try await store.settings()), now: try await store.now(),
            zone: zone, backlog: try await store.meetingBacklog())
        var explanation = MeetingExplanation(row, users, MeetingWords(zone: zone))
        if let user = users.first(where: { $0.id == row.mailbox }) {
            explanation.waitsFor = obstacles.waitsFor(row, user)
        }
        explanation.journal = entries.map { entry in
            ItemExplanation.Entry(
                time: entry.time, user: entry.draft.user.flatMap { codes[$0] }, rule: entry.draft.rule,
                action: entry.draft.action,
                detail: row.meeting.isPrivate ? Self.withoutValues(entry.draft) : entry.draft.detail)
        }
        explanation.rules = Dictionary(
            entries.compactMap { entry in RuleWords.of(entry.draft.rule).map { (entry.draft.rule, $0) } },
            uniquingKeysWith: { one, _ in one })
        return explanation
    }

    /// The meeting's entries, and what its readers have reported of the activity and the event, which says of which; the newest first.
    private func journal(of row: MeetingRow, _ limit: Int) async throws -> [JournalEntry] {
        var entries = try await store.journal(JournalQuery(item: row.journalItem, limit: limit))
        let sides = [
            row.meeting.activity.map { ("activity/\($0)", "LN's activity") },
            row.meeting.event.map { ("event/\($0.uid)", "Outlook's event") },
        ]
        for (item, side) in sides.compactMap(\.self) {
            entries += try await store.journal(JournalQuery(item: item, limit: limit)).map { entry in
                var draft = entry.draft
                draft.detail = "\(side): \(draft.detail)"
                return JournalEntry(number: entry.number, time: entry.time, draft: draft)
            }
        }
        return Array(entries.sorted { $0.number > $1.number }.prefix(max(0, limit)))
    }

    /// Why LN's reader sends nothing of an activity.
    private func refusal(of text: String, _ company: Company?) async throws -> String? {
        for activity in Self.activities(text, company) {
            let newest = try await store.journal(JournalQuery(item: "activity/\(activity)", limit: 1)).first
            guard let newest, newest.draft.action == "refused" else { continue }
            return "activity \(activity) is not kept in step: \(newest.draft.detail)"
        }
        return nil
    }

    /// What was overwritten stands in entries from before the meeting was private, and in those of older programs (CAL-19).
    private static func withoutValues(_ entry: JournalDraft) -> String {
        let isShown = ["time", "show as", "sensitivity"].contains { group in
            ["is", "would be"].contains { entry.detail.contains("'s \(group) \($0) overwritten") }
        }
        return entry.action == "conflict" && !isShown
            ? "a value that was overwritten is hidden: the meeting is private"
            : entry.detail
    }

    /// What to say where `explainMeeting` finds nothing, of a text that can only mean a meeting; `nil` of any other.
    public static func meetingNotFound(_ text: String) -> String? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if text.contains("/"), text.count < shortestItem || Int(text.prefix { $0 != "/" }) != nil {
            return
                "no activity “\(text)” is known. It was never in scope, or no pull has read it yet: check Synchronize in the activity, and "
                + "whether its Meeting Organizer or somebody with Invite is an active sync user; then lnsync status"
        }
        guard text.count >= shortestItem, !text.contains(where: \.isWhitespace) else { return nil }
        return
            "no event with the id or iCalUId “\(text)” is known. It is in no calendar of an active sync user, or it was not read yet: "
            + "lnsync status shows when calendars were read, lnsync sync now --calendars reads them now. An id is to be given whole"
    }

    private func meeting(_ text: String, _ company: Company?) async throws -> MeetingRow? {
        if let id = MeetingID(text), let row = try await store.meetings([id])[id] { return row }
        let activities = Self.activities(text, company)
        let rows = try await store.meetings(activities: activities, events: [ICalUID(text)])
        // What has the item comes before what only names it.
        let own = rows.first {
            $0.meeting.activity.map(activities.contains) == true || $0.meeting.event?.uid.rawValue == text
        }
        if let row = own ?? rows.first { return row }
        guard text.count >= Self.shortestItem else { return nil }
        for user in try await store.users().sorted(by: { $0.code < $1.code }) {
            let meetings = try await MailboxMeetings(of: user.id, store)
            if let row = meetings.rows.first(where: {
                $0.meeting.event?.item.rawValue == text || $0.copies.values.contains(ItemID(text))
            }) {
                return row
            }
        }
        return nil
    }

    /// The activity that a text may mean.
    private static func activities(_ text: String, _ company: Company?) -> [ActivityKey] {
        let parts = text.split(separator: "/", maxSplits: 1)
        if parts.count == 2, let number = Int(parts[0]) {
            return [ActivityKey(company: Company(number), activity: ActivityCode(parts[1].uppercased()))]
        }
        return company.map { [ActivityKey(company: $0, activity: ActivityCode(text.uppercased()))] } ?? []
    }

    /// Ids of Exchange's are longer than any code: nothing shorter is looked for in all rows.
    private static let shortestItem = 20
}

extension MeetingExplanation {
    fileprivate init(_ row: MeetingRow, _ users: [SyncUser], _ words: MeetingWords) {
        let meeting = row.meeting
        let codes = Dictionary(users.map { ($0.id, $0.code) }, uniquingKeysWith: { one, _ in one })
        let owner =
            switch meeting.owner {
            case .user(let id): Self.organizers(meeting, id, users)
            case .external: "somebody else: nothing of it is written to Outlook"
            case .nobody where !meeting.activityFacts.rows.contains(where: \.isOrganizer):
                "nobody: it has no Meeting Organizer in LN"
            case .nobody: "somebody who is no active sync user, so that Exchange can't invite for him"
            }
        self.init(
            meeting: ListedMeeting(row, words),
            kind: meeting.activityFacts.kind == .call ? "Call" : "Appointment", birth: MeetingWords.name(meeting.birth),
            owner: owner, mailbox: codes[row.mailbox], state: Self.sentence(row), reason: row.status.reason,
            due: row.status.due,
            // What rests is not asked about until it goes on.
            hold: row.status.state == .resting
                ? nil : meeting.hold.map { MeetingQuestion($0).detail(meeting) },
            ln: Self.word(meeting.observed.ln), lastInStep: Self.lastInStep(meeting),
            outlook: Self.word(meeting.observed.exchange), fields: Self.fields(meeting, words),
            attendees: meeting.isPrivate || meeting.observed.ln == .gone(.absent)
                ? nil : meeting.activityFacts.rows.map(Attendee.init),
            copies: row.copies.keys.compactMap { codes[$0] }.sorted(),
            asked: meeting.asked.map { Self.sentence($0, isPrivate: meeting.isPrivate) }, journal: [], rules: [:])
    }

    /// LN's Meeting Organizer can be another than Outlook's organizer (CAL-15).
    private static func organizers(_ meeting: Meeting, _ owner: SyncUserID, _ users: [SyncUser]) -> String {
        let known = users.first { $0.id == owner }
        let inOutlook = known.map(name) ?? "a user who is not known here"
        let facts = meeting.activityFacts
        let other = facts.organizer.flatMap { id in users.first { $0.id == id } }
        let address = other?.email ?? facts.rows.first(where: \.isOrganizer)?.address
        guard meeting.observed.ln != .gone(.absent), let address, address.folded != known?.email.folded else {
            return inOutlook
        }
        // With whom a private meeting is, is nobody else's (CAL-19).
        let inLN = meeting.isPrivate ? "another" : other.map(name) ?? address.rawValue
        return (meeting.observed.exchange.isGone ? "" : "\(inOutlook) in Outlook, ") + "\(inLN) in LN"
    }

    private static func name(_ user: SyncUser) -> String { "\(user.code) (\(user.email))" }

    private static func fields(_ meeting: Meeting, _ words: MeetingWords) -> [Field] {
        let base = meeting.base.content
        let contents = [
            meeting.observed.ln.content, base?.sides.ln, base?.sides.exchange, meeting.observed.exchange.content,
        ]
        var groups = Set(FieldGroup.fields)
        if !meeting.isPrivate {
            for content in contents { groups.formUnion((content?.attendees ?? [:]).keys.map(FieldGroup.attendee)) }
        }
        return MeetingQuestion.order(groups).map { group in
            let values = contents.map { words.value(group, of: $0, isPrivate: meeting.isPrivate) }
            let agreed =
                values[1] == values[2] || values[2] == nil ? values[1] : "\(values[1] ?? "–") / \(values[2] ?? "–")"
            return Field(
                field: MeetingWords.name(group), ln: values[0], lastInStep: agreed, outlook: values[3],
                waits: base?.waiting.contains(group) ?? false)
        }
    }

    private static func lastInStep(_ meeting: Meeting) -> String {
        // One that was begun to be made, or was linked, and never was in step has a base of which nothing is known.
        if let base = meeting.base.content, base.sides != MeetingBase.Content.unknown.sides { return "there" }
        if meeting.isUnlinked { return "parted" }
        return meeting.observed.ln.isGone && meeting.observed.exchange.isGone ? "ended" : "never"
    }

    private static func word(_ snapshot: MeetingSnapshot) -> String {
        switch snapshot {
        case .present: "there"
        case .gone(.absent): "not there"
        case .gone(.cancelled): "cancelled"
        case .gone(.notHeld): "Not Held"
        }
    }

    /// - Parameter isPrivate: then nobody is named (CAL-19).
    private static func sentence(_ ask: InvitationAsk, isPrivate: Bool) -> String {
        let what =
            switch ask.write.change {
            case .create: "the event"
            case .update(let values):
                MeetingQuestion.order(values.keys).reduce(into: [String]()) { names, group in
                    let isHidden = if case .attendee = group { isPrivate } else { false }
                    let name = isHidden ? "an attendee" : MeetingWords.name(group)
                    if !names.contains(name) { names.append(name) }
                }.joined(separator: ", ")
            case .end: "its cancellation"
            }
        return "the invitation worker is asked for \(what)" + (ask.tellsNobody ? "; nobody is told" : "")
    }

    private static func sentence(_ row: MeetingRow) -> String {
        let meeting = row.meeting
        return switch row.status.state {
        case .settled where meeting.asked != nil: "waits for the invitation worker: its attendees have to be told"
        case .settled where meeting.isUnlinked: "no longer kept in step"
        case .settled where meeting.observed.ln.isGone && meeting.observed.exchange.isGone: "ended on both sides"
        case .settled: "in step"
        case .due: "is to be settled"
        case .held: "held: waits for a decision"
        case .refused: "refused"
        case .resting: "rests: nothing is written"
        case .tombstone: "ended on both sides"
        }
    }
}

extension MeetingExplanation.Attendee {
    init(_ row: AttendeeRow) {
        self.init(
            email: row.address, attendance: row.isOrganizer ? "Meeting Organizer" : row.attendance.rawValue.capitalized,
            isInvited: row.isInvited, sentToSynchronizer: row.isSent, synchronized: row.isSynchronized,
            response: row.response.rawValue.capitalized)
    }
}

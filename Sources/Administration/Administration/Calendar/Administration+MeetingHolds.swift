import Foundation
import SyncModel
import SyncStore

extension Administration {
    /// What waits for a person about meetings: the oldest users' first. Activations and too many ends stand together by user.
    func meetingHolds(open isOpen: Bool, _ users: [SyncUser], _ words: MeetingWords) async throws
        -> [MeetingHoldListing]
    {
        var listings: [MeetingHoldListing] = []
        let backlog = try await store.meetingBacklog()
        for user in users.sorted(by: { $0.code < $1.code }) {
            let counts = backlog[user.id] ?? RowCounts()
            guard counts[.held] > 0 || (!isOpen && counts[.resting] + counts[.refused] > 0) else { continue }
            let rows = try await heldMeetings(of: user.id)
            for question in MeetingHoldListing.collective {
                let alike = rows.filter { $0.row.meeting.hold?.question == question && $0.isOpen }.map(\.row)
                if !alike.isEmpty { listings.append(MeetingHoldListing(all: alike, question, user, words)) }
            }
            for held in rows where held.isOpen || !isOpen {
                guard let hold = held.row.meeting.hold else { continue }
                if held.isOpen, MeetingHoldListing.collective.contains(hold.question) { continue }
                listings.append(MeetingHoldListing(held.row, hold, user, words))
            }
        }
        return listings
    }

    /// A row about which somebody was asked, and whether he has not decided yet on what it is now.
    struct HeldMeeting {
        let row: MeetingRow
        let isOpen: Bool
    }

    /// A mailbox's rows about which somebody was asked.
    func heldMeetings(of mailbox: SyncUserID) async throws -> [HeldMeeting] {
        try await MailboxMeetings(of: mailbox, store).rows.compactMap { row in
            row.meeting.hold.map { hold in
                HeldMeeting(
                    row: row,
                    isOpen: row.status.state == .held && (hold.decision == nil || hold.shown != row.meeting.observed))
            }
        }
    }

    /// What an id, or the beginning of it, means: one meeting, or many of a user.
    struct MeetingHoldTarget {
        let user: SyncUser
        let question: MeetingHold.Question
        let rows: [MeetingRow]
        let isCollective: Bool
    }

    /// - Returns: `nil` where it means none.
    /// - Throws: `AdministrationError` where it is the beginning of several.
    func meetingHold(_ id: String, _ users: [SyncUser]) async throws -> MeetingHoldTarget? {
        let wanted = id.lowercased()
        let backlog = try await store.meetingBacklog()
        if let question = MeetingHoldListing.collective.first(where: {
            wanted.hasPrefix(MeetingHoldListing.word($0) + "/")
        }) {
            let user = try Self.user(String(id.dropFirst(MeetingHoldListing.word(question).count + 1)), among: users)
            let rows = try await heldMeetings(of: user.id).filter {
                $0.isOpen && $0.row.meeting.hold?.question == question
            }
            return rows.isEmpty
                ? nil : MeetingHoldTarget(user: user, question: question, rows: rows.map(\.row), isCollective: true)
        }
        guard !wanted.isEmpty else { return nil }
        var found: [MeetingHoldTarget] = []
        for user in users where !(backlog[user.id]?.byState.isEmpty ?? true) {
            for held in try await heldMeetings(of: user.id) where held.row.id.description.hasPrefix(wanted) {
                guard let hold = held.row.meeting.hold else { continue }
                found.append(
                    MeetingHoldTarget(user: user, question: hold.question, rows: [held.row], isCollective: false))
            }
        }
        guard found.count < 2 else {
            throw AdministrationError("“\(id)” is the beginning of \(found.count) holds: give more of it")
        }
        return found.first
    }

    func listing(_ target: MeetingHoldTarget, _ words: MeetingWords) async throws -> MeetingHoldListing {
        if target.isCollective {
            return MeetingHoldListing(all: target.rows, target.question, target.user, words)
        }
        let row = target.rows[0]
        let hold = row.meeting.hold ?? MeetingHold(target.question, shown: row.meeting.observed)
        var listing = MeetingHoldListing(row, hold, target.user, words)
        listing.show(row, words)
        if target.question == .twins {
            let meetings = try await MailboxMeetings(of: row.mailbox, store)
            listing.candidates = meetings.candidates(for: row).map { ListedMeeting($0, words) }
        }
        return listing
    }

    // MARK: Deciding

    /// Rows of one commit.
    private static let decisionSize = 100

    /// Records a decision on exactly the values that both sides have now, and has calendar-worker carry it out.
    func decide(
        _ target: MeetingHoldTarget, isApproved: Bool, _ words: MeetingWords
    ) async throws -> MeetingHoldListing {
        if target.isCollective, target.question == .activation {
            throw AdministrationError(
                "these meetings wait for the approval of a plan: lnsync plan --user \(target.user.code) shows it, with --approve "
                    + "it is approved")
        }
        let decision = MeetingQuestion(target.question).decision(isApproved: isApproved)
        let now = try await store.now()
        var decided: [MeetingRow] = []
        for row in target.rows {
            guard row.meeting.hold.map({ $0.shown == row.meeting.observed }) == true else {
                if target.isCollective { continue }
                throw AdministrationError(
                    "one of its sides has changed since it was asked: it is asked anew. lnsync holds show \(row.id)")
            }
            var row = row
            row.meeting.hold?.decision = decision
            row.meeting.isDue = true
            row.status.state = .due
            row.status.due = now
            decided.append(row)
        }
        var committed: [MeetingRow] = []
        for start in stride(from: 0, to: decided.count, by: Self.decisionSize) {
            committed += try await commitDecisions(
                Array(decided[start..<min(start + Self.decisionSize, decided.count)]), target, isApproved: isApproved)
        }
        guard let row = committed.first else {
            throw AdministrationError(
                "it has changed while it was decided: it is asked anew. lnsync holds list shows it")
        }
        if target.isCollective {
            var listing = MeetingHoldListing(all: committed, target.question, target.user, words)
            listing.state = isApproved ? "approved" : "discarded"
            return listing
        }
        return MeetingHoldListing(
            row, row.meeting.hold ?? MeetingHold(target.question, shown: row.meeting.observed), target.user, words)
    }

    private func commitDecisions(
        _ rows: [MeetingRow], _ target: MeetingHoldTarget, isApproved: Bool
    ) async throws -> [MeetingRow] {
        func mutations(_ row: MeetingRow) -> [Mutation] {
            let question = MeetingQuestion(target.question)
            return [
                .meeting(row),
                .journal(
                    JournalDraft(
                        user: row.mailbox, item: row.journalItem, rule: question.rule,
                        action: isApproved ? "approved" : "discarded", detail: "\(question.title), by \(by)")),
            ]
        }
        if try await store.commit(rows.flatMap(mutations)) == .committed { return rows }
        var committed: [MeetingRow] = []
        for row in rows where try await store.commit(mutations(row)) == .committed { committed.append(row) }
        return committed
    }
}

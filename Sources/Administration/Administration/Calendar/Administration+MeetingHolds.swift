import Foundation
import SyncModel
import SyncStore

/// What is asked of a person about meetings. The question stands in the meeting's row; calendar-worker keeps a hold of it in the store's
/// table too, but for activations, which are approved as a plan (CAL-20).
extension Administration {
    /// What waits for a person, by user; a user's activations stand together, and so do too many ends of his on either side.
    func meetingHolds(_ users: [SyncUser], _ words: MeetingWords) async throws -> [MeetingHoldListing] {
        var listings: [MeetingHoldListing] = []
        let holds = try await openMeetingHolds()
        let backlog = try await store.meetingBacklog()
        for user in users.sorted(by: { $0.code < $1.code }) where (backlog[user.id] ?? RowCounts())[.held] > 0 {
            let rows = try await heldMeetings(of: user.id)
            for asked in MeetingQuestion.collective {
                let alike = rows.filter { $0.meeting.hold.map(MeetingQuestion.init) == asked }
                if !alike.isEmpty { listings.append(MeetingHoldListing(all: alike, asked, user, words)) }
            }
            for row in rows {
                guard let asked = row.meeting.hold.map(MeetingQuestion.init),
                    !MeetingQuestion.collective.contains(asked)
                else { continue }
                listings.append(MeetingHoldListing(row, holds[row.id], asked, user, words))
            }
        }
        return listings
    }

    /// A mailbox's rows that wait for a person.
    func heldMeetings(of mailbox: SyncUserID) async throws -> [MeetingRow] {
        try await MailboxMeetings(of: mailbox, store).rows.filter { $0.status.state == .held && $0.meeting.hold != nil }
    }

    /// Those of the table, by meeting.
    func openMeetingHolds() async throws -> [MeetingID: Hold] {
        let holds = try await store.holds(.open).compactMap { hold in hold.meeting.map { ($0, hold) } }
        return Dictionary(holds, uniquingKeysWith: { _, last in last })
    }

    /// What an id, or the beginning of it, means: one meeting, or many of a user.
    struct MeetingHoldTarget {
        let user: SyncUser
        let asked: MeetingQuestion
        let rows: [MeetingRow]
        let isCollective: Bool
    }

    /// - Parameter id: of the meeting, of its hold, or `many-ends/anna/ln`; or the beginning of it.
    /// - Returns: `nil` where it means none that waits.
    /// - Throws: `AdministrationError` where it is the beginning of several.
    func meetingHold(_ id: String, _ users: [SyncUser]) async throws -> MeetingHoldTarget? {
        let wanted = id.lowercased()
        guard !wanted.isEmpty else { return nil }
        let holds = try await openMeetingHolds()
        let backlog = try await store.meetingBacklog()
        var found: [MeetingHoldTarget] = []
        for user in users where (backlog[user.id] ?? RowCounts())[.held] > 0 {
            let rows = try await heldMeetings(of: user.id)
            for asked in MeetingQuestion.collective {
                let named = MeetingHoldListing.id(of: asked, user)
                let alike = rows.filter { $0.meeting.hold.map(MeetingQuestion.init) == asked }
                // A letter of its word is the beginning of other ids too.
                guard !alike.isEmpty, wanted.contains("/"), named.lowercased().hasPrefix(wanted) else { continue }
                let target = MeetingHoldTarget(user: user, asked: asked, rows: alike, isCollective: true)
                // A user's code can be the beginning of another's.
                if named == id { return target }
                found.append(target)
            }
            for row in rows {
                let ids = [row.id.description, holds[row.id]?.id.uuidString.lowercased()].compactMap(\.self)
                guard let hold = row.meeting.hold, ids.contains(where: { $0.hasPrefix(wanted) }) else { continue }
                found.append(
                    MeetingHoldTarget(user: user, asked: MeetingQuestion(hold), rows: [row], isCollective: false))
            }
        }
        guard found.count < 2 else {
            throw AdministrationError("“\(id)” is the beginning of \(found.count) holds: give more of it")
        }
        return found.first
    }

    func listing(_ target: MeetingHoldTarget, _ words: MeetingWords) async throws -> MeetingHoldListing {
        if target.isCollective {
            return MeetingHoldListing(all: target.rows, target.asked, target.user, words)
        }
        let row = target.rows[0]
        var listing = MeetingHoldListing(
            row, try await openMeetingHolds()[row.id], target.asked, target.user, words)
        listing.show(row, words)
        if target.asked.question == .twins {
            let meetings = try await MailboxMeetings(of: row.mailbox, store)
            listing.candidates = meetings.candidates(for: row).map { ListedMeeting($0, words) }
        }
        return listing
    }

    // MARK: Deciding

    /// Records a decision on exactly the values that both sides have now, and has calendar-worker carry it out.
    /// - Throws: `AdministrationError` where they have changed since it was asked.
    func decide(
        _ target: MeetingHoldTarget, isApproved: Bool, _ words: MeetingWords
    ) async throws -> MeetingHoldListing {
        if target.isCollective, target.asked.question == .activation {
            throw AdministrationError(
                "these meetings wait for the approval of a plan: lnsync plan --user \(target.user.code) shows it, with --approve "
                    + "it is approved")
        }
        let asked = target.rows.filter { $0.meeting.hold?.shown == $0.meeting.observed }
        let holds = try await openMeetingHolds()
        let now = try await store.now()
        var committed: [MeetingRow] = []
        for row in asked {
            let mutations = decision(on: row, holds[row.id], target.asked, isApproved: isApproved, now: now)
            if try await store.commit(mutations) == .committed { committed.append(row) }
        }
        guard let row = committed.first else {
            throw AdministrationError(
                "one of its sides has changed since it was asked: it is asked anew. lnsync holds list shows it")
        }
        var listing =
            target.isCollective
            ? MeetingHoldListing(all: committed, target.asked, target.user, words)
            : MeetingHoldListing(row, holds[row.id], target.asked, target.user, words)
        listing.state = isApproved ? "approved" : "discarded"
        return listing
    }

    /// The decision in the row and in the table, in one commit.
    private func decision(
        on row: MeetingRow, _ known: Hold?, _ asked: MeetingQuestion, isApproved: Bool, now: Date
    ) -> [Mutation] {
        var row = row
        row.meeting.hold?.decision = asked.decision(isApproved: isApproved)
        row.meeting.isDue = true
        row.status.state = .due
        row.status.due = now
        let word = isApproved ? "approved" : "discarded"
        var mutations: [Mutation] = [
            .meeting(row),
            .journal(
                JournalDraft(
                    user: row.mailbox, item: row.journalItem, rule: asked.rule, action: word,
                    detail: "\(asked.title), by \(by)")),
        ]
        if var known {
            known.state = isApproved ? .approved : .discarded
            known.decidedBy = by
            known.decided = now
            mutations.append(.hold(known))
        }
        return mutations
    }
}

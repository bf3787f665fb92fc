import Foundation
import SyncModel
import SyncStore

/// What is asked of a person about meetings. The question stands in the meeting's row; calendar-worker keeps a hold of it in the store's
/// table too, but for activations, which are approved as a plan (CAL-20).
extension Administration {
    /// What waits for a person, by user; activations and too many ends of a user stand together.
    func meetingHolds(_ users: [SyncUser], _ words: MeetingWords) async throws -> [MeetingHoldListing] {
        var listings: [MeetingHoldListing] = []
        let holds = try await openMeetingHolds()
        let backlog = try await store.meetingBacklog()
        for user in users.sorted(by: { $0.code < $1.code }) where (backlog[user.id] ?? RowCounts())[.held] > 0 {
            let rows = try await heldMeetings(of: user.id)
            for question in MeetingHoldListing.collective {
                let alike = rows.filter { $0.meeting.hold?.question == question }
                if !alike.isEmpty { listings.append(MeetingHoldListing(all: alike, question, user, words)) }
            }
            for row in rows {
                guard let hold = row.meeting.hold, !MeetingHoldListing.collective.contains(hold.question) else {
                    continue
                }
                listings.append(MeetingHoldListing(row, holds[row.id], hold.question, user, words))
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
        let question: MeetingHold.Question
        let rows: [MeetingRow]
        let isCollective: Bool
    }

    /// - Parameter id: of the meeting, of its hold, or `many-ends/anna`; or the beginning of it.
    /// - Returns: `nil` where it means none that waits.
    /// - Throws: `AdministrationError` where it is the beginning of several.
    func meetingHold(_ id: String, _ users: [SyncUser]) async throws -> MeetingHoldTarget? {
        let wanted = id.lowercased()
        if let question = MeetingHoldListing.collective.first(where: {
            wanted.hasPrefix(MeetingHoldListing.word($0) + "/")
        }) {
            let user = try Self.user(String(id.dropFirst(MeetingHoldListing.word(question).count + 1)), among: users)
            let rows = try await heldMeetings(of: user.id).filter { $0.meeting.hold?.question == question }
            return rows.isEmpty
                ? nil : MeetingHoldTarget(user: user, question: question, rows: rows, isCollective: true)
        }
        guard !wanted.isEmpty else { return nil }
        let holds = try await openMeetingHolds()
        let backlog = try await store.meetingBacklog()
        var found: [MeetingHoldTarget] = []
        for user in users where (backlog[user.id] ?? RowCounts())[.held] > 0 {
            for row in try await heldMeetings(of: user.id) {
                let ids = [row.id.description, holds[row.id]?.id.uuidString.lowercased()].compactMap(\.self)
                guard let hold = row.meeting.hold, ids.contains(where: { $0.hasPrefix(wanted) }) else { continue }
                found.append(
                    MeetingHoldTarget(user: user, question: hold.question, rows: [row], isCollective: false))
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
        var listing = MeetingHoldListing(
            row, try await openMeetingHolds()[row.id], target.question, target.user, words)
        listing.show(row, words)
        if target.question == .twins {
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
        if target.isCollective, target.question == .activation {
            throw AdministrationError(
                "these meetings wait for the approval of a plan: lnsync plan --user \(target.user.code) shows it, with --approve "
                    + "it is approved")
        }
        let asked = target.rows.filter { $0.meeting.hold?.shown == $0.meeting.observed }
        let holds = try await openMeetingHolds()
        let now = try await store.now()
        var committed: [MeetingRow] = []
        for row in asked {
            let mutations = decision(on: row, holds[row.id], target.question, isApproved: isApproved, now: now)
            if try await store.commit(mutations) == .committed { committed.append(row) }
        }
        guard let row = committed.first else {
            throw AdministrationError(
                "one of its sides has changed since it was asked: it is asked anew. lnsync holds list shows it")
        }
        var listing =
            target.isCollective
            ? MeetingHoldListing(all: committed, target.question, target.user, words)
            : MeetingHoldListing(row, holds[row.id], target.question, target.user, words)
        listing.state = isApproved ? "approved" : "discarded"
        return listing
    }

    /// The decision in the row and in the table, in one commit.
    private func decision(
        on row: MeetingRow, _ known: Hold?, _ question: MeetingHold.Question, isApproved: Bool, now: Date
    ) -> [Mutation] {
        let words = MeetingQuestion(question)
        var row = row
        row.meeting.hold?.decision = words.decision(isApproved: isApproved)
        row.meeting.isDue = true
        row.status.state = .due
        row.status.due = now
        let word = isApproved ? "approved" : "discarded"
        var mutations: [Mutation] = [
            .meeting(row),
            .journal(
                JournalDraft(
                    user: row.mailbox, item: row.journalItem, rule: words.rule, action: word,
                    detail: "\(words.title), by \(by)")),
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

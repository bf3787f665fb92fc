public import Foundation
import SyncModel
import SyncStore

extension Administration {
    /// Approves the plan that was shown last: what is unchanged since is written, what is not waits for the next plan. The user's state
    /// link-only ends. Of all users, each whose plan can be approved has it approved, whatever hinders another.
    /// - Throws: `AdministrationError` where nobody is active; of one user, where no plan was shown, or it was not whole.
    public func approveCalendarPlans(
        of name: String?, unread: () async throws -> Int64?, zone: TimeZone
    ) async throws -> CalendarApprovals {
        var approvals = CalendarApprovals(approved: [], obstacles: [])
        let users = try await plannedUsers(name)
        guard !users.isEmpty else {
            throw AdministrationError(
                "nothing was approved: no user is active in \(LNField.syncUsers). lnsync users list shows who is known")
        }
        let unread = try await unread()
        for user in users {
            do {
                approvals.approved.append(try await approve(user, unread: unread, zone))
            } catch let obstacle as CalendarApproval.Obstacle {
                guard name == nil else { throw AdministrationError(obstacle.error) }
                approvals.obstacles.append(obstacle)
            }
        }
        return approvals
    }

    /// Rows of one commit.
    private static let approvalSize = 100
    private static let mostTries = 10

    /// - Throws: `CalendarApproval.Obstacle` where his plan can't be approved now.
    private func approve(_ user: SyncUser, unread: Int64?, _ zone: TimeZone) async throws -> CalendarApproval {
        func obstacle(_ error: String) -> CalendarApproval.Obstacle {
            CalendarApproval.Obstacle(user: user.code, error: error)
        }
        guard let text = try await store.cursor(ShownPlan.place(user.id)),
            let shown = try? JSONDecoder().decode(ShownPlan.self, from: Data(text.utf8))
        else {
            throw obstacle(
                "nothing of \(user.code) was approved: nobody has seen his plan since the last approval. lnsync plan --user "
                    + "\(user.code) shows it")
        }
        var approval = CalendarApproval(
            plan: shown.plan, user: user.code, shownTo: shown.by, shown: shown.at, approved: [], ends: [],
            differences: [], isActivatedNow: !user.calendar.isActivated)
        for _ in 1...Self.mostTries {
            let (plan, rows) = try await calendarPlan(of: user, unread: unread, zone)
            guard plan.incomplete.isEmpty else {
                throw obstacle(
                    "nothing of \(user.code) was approved: his plan is not whole. "
                        + plan.incomplete.joined(separator: "; "))
            }
            let waiting = plan.items.filter(\.waitsForApproval)
            let decided = waiting.compactMap { rows[$0.meeting.id] }.map { row in
                Self.decided(row, shown.has(row), now: plan.made)
            }
            var committed: Set<MeetingID> = []
            for start in stride(from: 0, to: decided.count, by: Self.approvalSize) {
                let rows = try await commit(Array(decided[start..<min(start + Self.approvalSize, decided.count)]))
                committed.formUnion(rows.map(\.id))
                let made = Set(rows.filter { $0.meeting.hold?.decision == .approve }.map(\.id))
                let approved = waiting.filter { made.contains($0.meeting.id) }
                approval.approved += approved.map(\.meeting)
                approval.ends += approved.filter { [.endInLN, .endInOutlook, .unlink].contains($0.step) }.map(
                    \.meeting.id)
            }
            // What was lost was changed meanwhile, and is compared with what was shown once more.
            guard committed.count == decided.count else { continue }
            approval.differences = Self.differences(
                plan, rows, from: shown, approved: Set(approval.approved.map(\.id)), MeetingWords(zone: zone))
            try await activate(user, approval)
            return approval
        }
        throw obstacle(
            "\(approval.approved.count.of("meeting")) of \(user.code) approved, but others change all the time: try again"
        )
    }

    /// What a plan of now has otherwise than the one that was shown.
    /// - Parameter approved: what is written.
    private static func differences(
        _ plan: CalendarPlan, _ rows: [MeetingID: MeetingRow], from shown: ShownPlan, approved: Set<MeetingID>,
        _ words: MeetingWords
    ) -> [CalendarApproval.Difference] {
        var differences = plan.items.filter { $0.waitsForApproval && !approved.contains($0.meeting.id) }.map { item in
            let isKnown = shown.meetings[item.meeting.id.description] != nil
            return CalendarApproval.Difference(
                meeting: item.meeting, kind: isKnown ? .changed : .new,
                detail: isKnown ? "has changed since" : "was not in the plan")
        }
        let told = approved.union(differences.map(\.meeting.id))
        let items = Dictionary(plan.items.map { ($0.meeting.id, $0) }, uniquingKeysWith: { one, _ in one })
        for row in rows.values.sorted(by: { $0.id < $1.id }) where !told.contains(row.id) {
            guard shown.meetings[row.id.description] != nil else { continue }
            let observed = row.meeting.observed
            let detail =
                if let item = items[row.id] {
                    "is not written any more: \(item.step.word), \(item.detail)"
                } else if observed.ln.isGone, observed.exchange.isGone {
                    "has ended since"
                } else {
                    observed.ln.isGone || observed.exchange.isGone
                        ? "is one with another of the plan" : "is in step by now"
                }
            differences.append(
                CalendarApproval.Difference(meeting: ListedMeeting(row, words), kind: .gone, detail: detail))
        }
        return differences
    }

    /// What of an approval calendar-worker has carried out so far. It reads each meeting anew, and finds what no reader has told yet.
    public func outcome(of approval: CalendarApproval, zone: TimeZone) async throws -> CalendarApproval.Outcome {
        var outcome = CalendarApproval.Outcome(written: 0, open: 0, differences: [])
        let words = MeetingWords(zone: zone)
        for start in stride(from: 0, to: approval.approved.count, by: Self.approvalSize) {
            let page = approval.approved[start..<min(start + Self.approvalSize, approval.approved.count)]
            let rows = try await store.meetings(page.map(\.id))
            for meeting in page {
                Self.add(meeting, rows[meeting.id], isEnd: approval.ends.contains(meeting.id), to: &outcome, words)
            }
        }
        return outcome
    }

    private static func add(
        _ meeting: ListedMeeting, _ row: MeetingRow?, isEnd: Bool, to outcome: inout CalendarApproval.Outcome,
        _ words: MeetingWords
    ) {
        func differs(_ kind: CalendarApproval.Difference.Kind, _ detail: String) {
            outcome.differences.append(
                CalendarApproval.Difference(
                    meeting: row.map { ListedMeeting($0, words) } ?? meeting, kind: kind, detail: detail))
        }
        guard let row else { return differs(.gone, "is one with a meeting that was there already") }
        let gone = Side.allCases.count { row.meeting.observed[$0].isGone }
        switch row.status.state {
        case .due: outcome.open += 1
        case .held where row.meeting.hold?.question == .activation && row.meeting.isAppointed:
            differs(.changed, "LN has its Meeting Organizer now: what else differs waits for the next plan")
        case .held where row.meeting.hold?.question == .activation:
            differs(.changed, "was changed before it was written")
        case .held:
            differs(.gone, "is not written: " + (row.meeting.hold.map { MeetingQuestion($0).title } ?? ""))
        case .resting where isEnd && row.meeting.isUnlinked: outcome.written += 1
        case .refused, .resting: differs(.gone, "is not written: \(row.status.reason ?? "it rests")")
        // The cancellation of an event with attendees is only asked for.
        case .settled where isEnd ? gone == 2 || row.meeting.asked != nil : gone == 0: outcome.written += 1
        case .tombstone where isEnd: outcome.written += 1
        case .settled, .tombstone: differs(.gone, isEnd ? "is there again" : "ended before it was written")
        }
    }

    /// What was shown is approved with exactly these values; anything else is asked about, also once the user is activated.
    private static func decided(_ row: MeetingRow, _ isShown: Bool, now: Date) -> MeetingRow {
        var row = row
        row.meeting.hold = MeetingHold(.activation, shown: row.meeting.observed, decision: isShown ? .approve : nil)
        row.meeting.isDue = true
        row.status.state = .due
        row.status.due = now
        return row
    }

    /// - Returns: the rows that were not changed meanwhile.
    private func commit(_ rows: [MeetingRow]) async throws -> [MeetingRow] {
        if try await store.commit(rows.map { .meeting($0) }) == .committed { return rows }
        var committed: [MeetingRow] = []
        for row in rows where try await store.commit([.meeting(row)]) == .committed { committed.append(row) }
        return committed
    }

    private func activate(_ user: SyncUser, _ approval: CalendarApproval) async throws {
        while true {
            guard var user = try await store.users().first(where: { $0.id == user.id }) else { return }
            user.calendar.isActivated = true
            let entry = JournalDraft(
                user: user.id, item: "user/\(user.code)", rule: "CAL-20", action: "approved",
                detail: "plan \(approval.plan), by \(by): \(approval.approved.count.of("meeting")) approved as shown, "
                    + "\(approval.differences.count) not: they are otherwise than the plan showed them")
            let mutations: [Mutation] = [.user(user), .cursor(ShownPlan.place(user.id), ""), .journal(entry)]
            if try await store.commit(mutations) == .committed { return }
        }
    }
}

extension Meeting {
    /// What was a customer's meeting has its organizer as LN's Meeting Organizer, and was not merged since (CAL-3).
    fileprivate var isAppointed: Bool {
        guard wasExternal, case .user(let owner) = owner else { return false }
        return activityFacts.organizer == owner
    }
}

import Cryptography
public import Foundation
import SyncModel
import SyncPlanner
import SyncStore

extension Administration {
    /// What would become of the meetings of one user, or of all active ones (CAL-20, INV-7). Writes nothing to LN, Exchange or a row; it is
    /// remembered what was shown.
    /// - Parameters:
    ///   - name: his LN user code or e-mail address; `nil`: every active user.
    ///   - unread: records of calendar-worker that are not merged yet; `nil`: not known. Asked once it is known whose meetings are all sent:
    ///     what is sent later is not missing.
    ///   - zone: in which times are told.
    public func calendarPlans(
        of name: String?, unread: () async throws -> Int64?, zone: TimeZone
    ) async throws -> [CalendarPlan] {
        var plans: [CalendarPlan] = []
        let users = try await plannedUsers(name)
        let unread = try await unread()
        for user in users {
            let (plan, rows) = try await calendarPlan(of: user, unread: unread, zone)
            let shown = ShownPlan(plan: plan.id, by: by, at: plan.made, meetings: ShownPlan.hashes(plan, rows))
            let text = String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
            _ = try await store.commit([.cursor(ShownPlan.place(user.id), text)])
            plans.append(plan)
        }
        return plans
    }

    func plannedUsers(_ name: String?) async throws -> [SyncUser] {
        let users = try await store.users()
        guard let name else { return users.filter(\.isActive).sorted { $0.code < $1.code } }
        let user = try Self.user(name, among: users)
        guard user.isActive else {
            throw AdministrationError(
                "\(user.code) (\(user.email)) is not active in \(LNField.syncUsers): nothing is planned for him")
        }
        return [user]
    }

    func calendarPlan(
        of user: SyncUser, unread: Int64?, _ zone: TimeZone
    ) async throws -> (CalendarPlan, [MeetingID: MeetingRow]) {
        let users = try await store.users()
        let snapshot = StoreSnapshot(users: users, settings: try await store.settings())
        let meetings = try await MailboxMeetings(of: user.id, store)
        let now = try await store.now()
        var policy = CalendarPolicy(
            snapshot.calendarChoices, zone: ZoneName(zone.identifier), isLinkOnly: !user.calendar.isActivated)
        policy.owner = user.email
        let planned = PlannedMeeting(
            words: MeetingWords(zone: zone), people: UserDirectory(users), policy: policy, now: now)
        let rows = Dictionary(meetings.rows.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        var (items, inStep, joined): ([CalendarPlan.Item], Int, Set<MeetingID>) = ([], 0, [])
        var unlinked = 0
        for row in meetings.rows where row.status.state != .tombstone && !joined.contains(row.id) {
            if row.status.state == .refused {
                items.append(planned.refused(row, rule: try await refusal(of: row)))
                continue
            }
            guard let (item, twin) = planned.item(row, among: meetings.candidates(for: row) + meetings.rivals(of: row))
            else {
                if !(row.meeting.observed.ln.isGone && row.meeting.observed.exchange.isGone) { inStep += 1 }
                continue
            }
            items.append(item)
            guard let twin else { continue }
            joined.insert(twin)
            if row.status.state == .due || rows[twin]?.status.state == .due { unlinked += 1 }
        }
        items = items.filter { $0.step == .link || !joined.contains($0.meeting.id) }
        items.sort { ($0.step.place, $0.meeting.time, $0.meeting.id) < ($1.step.place, $1.meeting.time, $1.meeting.id) }
        var incomplete = Self.incomplete(user, snapshot, unread: unread)
        if unlinked > 0, !user.calendar.isActivated {
            // What both sides are given then could not be compared with what was shown.
            incomplete.append("\(unlinked.of("meeting")) \(unlinked == 1 ? "is" : "are") to be linked first")
        }
        var plan = CalendarPlan(
            id: "", user: user.code, name: user.name, email: user.email, isLinkOnly: !user.calendar.isActivated,
            made: now, incomplete: incomplete, inStep: inStep, items: items)
        let hashes = ShownPlan.hashes(plan, rows).values.sorted().joined(separator: " ")
        plan.id = String(SHA256.hex(Data("\(user.id) \(hashes)".utf8)).prefix(8))
        return (plan, rows)
    }

    /// Why the store does not have all meetings of a user yet.
    private static func incomplete(_ user: SyncUser, _ snapshot: StoreSnapshot, unread: Int64?) -> [String] {
        var reasons: [String] = []
        if !snapshot.isStarted { reasons.append("synchronisation is stopped: lnsync start") }
        if snapshot.comParameters?.synchronizeActivities != true {
            reasons.append("Synchronize Activities is off in \(LNField.comParameters), or was not read yet")
        }
        if !user.calendar.baselines.ln.isDone { reasons.append("his activities were not read from LN yet") }
        if !user.calendar.baselines.exchange.isDone { reasons.append("his calendar was not read from Exchange yet") }
        switch unread {
        case 0?: break
        case let count?:
            reasons.append("\(Int(count).of("record")) of calendar-worker \(count == 1 ? "is" : "are") to be read")
        case nil: reasons.append("Kafka can't be asked whether calendar-worker has read everything")
        }
        return reasons
    }
}

extension CalendarPlan.Step {
    /// Its place among the others where a plan is listed.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

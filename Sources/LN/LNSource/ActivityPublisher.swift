import Foundation
import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// Publishes activities as they were read, in the order of commits and sends that the design's reader model proves (architecture, *Store*,
/// `published`). One record an activity serves all its users, so that a baseline's send counts as a live one.
struct ActivityPublisher: Sendable {
    let sender: PageSender
    /// In which all-day activities begin and end.
    let zone: TimeZone
    let metrics: ReaderMetrics

    static let set = EntitySet("Activities")

    /// What led to a page.
    enum Occasion: Sendable, Hashable {
        /// CAL-4: present and future activities, and what was published before.
        case pull
        /// LN's push named them: past ones too.
        case hint
        /// All keys are compared. An activity that is over is not followed any more.
        case comparison
        /// These users' mailboxes get their whole state, whatever was published before.
        case baseline(Set<SyncUserID>)
        /// A replay or a check named them: they are sent whatever was published before.
        case anew

        var isBackfill: Bool {
            switch self {
            case .baseline, .anew: true
            case .pull, .hint, .comparison: false
            }
        }
    }

    private var store: any SyncStore { sender.store }
    private var company: Company { sender.company }
    private var source: String { "ln/\(company)/activity" }

    /// What is to be sent of one activity.
    private struct Change {
        let code: ActivityCode
        let hash: ContentHash
        let envelope: Envelope
        let key: MeetingRecordKey
        let data: [UInt8]
        let remarks: [String]
    }

    /// One activity of a page, with what is known of it.
    private struct Candidate {
        let read: ReadActivity
        let event: ActivityChanged?
        let hash: ContentHash
        let users: Set<SyncUserID>
        let isOver: Bool
        let known: Published?

        var code: ActivityCode { read.code }
        /// Changes of it are told wherever it has gone.
        var isFollowed: Bool { known?.everInScope == true && known?.hash != .removal }
    }

    /// Publishes a page and moves the cursors. What was acknowledged before is not sent again, unless the occasion asks for it.
    func publish(
        _ activities: [ReadActivity], _ sequence: ReadSequence, on occasion: Occasion,
        cursors: [CursorName: String] = [:],
        _ lease: HeldLease
    ) async throws {
        let candidates = try await candidates(activities)
        let concerned = candidates.filter {
            occasion.isBackfill || $0.event == nil || $0.known?.hash != $0.hash || (occasion == .hint && $0.isOver)
        }
        let rows = try await rows(of: concerned.map(\.code))
        let sent = concerned.filter { isSent($0, rows[$0.code], on: occasion) }
        let now = sender.time.now
        let trace = TraceContext(sender.randomness)
        let changes = try sent.map { candidate in
            let item = ActivityKey(company: company, activity: candidate.code)
            var envelope = Envelope(
                id: Identity.event(source: source, sequence, nil, item: item.description), source: source,
                type: candidate.event == nil ? .activityDeleted : .activityChanged, time: now,
                subject: MeetingSubject.activity(item).description, sequence: sequence, contentHash: candidate.hash,
                isBackfill: occasion.isBackfill, trace: trace.description)
            envelope.isNamed = occasion == .hint
            return try change(candidate, item, envelope, rows[candidate.code])
        }
        try await send(changes, candidates, isLive: !occasion.isBackfill, lease)
        metrics.published(changes.count, unchanged: activities.count - changes.count)
        var mutations = changes.map { mark($0.code, $0.hash) }
        if occasion == .comparison {
            // Time has passed over these: only a move back to the future, or a hint, is news.
            mutations += candidates.filter { $0.isOver && $0.isFollowed }.map { mark($0.code, .removal) }
        }
        let news = Set(sent.filter { $0.known?.hash != $0.hash }.map(\.code))
        mutations += changes.filter { news.contains($0.code) }.flatMap(remarks)
        mutations += cursors.sorted { $0.key < $1.key }.map { .cursor($0, $1) }
        if !mutations.isEmpty { try await sender.commit(mutations, lease) }
    }

    private func candidates(_ activities: [ReadActivity]) async throws -> [Candidate] {
        guard !activities.isEmpty else { return [] }
        let published = try await store.published(company, Self.set, activities.map(\.code.rawValue))
        // The users are read after the page: whoever's baseline begins later gets it from there.
        let scope = ActivityScope(try await store.users())
        let (zone, now) = (ZoneName(zone.identifier), sender.time.now)
        return try activities.map { read in
            let known = published[read.code.rawValue]
            guard case .present(let activity) = read else {
                return Candidate(read: read, event: nil, hash: .removal, users: [], isOver: false, known: known)
            }
            let event = Self.event(activity, scope)
            return Candidate(
                read: read, event: event, hash: try ContentHash(of: event), users: scope.users(of: activity),
                isOver: activity.content.time?.isOver(in: zone, now: now) ?? false, known: known)
        }
    }

    private func isSent(_ candidate: Candidate, _ row: Row?, on occasion: Occasion) -> Bool {
        let isAsked =
            switch occasion {
            case .pull, .comparison: false
            // A pull may have sent it, and its row rests since: only now it is named.
            case .hint: candidate.isOver
            case .anew: true
            case .baseline(let users):
                !users.isDisjoint(with: candidate.users) || row.map { users.contains($0.mailbox) } ?? false
            }
        guard candidate.event != nil else {
            // One that we made ourselves may be deleted before it was ever read.
            return candidate.isFollowed || (row != nil && (candidate.known == nil || isAsked))
        }
        guard isAsked || candidate.known?.hash != candidate.hash else { return false }
        let isPastTaken = occasion == .hint || occasion == .anew
        // One that we made ourselves may leave the scope before it was ever read.
        return !candidate.users.isEmpty && (!candidate.isOver || isPastTaken) || candidate.isFollowed
            || (row != nil && (candidate.known == nil || isAsked))
    }

    private func change(
        _ candidate: Candidate, _ item: ActivityKey, _ envelope: Envelope, _ row: Row?
    ) throws -> Change {
        guard let event = candidate.event, case .present(let activity) = candidate.read else {
            return Change(
                code: candidate.code, hash: candidate.hash, envelope: envelope,
                key: MeetingRecordKey(owner: row?.owner, organizer: nil, item),
                data: Array(try EventData.encode(ActivityDeleted(activity: item))), remarks: [])
        }
        return Change(
            code: candidate.code, hash: candidate.hash, envelope: envelope,
            key: MeetingRecordKey(
                owner: row?.owner ?? event.facts.organizer, organizer: activity.organizer, item),
            data: Array(try EventData.encode(event)), remarks: activity.remarks)
    }

    /// Before any send of other content the hash is emptied; it is set again when the send is acknowledged.
    private func send(
        _ changes: [Change], _ candidates: [Candidate], isLive: Bool, _ lease: HeldLease
    ) async throws {
        let published = Dictionary(candidates.map { ($0.code, $0.known) }, uniquingKeysWith: { one, _ in one })
        let others = changes.filter { change in
            let known = published[change.code] ?? nil
            return known == nil || (known?.hash != nil && known?.hash != change.hash) || known?.everInScope == false
        }
        if !others.isEmpty { try await sender.commit(others.map { mark($0.code, nil) }, lease) }
        let records = changes.filter { $0.data.count <= EventData.largest }.map {
            sender.record($0.envelope, key: $0.key.description, $0.data, .activityChanges)
        }
        if !records.isEmpty { try await sender.send(records, isLive: isLive, lease) }
    }

    private func mark(_ code: ActivityCode, _ hash: ContentHash?) -> Mutation {
        .published(company, Self.set, key: code.rawValue, Published(everInScope: true, hash: hash))
    }

    /// What an LN administrator should know of a change: once for each.
    private func remarks(_ change: Change) -> [Mutation] {
        var remarks = change.remarks.map { ("reported", $0) }
        if change.data.count > EventData.largest {
            remarks = [
                (
                    "refused",
                    "it has \(change.data.count) bytes with its text and its attendees, more than \(EventData.largest): shorten Information or take attendees off"
                )
            ]
        }
        return remarks.map { action, detail in
            .journal(
                JournalDraft(item: "activity/\(company)/\(change.code)", rule: "CAL-1", action: action, detail: detail))
        }
    }

    private static func event(_ activity: LNActivity, _ scope: ActivityScope) -> ActivityChanged {
        var facts = activity.facts
        facts.organizer = scope.organizer(of: activity)
        return ActivityChanged(
            activity: activity.key, etag: activity.etag, content: activity.content, facts: facts,
            isNotHeld: activity.isNotHeld, isCreatedInLN: activity.isCreatedInLN)
    }

    /// What an activity's row says of where its records go.
    private struct Row {
        /// The owner in a row wins (architecture, *Keys*).
        let owner: SyncUserID?
        let mailbox: SyncUserID
    }

    private func rows(of codes: [ActivityCode]) async throws -> [ActivityCode: Row] {
        guard !codes.isEmpty else { return [:] }
        var rows: [ActivityCode: Row] = [:]
        let keys = codes.map { ActivityKey(company: company, activity: $0) }
        for row in try await store.meetings(activities: keys, events: []) {
            guard let activity = row.meeting.activity, activity.company == company else { continue }
            var owner: SyncUserID?
            if case .user(let user) = row.meeting.owner { owner = user }
            rows[activity.activity] = Row(owner: owner, mailbox: row.mailbox)
        }
        return rows
    }
}

import Foundation
import SyncModel
import SyncPlanner

/// Which activity and which event are one meeting: rows that link, create and meet copies, with the planner's own functions in the middle.
/// The design's model of pairs, whose names and steps are used. All items are of one organizer, subject and time.
struct PairsWorld {
    struct Item: Hashable {
        var name: String
        /// The item of the other side that it carries the key of.
        var names: String?
    }

    struct Work: Hashable {
        enum Phase { case search, decided, sent, landed }
        var phase = Phase.search
        var row: Meeting
        var plan: MeetingPlan?
        var made: String?
        var hasMoved = false
    }

    static let user = SyncUserID(UUID())
    static let company = Company(1)
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    let policy: CalendarPolicy
    let content: MeetingContent
    var items: Sides<[Item]> = Sides(ln: [], exchange: [])
    var unread: Sides<[Item]> = Sides(ln: [], exchange: [])
    var rows: [Meeting] = []
    var settlers: [Work?] = [nil, nil]
    var users: Set<String> = []
    var faults = 0
    /// A user added one when a create had begun: two meetings of one organizer, subject and time may be left then.
    var isLate = false
    var broken: String?

    init() {
        var policy = CalendarPolicy()
        policy.window = nil
        self.policy = policy
        content = MeetingContent(time: .timed(start: now + 3600, end: now + 7200, zone: nil), subject: "Visit")
    }

    // MARK: Items

    mutating func add(_ side: Side, _ item: Item) {
        items[side].append(item)
        unread[side].append(item)
    }

    /// An item as a reader has it, in a row of its own.
    func meeting(_ side: Side, _ item: Item) -> Meeting {
        var row = Meeting(owner: .user(Self.user), birth: side)
        switch side {
        case .ln:
            row.activity = Self.activity(item.name)
            row.activityFacts = ActivityFacts(organizer: Self.user, meetingKey: item.names.map { ICalUID($0) })
        case .exchange:
            row.event = EventKey(item: ItemID(item.name), uid: ICalUID(item.name))
            row.eventFacts = EventFacts(activity: item.names.map(Self.activity))
        }
        row.observed[side] = .present(content, ETag(item.name))
        row.isDue = true
        return row
    }

    static func activity(_ name: String) -> ActivityKey { ActivityKey(company: company, activity: ActivityCode(name)) }

    static func name(_ row: Meeting, _ side: Side) -> String? {
        side == .ln ? row.activity?.activity.rawValue : row.event?.item.rawValue
    }

    // MARK: Rows

    /// Replaces rows in one commit: a settler that has loaded one of them loses it.
    mutating func replace(_ old: [Meeting], with new: [Meeting], by settler: Int? = nil) {
        rows = rows.filter { !old.contains($0) } + new
        for index in settlers.indices where index != settler {
            guard let work = settlers[index] else { continue }
            var loaded = [work.row]
            if case .link(let twin) = work.plan?.actions.first?.step { loaded.append(twin) }
            if loaded.contains(where: old.contains) { settlers[index]?.hasMoved = true }
        }
    }

    mutating func takeIn(_ side: Side, _ index: Int) {
        let item = unread[side].remove(at: index)
        var new = meeting(side, item)
        let place =
            switch (side, new.activity, new.event) {
            case (.ln, let activity?, _):
                MeetingPlace(activity: activity, naming: new.activityFacts.meetingKey, among: rows)
            case (_, _, let event?): MeetingPlace(event: event, naming: new.eventFacts.activity, among: rows)
            default: MeetingPlace.new(isCopy: false)
            }
        switch place {
        case .known: break
        case .named(let index): replace([rows[index]], with: [Self.with(rows[index], item: new, side)])
        case .new(let isCopy):
            new.isCopy = isCopy
            replace([], with: [new])
        }
    }

    static func with(_ row: Meeting, item: Meeting, _ side: Side) -> Meeting {
        var row = row
        row.observed[side] = item.observed[side]
        switch side {
        case .ln: (row.activity, row.activityFacts) = (item.activity, item.activityFacts)
        case .exchange: (row.event, row.eventFacts) = (item.event, item.eventFacts)
        }
        return row
    }

    /// Why the history is wrong, now or where nothing is left to do.
    func wrong(atRest: Bool) -> String? {
        if broken != nil || !atRest { return broken }
        let pairs = rows.map { "(\(Self.name($0, .ln) ?? ""), \(Self.name($0, .exchange) ?? ""))" }
        for side in Side.allCases {
            for item in items[side] where rows.filter({ Self.name($0, side) == item.name }).count != 1 {
                return "\(item.name) is not in one row: \(pairs)"
            }
        }
        if rows.contains(where: { $0.activity == nil || $0.event == nil }) { return "a row has no pair: \(pairs)" }
        return rows.count > 1 && !isLate && !users.contains("copier") ? "more than one meeting: \(pairs)" : nil
    }
}

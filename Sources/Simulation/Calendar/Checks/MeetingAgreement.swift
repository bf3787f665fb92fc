import Foundation
import SyncModel
import SyncStore

/// I1 and I4 of calendars: for each activity in scope exactly one event in its organizer's mailbox, for each event in scope exactly one activity, both
/// with the same values, and one row that knows both.
struct MeetingAgreement {
    let world: World
    private let rows: [MeetingRow]
    private let tombstones: [MeetingRow]
    private let byActivity: [String: [MeetingRow]]
    private let byEvent: [String: [MeetingRow]]
    private let all: MeetingScenes.Meetings
    /// The addresses of users whose mailboxes are looked at.
    private let users: Set<String>
    private let left: Set<String>
    /// What ends before is as good as over: clocks differ.
    private let soon: String

    /// - Parameter left: users whose mailboxes are not looked at.
    init(_ world: World, without left: Set<String> = []) throws {
        self.world = world
        let known = try world.meetingRows()
        rows = known.filter { $0.status.state != .tombstone }
        tombstones = known.filter { $0.status.state == .tombstone }
        byActivity = Dictionary(grouping: rows) { $0.meeting.activity?.activity.rawValue ?? "" }
        byEvent = Dictionary(grouping: rows) { $0.meeting.event?.uid.rawValue ?? "" }
        all = world.scenes.all
        users = Set(world.ln.activeUsers.map { $0.lowercased() })
        self.left = left
        soon = String(world.time.now.addingTimeInterval(900).formatted(.iso8601).prefix(16))
    }

    /// What is not so, in words.
    func violations(_ invariant: Invariant = .agreement) -> [String] {
        let meetings = all.values.sorted { $0.item < $1.item }
        let differences = meetings.flatMap { meeting in
            meeting.item.isActivity ? self.differences(ofActivity: meeting) : self.differences(ofEvent: meeting)
        }
        return differences.map(invariant.violated) + doubles().map(Invariant.uniqueness.violated)
            + world.exchange.mailsOfApps().map(Invariant.mails.violated)
    }

    // MARK: Both sides

    private func differences(ofActivity activity: SeenMeeting) -> [String] {
        guard activity.isThere, activity.isSynchronized, !left.contains(activity.organizer ?? ""), activity.end > soon,
            let organizer = activity.organizer, users.contains(organizer)
        else { return [] }
        guard let row = byActivity[activity.code]?.first else {
            return [isFar(activity) ? nil : "\(activity.item), \(activity.start), has no row"].compactMap(\.self)
        }
        if isExcused(row, activity) { return [] }
        guard let event = world.items(of: row).event, let seen = all[event], seen.isThere else {
            return ["\(activity.item), \(activity.values[.time] ?? ""), has no event: \(words(row))"]
        }
        return differences(activity, seen, row)
    }

    private func differences(ofEvent event: SeenMeeting) -> [String] {
        guard event.isThere, !event.isSeries, !left.contains(event.item.mailbox), !event.isDraft, event.end > soon,
            users.contains(event.item.mailbox),
            event.isOrganizers || !users.contains(event.organizer ?? "")
        else { return [] }
        guard let row = byEvent[event.uid ?? ""]?.first else {
            return [
                isFar(event) || isOver(event)
                    ? nil
                    : "\(event.item), \(event.start), \(event.values[.subject] ?? ""), of \(event.organizer ?? "-"), has no row"
            ].compactMap(\.self)
        }
        if isExcused(row, event) { return [] }
        guard let activity = world.items(of: row).activity, let seen = all[activity] else {
            return ["\(event.item), \(event.values[.time] ?? ""), has no activity: \(words(row))"]
        }
        // What *Synchronize* and other switches of LN's say is looked at there.
        if !seen.isSynchronized || seen.end <= soon { return [] }
        return seen.isThere ? [] : ["\(event.item) is there, \(activity) is not: \(words(row))"]
    }

    private func differences(_ activity: SeenMeeting, _ event: SeenMeeting, _ row: MeetingRow) -> [String] {
        if event.end <= soon { return [] }
        let waiting = row.meeting.base.content?.waiting ?? []
        let isBlock = event.isPrivate && !activity.isCreatedInLN
        let isOurs = event.isOrganizers
        if !isOurs, row.meeting.owner != .external {
            return ["\(event.item), a customer's meeting, is taken for somebody's own: \(words(row))"]
        }
        var wanted = event
        if isBlock {
            for group in event.values.keys where ![.time, .showAs, .sensitivity].contains(group) {
                wanted.values[group] = nil
            }
            wanted.values.merge([.subject: "Private", .location: "", .body: "", .reminder: "off"]) { _, new in new }
        }
        let organizers =
            isOurs && activity.organizer != event.item.mailbox
            ? [
                "\(activity.item) is organized by \(activity.organizer ?? "nobody"), \(event.item) is not: \(words(row))"
            ] : []
        return organizers
            + activity.differences(from: wanted).filter { group in
                switch group {
                // What is out of the window on both sides rests (CAL-4); who moves it there is written once.
                case _ where isFar(activity) && isFar(event) && (group != .time || wasFar(row)): false
                case .location: !activity.isCall
                // Who is switched off does not take part.
                case .attendee where isBlock && activity.values[group]?.hasSuffix("not invited") == true: false
                case .attendee(let address):
                    isOurs && !Self.isAlike(attendee: activity.values[group], wanted.values[group])
                        && address.rawValue != activity.organizer
                default: !waiting.contains(group)
                }
            }.map { group in
                "\(group.word) of \(activity.item) is “\(activity.values[group] ?? "-")”, of \(event.item) "
                    + "“\(wanted.values[group] ?? "-")”: \(words(row))"
            }
    }

    /// Whom LN does not invite, and has on its list, is on the event as he is there, where he never was invited, or not at all: who is taken off
    /// in Outlook loses *Invite* and keeps *Synchronized*, which is never turned off (CAL-6, CAL-8).
    static func isAlike(attendee ln: String?, _ exchange: String?) -> Bool {
        guard let ln, let comma = ln.firstIndex(of: ",") else { return ln == exchange }
        return exchange == nil || exchange == String(ln[..<comma])
    }

    // MARK: What need not be so

    /// An occasion that nobody synchronises, by the rules; each is held against what is seen.
    private func isExcused(_ row: MeetingRow, _ meeting: SeenMeeting) -> Bool {
        let (activity, event) = world.items(of: row)
        let (one, other) = (activity.flatMap { all[$0] }, event.flatMap { all[$0] })
        // Nobody reads the requests to invitation-worker yet: what they ask for counts as done, where somebody would be told of it.
        if row.meeting.asked != nil { return one?.attendees.isEmpty == false || other?.attendees.isEmpty == false }
        if let mailbox = world.address(of: row.mailbox), left.contains(mailbox) { return true }
        // The two were parted when a user had ended one of them (CAL-14).
        if row.meeting.isUnlinked {
            return [activity, event].compactMap(\.self).contains(where: world.history.wasEnded)
                || row.meeting.event.map { world.history.wasEnded(uid: $0.uid.rawValue) } ?? false
        }
        // The rows of who is not active rest, while there is something in his calendar (SET-3).
        if let mailbox = world.address(of: row.mailbox), !users.contains(mailbox) {
            return row.meeting.event.map { world.history.wasThere($0.uid.rawValue) } ?? false
        }
        // So do those of an activity whose *Synchronize* is off in LN.
        if !row.meeting.activityFacts.isSynchronized, row.status.state == .resting {
            return one?.isSynchronized != true
        }
        if row.status.state == .held { return false }
        let reason = row.status.reason ?? ""
        if reason.contains("refused by a person") { return true }
        // Of a customer's meeting the copy counts in whose mailbox the row is.
        return (isFar(meeting) || other.map(isFar) == true) && !both(row)
    }

    /// Its organizer had ended it before he was switched off, and stays its owner (SET-3): a copy that his cancellation did not reach is
    /// no customer's meeting.
    private func isOver(_ copy: SeenMeeting) -> Bool {
        guard !copy.isOrganizers, let uid = copy.uid, let organizer = copy.organizer else { return false }
        return world.history.wasEnded(uid: uid, by: organizer)
            && tombstones.contains { row in
                row.meeting.event?.uid.rawValue == uid && row.occurrence.isEmpty
                    && row.meeting.owner == .user(row.mailbox) && world.address(of: row.mailbox) == organizer
            }
    }

    private func both(_ row: MeetingRow) -> Bool {
        let (activity, event) = world.items(of: row)
        return activity.flatMap { all[$0] }?.isThere == true && event.flatMap { all[$0] }?.isThere == true
    }

    /// Beyond the window (CAL-4).
    private func isFar(_ meeting: SeenMeeting) -> Bool { meeting.start > "2031" }

    /// Whether it was so already when both sides were last in step, or came so by a write whose outcome is judged when the row goes on.
    private func wasFar(_ row: MeetingRow) -> Bool {
        if case .update(let written)? = row.meeting.intent?.write.change, case .time(let time)? = written[.time] {
            return Self.isFar(time)
        }
        guard let agreed = row.meeting.base.content?.sides else { return false }
        return [agreed.ln, agreed.exchange].allSatisfy { Self.isFar($0.time) }
    }

    private static func isFar(_ time: MeetingTime?) -> Bool {
        switch time {
        case .timed(let start, _, _): farthest <= start
        case .allDay(let start, _): start.year > 2030
        case nil: false
        }
    }

    /// The beginning of 2031, UTC.
    private static let farthest = Date(timeIntervalSince1970: 1_924_992_000)

    // MARK: One of each

    private func doubles() -> [String] {
        let activities = byActivity.filter { !$0.key.isEmpty && $0.value.count > 1 }.keys.sorted()
        let events = Dictionary(grouping: rows.filter { $0.meeting.event != nil }) {
            "\($0.meeting.event?.uid.rawValue ?? "")/\($0.occurrence)"
        }.filter { $0.value.count > 1 }.keys.sorted()
        return activities.map { "activity \($0) has more than one row" }
            + events.map { "event \($0) has more than one row" }
            + twice() + twins()
    }

    /// Nothing was made twice: no two living items of ours name the same other half. Copies that users made name it too, and so does what a user
    /// has taken out of Deleted Items after another was made in its stead: each is a meeting of its own (CAL-5). So is what a restored store has
    /// forgotten, in a calendar that nobody could look into when another was made in somebody else's (CAL-15), and what was taken out of
    /// Deleted Items in a former organizer's.
    private func twice() -> [String] {
        let ours = all.values.filter {
            $0.isThere && !world.history.isEntered($0.item) && !isForgotten($0) && !isStray($0)
        }
        let events = Dictionary(grouping: ours.filter { $0.names != nil && $0.isOrganizers }) { $0.names ?? "" }
        let activities = Dictionary(grouping: ours.filter { $0.item.isActivity && $0.uid != nil }) { $0.uid ?? "" }
        return (events.merging(activities) { one, _ in one }).filter { name, meetings in
            let items = meetings.map(\.item)
            return !world.history.isPartedFromTwins(name)
                && items.count { item in
                    !world.history.wasBroughtBack(item, beside: items) && !world.history.wasHidden(item, from: items)
                } > 1
        }.sorted { $0.key < $1.key }
            .map { "for \($0.key) there are \($0.value.map(\.item.description).sorted().joined(separator: ", "))" }
    }

    /// Taken out of Deleted Items in the calendar of who does not organize its activity any more (CAL-15).
    private func isStray(_ event: SeenMeeting) -> Bool {
        guard world.history.wasBroughtBack(event.item),
            let code = event.names?.split(separator: "/").last.map(String.init)
        else { return false }
        return all[.activity(code)]?.organizer != event.item.mailbox
    }

    /// A restored store does not know that it was made, and nobody looks into the calendar of who is not active (SET-3).
    private func isForgotten(_ event: SeenMeeting) -> Bool {
        !event.item.isActivity && !users.contains(event.item.mailbox) && byEvent[event.uid ?? ""] == nil
            && world.history.isForgotten(event.item)
    }

    /// What a user entered in both systems is one meeting, while both are as they were; what he has ended and brought back is not, for
    /// another may have been made in its stead; nor is what a person has said to be none of several.
    private func twins() -> [String] {
        world.history.twins.filter(\.key.isActivity).sorted { $0.key < $1.key }.compactMap { activity, event in
            guard let one = all[activity], let other = all[event], one.isThere, other.isThere,
                !world.history.wasEnded(activity), !world.history.wasEnded(event),
                one.values[.subject] == other.values[.subject], one.values[.time] == other.values[.time],
                one.isSynchronized, users.contains(one.organizer ?? ""), one.organizer == other.item.mailbox,
                one.end > soon, let row = byActivity[one.code]?.first,
                ![row.meeting.activity?.description, other.uid].compactMap(\.self).contains(
                    where: world.history.isPartedFromTwins)
            else { return nil }
            return row.meeting.event?.uid.rawValue == other.uid || isExcused(row, one)
                ? nil : "\(activity) and \(event) are one meeting, and not linked: \(words(row))"
        }
    }

    private func words(_ row: MeetingRow) -> String {
        "row \(row.id) \(row.status.state)\(row.status.reason.map { ", \($0)" } ?? "")"
            + "\(row.meeting.hold.map { ", hold \($0.question)" } ?? "")"
    }
}

import SyncModel
import SyncStore
import Synchronization

/// What became of all that users entered, seen from outside: of each value that it came to agree on both sides, or was overwritten by the user
/// himself, or is on record as lost (I3); of each end that a user wanted it (CAL-14); of each write that it had a reason (I14).
final class MeetingHistory: Sendable {
    enum Actor: Sendable, Hashable {
        case user, us
    }

    /// Where a value stands.
    struct Place: Sendable, Hashable {
        let item: SeenMeeting.Item
        let group: FieldGroup
    }

    /// What a user entered and what has not come to agree yet.
    struct Entry: Sendable, Hashable {
        let value: String
        let at: Duration
    }

    struct End: Sendable, Hashable {
        let actor: Actor
        let at: Duration
    }

    /// A line of the journal.
    struct Record: Sendable, Hashable {
        let at: Duration
        let rule: String
        let text: String
    }

    struct State {
        var number = 1000
        var entries: [Place: Entry] = [:]
        /// What stood in each place, and until when.
        var former: [Place: [Entry]] = [:]
        /// Entries that are what the store's backup has: what stood there in between the restored store does not know.
        var changedBack: [Place: Entry] = [:]
        /// When the store was put back last, and how old the backup was.
        var restoration: (at: Duration, backup: Duration)?
        /// Each item's other half, as far as rows or the items themselves have said.
        var partners: [SeenMeeting.Item: SeenMeeting.Item] = [:]
        /// Each item as it was seen last.
        var seen: [SeenMeeting.Item: SeenMeeting] = [:]
        /// The events by their iCalUIds: the organizer's, else another's copy.
        var events: [String: SeenMeeting.Item] = [:]
        var ends: [SeenMeeting.Item: End] = [:]
        /// What a user has ended once, though it may be there again.
        var endedByUsers: Set<SeenMeeting.Item> = []
        /// The iCalUIds of the events among them.
        var endedUIDs: Set<String> = []
        /// When an item was made, or brought back.
        var begun: [SeenMeeting.Item: Duration] = [:]
        /// When a user brought an item back that is there since.
        var broughtBack: [SeenMeeting.Item: Duration] = [:]
        /// How it had been ended before that.
        var formerEnds: [SeenMeeting.Item: End] = [:]
        /// When a row last held an item as there, and as gone.
        var known: [SeenMeeting.Item: Duration] = [:]
        var knownGone: [SeenMeeting.Item: Duration] = [:]
        var goneForGood: Set<SeenMeeting.Item> = []
        /// Halves that were found to be ended when they were looked for last.
        var looks: [SeenMeeting.Item: Look] = [:]
        /// What users have entered of attendees, and what was read since.
        var shown: [Place: Entry] = [:]
        /// Ends of ours that are under way.
        var endings: [SeenMeeting.Item: Ending] = [:]
        /// When a row was committed last.
        var commits: [MeetingID: Duration] = [:]
        /// Activities and events of which a person has said that none of several others is their half: what they name.
        var partedFromTwins: Set<String> = []
        /// Made by a user; else by us.
        var entered: Set<SeenMeeting.Item> = []
        /// One meeting that a user entered in both systems, by its halves.
        var twins: [SeenMeeting.Item: SeenMeeting.Item] = [:]
        var records: [Record] = []
        /// When somebody decided holds.
        var decisions: [Duration] = []
        var restorations: [Duration] = []
        /// What began after the backup to which the store was put back, and when that was.
        var forgotten: [SeenMeeting.Item: Duration] = [:]
        /// What nobody could find when an event was made, by that event.
        var hidden: [SeenMeeting.Item: Set<SeenMeeting.Item>] = [:]
        var edits = 0
        var writes = 0
        var keyWrites = 0
        var flagWrites: [String: Int] = [:]
        /// Our own ends, by where.
        var passedEnds: [String: [Duration]] = [:]
        var violations: [String] = []
    }

    let time: VirtualTime
    private let trace: Trace
    let state = Mutex(State())

    /// More say nothing new.
    private static let mostViolations = 10

    init(_ time: VirtualTime, _ trace: Trace) {
        self.time = time
        self.trace = trace
    }

    var violations: [String] { state.withLock { Array($0.violations.prefix(Self.mostViolations)) } }

    /// Rises with each call: what makes texts and times differ.
    func number() -> Int {
        state.withLock { state in
            state.number += 1
            return state.number
        }
    }

    /// Whether a user made it himself.
    func isEntered(_ item: SeenMeeting.Item) -> Bool { state.withLock { $0.entered.contains(item) } }

    /// Whether a user has ever ended it.
    func wasEnded(_ item: SeenMeeting.Item) -> Bool { state.withLock { $0.endedByUsers.contains(item) } }

    /// Whether a user has ever ended an item of this event, which an update makes anew as another.
    func wasEnded(uid: String) -> Bool { state.withLock { $0.endedUIDs.contains(uid) } }

    /// Whether its organizer has ever ended it in his own calendar: an attendee ends his copy alone.
    func wasEnded(uid: String, by organizer: String) -> Bool {
        state.withLock { state in
            state.events[uid].map { $0.mailbox == organizer && state.endedByUsers.contains($0) } ?? false
        }
    }

    /// Whether a user brought it back, and it is there since.
    func wasBroughtBack(_ item: SeenMeeting.Item) -> Bool { state.withLock { $0.broughtBack[item] != nil } }

    /// Whether a user brought it back when one of these others was there already.
    func wasBroughtBack(_ item: SeenMeeting.Item, beside others: [SeenMeeting.Item]) -> Bool {
        state.withLock { state in
            guard let moment = state.broughtBack[item] else { return false }
            return others.contains { $0 != item && state.begun[$0].map { $0 < moment } ?? false }
        }
    }

    /// - Parameter name: of an activity, or an event's iCalUId.
    func isPartedFromTwins(_ name: String) -> Bool { state.withLock { $0.partedFromTwins.contains(name) } }

    /// Whether an event of this iCalUId was ever there.
    func wasThere(_ uid: String) -> Bool { state.withLock { $0.events[uid] != nil } }

    /// How many items there ever were.
    var size: Int { state.withLock { $0.begun.count } }

    func isTwin(_ item: SeenMeeting.Item) -> Bool { state.withLock { $0.twins[item] != nil } }

    var twins: [SeenMeeting.Item: SeenMeeting.Item] { state.withLock { $0.twins } }

    func areTwins(_ activity: SeenMeeting.Item, _ event: SeenMeeting.Item) {
        state.withLock { state in
            state.twins[activity] = event
            state.twins[event] = activity
        }
    }

    // MARK: What happens

    /// - Parameters: the meetings of one scene before and after somebody did something there.
    func note(
        _ before: [SeenMeeting.Item: SeenMeeting], _ after: [SeenMeeting.Item: SeenMeeting], by actor: Actor
    ) {
        guard before != after else { return }
        let now = time.uptime
        state.withLock { state in
            if actor == .user { state.edits += 1 }
            for item in Set(before.keys).union(after.keys).sorted() where before[item] != after[item] {
                state.seen[item] = after[item]
                let was = before[item].flatMap { $0.isThere ? $0 : nil }
                let new = after[item].flatMap { $0.isThere ? $0 : nil }
                switch (was, new) {
                case (nil, let new?): begin(new, isNew: before[item] == nil, actor, now, &state)
                case (let was?, nil): end(was, after[item], actor, now, &state)
                case (let was?, let new?): change(was, new, actor, now, &state)
                case (nil, nil): break
                }
                if let new { settle(new, &state) }
            }
        }
    }

    private func begin(_ new: SeenMeeting, isNew: Bool, _ actor: Actor, _ now: Duration, _ state: inout State) {
        // What a user has taken away and put back between two reads was there all the time, for all that anybody knows.
        let isUnnoticed = state.ends[new.item].map { end in
            !isNew && end.actor == .user && state.knownGone[new.item] ?? .zero < end.at
        }
        if isUnnoticed != true || state.begun[new.item] == nil { state.begun[new.item] = now }
        if !isNew { state.formerEnds[new.item] = state.ends[new.item] }
        trace.note("\(actor): \(new.item) is \(isNew ? "made" : "brought back"), \(new.values[.time] ?? "")")
        switch actor {
        case .user:
            state.ends[new.item] = nil
            guard isNew else {
                state.broughtBack[new.item] = now
                return
            }
            state.entered.insert(new.item)
            // What a copy holds was entered before.
            if new.names != nil { return }
            for (group, value) in new.values {
                state.entries[Place(item: new.item, group: group)] = Entry(value: value, at: now)
            }
        case .us:
            if isNew { undone(new, now, &state) }
            state.broughtBack[new.item] = nil
            state.ends[new.item] = nil
        }
    }

    /// Nothing comes again that a user has taken away, but by a decision, where the store was restored, and where the user brought the other
    /// half back (CAL-14). What he took away before anybody knew that it was there, nobody can know of, where it was in Deleted Items before
    /// or leaves no trace. What we have taken from a former organizer's calendar and he takes out of Deleted Items is no part of the meeting
    /// that goes to another's (CAL-15).
    private func undone(_ new: SeenMeeting, _ now: Duration, _ state: inout State) {
        if new.item.isActivity, let event = new.uid.flatMap({ state.events[$0] }) { state.join(new.item, event) }
        guard let names = new.names?.split(separator: "/").last.map(String.init) else { return }
        let half = SeenMeeting.Item.activity(names)
        defer { state.join(half, new.item) }
        guard let former = state.partners[half], former != new.item, let end = state.ends[former], end.actor == .user,
            !state.isDecided(since: end.at), state.begun[half] ?? .zero < end.at,
            !state.restorations.contains(where: { $0 > state.begun[former] ?? .zero }),
            !state.isUnseen(former),
            former.mailbox == new.item.mailbox || state.formerEnds[former]?.actor != .us
        else { return }
        state.violate(.edits, "\(new.item) was made for \(half) again, though a user had deleted \(former)")
    }

    private func change(
        _ was: SeenMeeting, _ new: SeenMeeting, _ actor: Actor, _ now: Duration, _ state: inout State
    ) {
        for group in was.differences(from: new) {
            tell("\(actor): \(group.word) of \(new.item): \(was.values[group] ?? "-") → \(new.values[group] ?? "-")")
            let place = Place(item: new.item, group: group)
            state.former[place, default: []].append(Entry(value: was.values[group] ?? "-", at: now))
            switch actor {
            // LN itself makes an attendee without Invite of who was its Meeting Organizer.
            case .user where was.isDemoted(group, in: new): state.entries[place] = nil
            case .user:
                let entry = Entry(value: new.values[group] ?? "-", at: now)
                state.entries[place] = entry
                state.compareWithBackup(entry, place)
            // Whoever organizes the event is appointed (CAL-3), whatever *Invite* he had before; and who was it is invited as the event has it.
            case .us where was.isPromoted(group, in: new) || was.isDemoted(group, in: new):
                state.entries[place] = nil
            case .us:
                guard let entry = state.entries.removeValue(forKey: place), entry.value == was.values[group] ?? "-"
                else { continue }
                lose(entry, place, now, &state)
            }
        }
    }

    /// What a user entered is overwritten by us: it is on record, or somebody has decided so.
    private func lose(_ entry: Entry, _ place: Place, _ now: Duration, _ state: inout State) {
        guard !state.isDecided(since: entry.at), !state.isRecorded(entry, place), state.changedBack[place] != entry
        else { return }
        state.violate(
            .edits,
            "\(time.uptime): “\(entry.value)”, \(place.group.word) of \(place.item), was overwritten without a record")
    }

    private func end(
        _ was: SeenMeeting, _ left: SeenMeeting?, _ actor: Actor, _ now: Duration, _ state: inout State
    ) {
        state.ends[was.item] = End(actor: actor, at: now)
        if actor == .user {
            state.endedByUsers.insert(was.item)
            if !was.item.isActivity, let uid = was.uid { state.endedUIDs.insert(uid) }
        }
        if left == nil { state.goneForGood.insert(was.item) }
        trace.note("\(actor): \(was.item) is ended")
        let places = was.values.keys.map { Place(item: was.item, group: $0) }.sorted { "\($0.group)" < "\($1.group)" }
        let entries = places.compactMap { place in state.entries.removeValue(forKey: place).map { (place, $0) } }
        guard actor == .us else { return }
        state.passedEnds[was.item.isActivity ? "LN" : was.item.mailbox, default: []].append(now)
        let partner = state.partners[was.item]
        // What a user brings back after the last look comes too late for what is under way; a later plan sees it.
        let cause = partner.flatMap { state.ends[$0] } ?? state.endings[was.item]?.cause
        // A restored store does not know what it had agreed upon with what a user has ended before.
        let isForgotten = cause.map { cause in state.restorations.contains { $0 > cause.at } } ?? false
        if !isForgotten {
            for (place, entry) in entries
            where entry.value == was.values[place.group] && !state.isUnread(entry, place) {
                lose(entry, place, now, &state)
            }
        }
        let begun = state.begun[was.item] ?? .zero
        // A user has ended the other half since this one was begun, or somebody has decided.
        if let cause, cause.actor == .user, cause.at >= begun || !state.entered.contains(was.item) { return }
        // A restored store does not know that this one was gone and has come back since.
        if cause != nil, let end = state.formerEnds[was.item], state.restorations.contains(where: { $0 > end.at }) {
            return
        }
        if state.isDecided(since: begun) { return }
        // A restored store does not know that it was we who ended the other half.
        if let cause, cause.actor == .us, state.restorations.contains(where: { $0 > cause.at }) { return }
        state.violate(
            .edits,
            "\(was.item) was ended, though nobody ended \(partner.map { "\($0)" } ?? "another half, for there is none")"
        )
    }

    /// What agrees with the other half needs no record any more.
    private func settle(_ new: SeenMeeting, _ state: inout State) {
        if !new.item.isActivity, let uid = new.uid, new.isOrganizers || state.events[uid] == nil {
            state.events[uid] = new.item
        }
        if let names = new.names?.split(separator: "/").last.map(String.init), state.partners[new.item] == nil,
            state.partners[.activity(names)] == nil
        {
            state.join(.activity(names), new.item)
        }
    }

    /// What their owners hide is not told.
    private func tell(_ words: String) { if !Secrecy.isTold(words) { trace.note(words) } }

    // MARK: What is committed

    /// A row holds the item as there, or as gone.
    func isKnown(_ item: SeenMeeting.Item, isThere: Bool) {
        state.withLock { state in
            if isThere { state.known[item] = time.uptime } else { state.knownGone[item] = time.uptime }
        }
    }

    /// Somebody has said that none of several is the other half: one more may be made.
    func areParted(fromTwins names: [String]) { state.withLock { $0.partedFromTwins.formUnion(names) } }

    /// A line of the journal. That a value waits (CAL-10, CAL-12) is no record of its loss.
    func recorded(_ line: JournalDraft) {
        if line.action == "noted" { return }
        recorded(rule: line.rule, line.detail)
    }

    func recorded(rule: String, _ text: String) {
        let record = Record(at: time.uptime, rule: rule, text: text)
        state.withLock { $0.records.append(record) }
    }

    func decided() { state.withLock { $0.decisions.append(time.uptime) } }
}

extension SeenMeeting.Item {
    /// Of an event: whose.
    var mailbox: String { if case .event(let mailbox, _) = self { mailbox } else { "" } }
}

extension MeetingHistory.State {
    /// Whether an item came, by us or back from Deleted Items, and went without a trace before a row held it as there.
    func isUnseen(_ item: SeenMeeting.Item) -> Bool {
        let came = broughtBack[item] ?? begun[item] ?? .zero
        return known[item] ?? .zero < came && (broughtBack[item] != nil || goneForGood.contains(item))
    }

    func isDecided(since moment: Duration) -> Bool { decisions.contains { $0 >= moment } }

    /// Whether the journal has the value, or says of a group without a text of its own that one was lost.
    func isRecorded(_ entry: MeetingHistory.Entry, _ place: MeetingHistory.Place) -> Bool {
        let word = entry.value.split(separator: " ").first.map(String.init) ?? ""
        return records.contains { record in
            guard record.at >= entry.at else { return false }
            let hasWord = [.subject, .location, .body].contains(place.group) && word.count > 4
            if hasWord, record.text.contains(word) { return true }
            // Of what its owner hides the record has no value (CAL-19).
            let hasValue = record.text.contains(": it was ")
            if case .attendee = place.group,
                ["is overwritten", "would be overwritten", "goes with its activity"].contains(where: {
                    record.text.contains("'s attendee \($0)")
                })
            {
                return true
            }
            return (!hasWord || !hasValue) && record.text.contains(place.group.word)
        }
    }

    mutating func violate(_ invariant: Invariant, _ words: String) { violations.append(invariant.violated(words)) }
}

extension FieldGroup {
    /// As the journal names it.
    var word: String {
        switch self {
        case .attendee(let address): address.rawValue
        case .body: "text"
        case .showAs: "show as"
        default: "\(self)"
        }
    }
}

import Foundation
import SyncModel
import SyncStore
import Testing

@testable import Simulation

@Suite("What became of what users entered in meetings")
struct MeetingHistoryTests {
    private static let activity = SeenMeeting.Item.activity("ACT000001")
    private static let event = SeenMeeting.Item.event(mailbox: "ann@hokuto.example", id: "E1")
    private let history: MeetingHistory
    private let time = VirtualTime()

    init() {
        history = MeetingHistory(time, Trace(time, isKept: false))
    }

    @Test("I3: what a user entered is overwritten only where it is on record")
    func overwritten() {
        linked("L1001 talk")
        edit(Self.activity, "L1001 talk", "L1002 talk", by: .user)
        edit(Self.activity, "L1002 talk", "X1003 talk", by: .us)
        #expect(history.violations.count == 1)
        #expect(history.violations.first?.hasPrefix("I3: ") == true)
    }

    @Test("I3: a conflict that is on record is no loss")
    func recorded() {
        linked("L1001 talk")
        edit(Self.activity, "L1001 talk", "L1002 talk", by: .user)
        history.recorded(rule: "CAL-9", "LN's subject is overwritten: it was “L1002 talk”")
        edit(Self.activity, "L1002 talk", "X1003 talk", by: .us)
        #expect(history.violations == [])
    }

    @Test(
        "I3: what ends with its activity is on record as lost; that it waits is no such record",
        arguments: [true, false])
    func waited(isRecorded: Bool) {
        var (event, activity) = entered("X1001 talk")
        event.values[.showAs] = "busy"
        activity.values[.showAs] = "busy"
        var edited = activity
        edited.values[.showAs] = "free"
        history.note([Self.activity: activity], [Self.activity: edited], by: .user)
        for (action, detail) in [
            ("noted", "show as waits for the next change that is worth a mail to the attendees"),
            ("conflict", "LN's show as goes with its activity, and was never in Exchange: it was free"),
        ] where action == "noted" || isRecorded {
            history.recorded(JournalDraft(item: "meeting/1", rule: "CAL-12", action: action, detail: detail))
        }
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        history.note([Self.activity: edited], [Self.activity: gone(edited)], by: .us)
        #expect(history.violations.isEmpty == isRecorded)
    }

    @Test("I3: what had come to agree can be overwritten")
    func agreed() {
        linked("L1001 talk")
        edit(Self.activity, "L1001 talk", "L1002 talk", by: .user)
        edit(Self.event, "L1001 talk", "L1002 talk", by: .us)
        history.compare([Self.activity: seen(Self.activity, "L1002 talk"), Self.event: seen(Self.event, "L1002 talk")])
        edit(Self.activity, "L1002 talk", "X1003 talk", by: .us)
        #expect(history.violations == [])
    }

    @Test("I3: what both sides held when they were linked had come to agree", arguments: [true, false])
    func heldByBoth(isAlike: Bool) {
        let theirs = isAlike ? "L1001 talk" : "X1002 talk"
        history.note([:], [Self.activity: seen(Self.activity, "L1001 talk")], by: .user)
        history.note([:], [Self.event: seen(Self.event, theirs)], by: .user)
        history.joined(Self.activity, Self.event)
        edit(Self.activity, "L1001 talk", "L1003 talk", by: .user)
        edit(Self.event, theirs, "L1003 talk", by: .us)
        #expect(history.violations.isEmpty == isAlike)
    }

    @Test("I3: nothing is ended that nobody has ended")
    func ended() {
        linked("L1001 talk")
        history.note([Self.event: seen(Self.event, "L1001 talk")], [:], by: .us)
        #expect(history.violations.count == 1)
    }

    @Test("I3: what a user has ended on one side is ended on the other")
    func endedByUser() {
        linked("L1001 talk")
        history.note([Self.activity: seen(Self.activity, "L1001 talk")], [:], by: .user)
        history.note([Self.event: seen(Self.event, "L1001 talk")], [:], by: .us)
        #expect(history.violations == [])
    }

    @Test("I3: what a user took away again before a row held it as there may be made anew", arguments: [true, false])
    func tookAwayAgain(isKnown: Bool) {
        linked("L1001 talk")
        let (event, activity) = (seen(Self.event, "L1001 talk"), seen(Self.activity, "L1001 talk"))
        history.note([Self.activity: activity], [Self.activity: gone(activity)], by: .user)
        history.note([Self.event: event], [Self.event: gone(event)], by: .us)
        tick()
        history.note([Self.event: gone(event)], [Self.event: event], by: .user)
        history.note([Self.activity: gone(activity)], [Self.activity: activity], by: .user)
        tick()
        if isKnown { history.isKnown(Self.event, isThere: true) }
        history.note([Self.event: event], [:], by: .user)
        var other = seen(.event(mailbox: "ann@hokuto.example", id: "E2"), "L1001 talk")
        other.names = "1300/ACT000001"
        history.note([:], [other.item: other], by: .us)
        #expect(history.violations.isEmpty == !isKnown)
    }

    @Test(
        "I3: what a former organizer brings back and deletes is no end of the meeting that goes to another's calendar",
        arguments: [MeetingHistory.Actor.us, .user], ["ann@hokuto.example", "bo@hokuto.example"])
    func formerOrganizer(ended actor: MeetingHistory.Actor, next mailbox: String) {
        linked("L1001 talk")
        let event = seen(Self.event, "L1001 talk")
        history.decided()
        history.note([Self.event: event], [Self.event: gone(event)], by: actor)
        history.isKnown(Self.event, isThere: false)
        tick()
        history.note([Self.event: gone(event)], [Self.event: event], by: .user)
        history.isKnown(Self.event, isThere: true)
        tick()
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        var other = seen(.event(mailbox: mailbox, id: "E2"), "L1001 talk")
        other.names = "1300/ACT000001"
        history.note([:], [other.item: other], by: .us)
        #expect(history.violations.isEmpty == (actor == .us && mailbox != "ann@hokuto.example"))
    }

    @Test("I4: what a user brings back beside another is his own doing, what we make beside another is not")
    func broughtBack() {
        linked("L1001 talk")
        let event = seen(Self.event, "L1001 talk")
        let other = seen(.event(mailbox: "ann@hokuto.example", id: "E2"), "L1001 talk")
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        history.isKnown(Self.event, isThere: false)
        tick()
        history.note([:], [other.item: other], by: .us)
        tick()
        history.note([Self.event: gone(event)], [Self.event: event], by: .user)
        #expect(history.wasBroughtBack(Self.event, beside: [Self.event, other.item]))
        #expect(!history.wasBroughtBack(other.item, beside: [Self.event, other.item]))
        #expect(!history.wasBroughtBack(Self.event, beside: [Self.event]))
    }

    @Test(
        "I3: what a user put back before anybody knew that it was gone had always been there", arguments: [true, false])
    func unnoticed(isNoticed: Bool) {
        let (event, activity) = entered("X1001 talk")
        tick()
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        history.note([Self.activity: activity], [Self.activity: gone(activity)], by: .user)
        tick()
        if isNoticed { history.isKnown(Self.event, isThere: false) }
        tick()
        history.note([Self.event: gone(event)], [Self.event: event], by: .user)
        history.note([Self.event: event], [:], by: .us)
        #expect(history.violations.isEmpty == !isNoticed)
    }

    /// When a user brings an event back whose activity we are about to end.
    enum Return: CaseIterable { case beforeLook, beforeIntent, afterIntent, afterOldLook }

    @Test(
        "I3: what a user brings back after the last look is ended all the same, what he brought back before is not",
        arguments: Return.allCases)
    func broughtBackTooLate(when: Return) {
        let (event, activity) = entered("X1001 talk")
        let row = MeetingID(UUID())
        func commit(_ intent: MeetingIntent?) {
            history.committed(row, intent, activity: Self.activity, event: Self.event)
            tick()
        }
        func look() {
            history.looked { $0 == Self.event }
            tick()
        }
        func bringBack() {
            history.note([Self.event: gone(event)], [Self.event: event], by: .user)
            tick()
        }
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        tick()
        if when == .afterOldLook { look() }
        history.isKnown(Self.event, isThere: false)
        commit(nil)
        if when == .beforeLook { bringBack() }
        if when != .afterOldLook { look() }
        if [.beforeIntent, .afterOldLook].contains(when) { bringBack() }
        commit(Self.end)
        if when == .afterIntent { bringBack() }
        history.note([Self.activity: activity], [Self.activity: gone(activity)], by: .us)
        #expect(history.violations.isEmpty == [.beforeIntent, .afterIntent].contains(when))
    }

    @Test("I3: an end that was under way once excuses no later one")
    func endedOnce() {
        let (event, activity) = entered("X1001 talk")
        let row = MeetingID(UUID())
        tick()
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        history.isKnown(Self.event, isThere: false)
        history.looked { $0 == Self.event }
        history.committed(row, Self.end, activity: Self.activity, event: Self.event)
        history.note([Self.event: gone(event)], [Self.event: event], by: .user)
        history.committed(row, nil, activity: Self.activity, event: Self.event)
        history.note([Self.activity: activity], [Self.activity: gone(activity)], by: .us)
        #expect(history.violations.count == 1)
    }

    @Test(
        "I3: whom a user has put on an activity is lost where it was read with him and ended; no version tells of him before",
        arguments: [true, false])
    func invitedAtTheEnd(isRead: Bool) {
        let (event, activity) = entered("X1001 talk")
        history.note([Self.event: event], [Self.event: gone(event)], by: .user)
        tick()
        var with = activity
        with.values[.attendee(EmailAddress("bo@other.example"))] = "required"
        if !isRead { history.looked { $0 == Self.activity } }
        history.note([Self.activity: activity], [Self.activity: with], by: .user)
        if isRead { history.looked { $0 == Self.activity } }
        history.note([Self.activity: with], [Self.activity: gone(with)], by: .us)
        #expect(history.violations.isEmpty == !isRead)
    }

    @Test("I3: a restored store ends anew what was brought back since it had ended it", arguments: [true, false])
    func endedAnew(isRestored: Bool) {
        let (event, activity) = entered("X1001 talk")
        history.note([Self.activity: activity], [Self.activity: gone(activity)], by: .user)
        history.note([Self.event: event], [Self.event: gone(event)], by: .us)
        tick()
        if isRestored { history.restored() }
        history.note([Self.event: gone(event)], [Self.event: event], by: .user)
        history.note([Self.event: event], [Self.event: gone(event)], by: .us)
        #expect(history.violations.isEmpty == isRestored)
    }

    @Test("I4: a restored store has forgotten what was made after its backup, and nothing else")
    func forgotten() {
        let (event, _) = entered("X1001 talk")
        tick()
        let backup = time.uptime
        tick()
        let other = seen(.event(mailbox: "ann@hokuto.example", id: "E2"), "L1001 talk")
        history.note([:], [other.item: other], by: .us)
        tick()
        history.restored(to: backup)
        tick()
        let later = seen(.event(mailbox: "ann@hokuto.example", id: "E3"), "L1001 talk")
        history.note([:], [later.item: later], by: .us)
        #expect(history.isForgotten(other.item))
        #expect(!history.isForgotten(event.item) && !history.isForgotten(later.item))
    }

    @Test(
        "I3: what was changed and changed back since its backup a restored store can't tell from what never was",
        arguments: [true, false], ["L1001 talk", "L1003 talk"])
    func changedBack(isRestored: Bool, last: String) {
        linked("L1001 talk")
        tick()
        let backup = time.uptime
        tick()
        edit(Self.activity, "L1001 talk", "L1002 talk", by: .us)
        edit(Self.activity, "L1002 talk", last, by: .user)
        tick()
        if isRestored { history.restored(to: backup) }
        edit(Self.activity, last, "X1004 talk", by: .us)
        #expect(history.violations.isEmpty == (isRestored && last == "L1001 talk"))
    }

    @Test(
        "I4: what a restored store has forgotten is hidden while its mailbox is closed, but for what is made there too",
        arguments: [["ann@hokuto.example"], ["bo@hokuto.example"], ["ann@hokuto.example", "bo@hokuto.example"], []])
    func hidden(closed: [String]) {
        let other = made("E2")
        history.isMade(other, whileClosed: Set(closed))
        #expect(history.wasHidden(Self.event, from: [Self.event, other]) == (closed == ["ann@hokuto.example"]))
        #expect(!history.wasHidden(other, from: [Self.event, other]))
    }

    @Test("I4: what a row has held since the store was restored is hidden from nobody", arguments: [true, false])
    func hiddenNoMore(isKnown: Bool) {
        let other = made("E2", isKnown: isKnown)
        history.isMade(other, whileClosed: ["ann@hokuto.example"])
        history.isKnown(Self.event, isThere: true)
        #expect(history.wasHidden(Self.event, from: [Self.event, other]) == !isKnown)
    }

    @Test("I4: what no restored store has forgotten is hidden from nobody")
    func neverForgotten() {
        let other = made("E2", isRestored: false)
        history.isMade(other, whileClosed: ["ann@hokuto.example"])
        #expect(!history.wasHidden(Self.event, from: [Self.event, other]))
    }

    @Test("I3: of an attendee of what its owner hides the record names nobody")
    func hiddenAttendee() {
        linked("L1001 talk")
        var before = seen(Self.activity, "L1001 talk")
        before.values[.attendee(EmailAddress("bo@other.example"))] = "required"
        history.note([Self.activity: seen(Self.activity, "L1001 talk")], [Self.activity: before], by: .user)
        history.recorded(rule: "CAL-9", "LN's attendee is overwritten")
        history.note([Self.activity: before], [Self.activity: seen(Self.activity, "L1001 talk")], by: .us)
        #expect(history.violations == [])
    }

    @Test(
        "I3: an attendee's Invite is no loss where he becomes Meeting Organizer, another's is",
        arguments: [true, false])
    func appointed(isHis: Bool) {
        linked("L1001 talk")
        var before = seen(Self.activity, "L1001 talk")
        before.values[.attendee(EmailAddress("bo@other.example"))] = "required, not invited"
        history.note([Self.activity: seen(Self.activity, "L1001 talk")], [Self.activity: before], by: .user)
        var after = before
        after.organizer = isHis ? "bo@other.example" : "ann@hokuto.example"
        after.values[.attendee(EmailAddress("bo@other.example"))] = nil
        history.note([Self.activity: before], [Self.activity: after], by: .us)
        #expect(history.violations.isEmpty == isHis)
    }

    @Test("I3: who was Meeting Organizer is invited as the event has it where another is appointed")
    func replaced() {
        linked("L1001 talk")
        let ann = FieldGroup.attendee(EmailAddress("ann@hokuto.example"))
        var before = seen(Self.activity, "L1001 talk")
        before.values[ann] = "required"
        history.note([Self.activity: seen(Self.activity, "L1001 talk")], [Self.activity: before], by: .us)
        var chosen = before
        chosen.organizer = "ann@hokuto.example"
        chosen.values[ann] = nil
        history.note([Self.activity: before], [Self.activity: chosen], by: .user)
        var after = chosen
        after.organizer = "bo@other.example"
        after.values[ann] = "required"
        history.note([Self.activity: chosen], [Self.activity: after], by: .us)
        #expect(history.violations.isEmpty)
    }

    @Test("I1: an event that an update made anew is the one that its user had ended, what we ended is not")
    func endedAndMadeAnew() {
        for actor in [MeetingHistory.Actor.us, .user] {
            var event = seen(Self.event, "X1001 talk")
            event.uid = "uid"
            history.note([:], [Self.event: event], by: .user)
            history.note([Self.event: event], [Self.event: gone(event)], by: actor)
            #expect(history.wasEnded(uid: "uid") == (actor == .user))
        }
    }

    @Test(
        "I1: a meeting is over where its organizer has ended it, not where an attendee has", arguments: [true, false])
    func endedByOrganizer(isHis: Bool) {
        var event = seen(Self.event, "X1001 talk")
        var copy = seen(.event(mailbox: "bo@hokuto.example", id: "E2"), "X1001 talk")
        (event.uid, copy.uid, copy.isOrganizers) = ("uid", "uid", false)
        history.note([:], [event.item: event, copy.item: copy], by: .user)
        let ended = isHis ? event : copy
        history.note([ended.item: ended], [:], by: .user)
        #expect(history.wasEnded(uid: "uid", by: "ann@hokuto.example") == isHis)
        #expect(!history.wasEnded(uid: "uid", by: "bo@hokuto.example"))
    }

    @Test("I10: a hidden word is found within a text")
    func hush() {
        #expect(Secrecy.isTold("a huhushX1001 talk"))
        #expect(!Secrecy.isTold("hus h"))
    }

    // MARK: What happens

    private static let end = MeetingIntent(
        MeetingWrite(.end(.notHeld), on: .ln, etag: nil, source: nil, generation: 0, sequence: .none), owner: "",
        deadline: .distantFuture)

    private func linked(_ subject: String) {
        history.note([:], [Self.activity: seen(Self.activity, subject)], by: .user)
        history.note([:], [Self.event: seen(Self.event, subject)], by: .us)
        history.joined(Self.activity, Self.event)
        history.compare([Self.activity: seen(Self.activity, subject), Self.event: seen(Self.event, subject)])
    }

    /// Ann's event is made, and forgotten, and then another one in Bo's calendar.
    /// - Parameter isKnown: a row has held Ann's again before.
    private func made(_ id: String, isRestored: Bool = true, isKnown: Bool = false) -> SeenMeeting.Item {
        tick()
        linked("L1001 talk")
        history.isKnown(Self.event, isThere: true)
        tick()
        if isRestored { history.restored() }
        tick()
        if isKnown { history.isKnown(Self.event, isThere: true) }
        let other = seen(.event(mailbox: "bo@hokuto.example", id: id), "L1001 talk")
        history.note([:], [other.item: other], by: .us)
        tick()
        return other.item
    }

    /// A user's event, and the activity that we have made for it.
    private func entered(_ subject: String) -> (event: SeenMeeting, activity: SeenMeeting) {
        let (event, activity) = (seen(Self.event, subject), seen(Self.activity, subject))
        history.note([:], [Self.event: event], by: .user)
        history.note([:], [Self.activity: activity], by: .us)
        history.joined(Self.activity, Self.event)
        history.compare([Self.activity: activity, Self.event: event])
        return (event, activity)
    }

    private func edit(
        _ item: SeenMeeting.Item, _ before: String, _ after: String, by actor: MeetingHistory.Actor
    ) {
        history.note([item: seen(item, before)], [item: seen(item, after)], by: actor)
    }

    private func tick() { time.jump(to: time.uptime + .seconds(1)) }

    private func gone(_ meeting: SeenMeeting) -> SeenMeeting {
        var gone = meeting
        gone.isThere = false
        return gone
    }

    private func seen(_ item: SeenMeeting.Item, _ subject: String) -> SeenMeeting {
        var seen = SeenMeeting(item)
        seen.values[.subject] = subject
        return seen
    }
}

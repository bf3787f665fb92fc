import SyncModel
import SyncPlanner
import Testing

@Suite("The merge of two sides (CAL-9, CAL-12)")
struct MergeTests {
    @Test("In step nothing is to be done")
    func inStep() { #expect(Fixture.plan(Fixture.linked()).actions.isEmpty) }

    @Test("Changed on one side: taken; of two groups changed on two sides both are taken, Exchange written first")
    func disjoint() {
        let meeting = Fixture.linked { ln, exchange in
            ln.subject = "New"
            exchange.location = "Room 4"
        }
        let plan = Fixture.plan(meeting)
        #expect(plan.write?.side == .exchange && plan.updated == [.subject: .subject("New")] && plan.conflicts.isEmpty)
        var row = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        guard let intent = row.intent, case .present(var exchange, _) = row.observed.exchange else { return }
        exchange.subject = "New"
        row = MeetingCommit.answered(intent, .present(exchange, ETag("e2")), row)
        let second = Fixture.plan(row)
        #expect(second.write?.side == .ln && second.updated == [.location: .location("Room 4")])
    }

    @Test("Changed alike is in step")
    func alike() {
        let meeting = Fixture.linked { ln, exchange in
            ln.subject = "New"
            exchange.subject = "New"
        }
        #expect(Fixture.plan(meeting).actions.isEmpty)
    }

    @Test(
        "Time and place are Exchange's, texts the birth side's, and what loses is on record", arguments: Side.allCases)
    func conflicts(birth: Side) {
        let meeting = Fixture.linked(birth: birth) { ln, exchange in
            (ln.subject, exchange.subject) = ("L", "E")
            (ln.location, exchange.location) = ("L", "E")
            (ln.showAs, exchange.showAs) = (.free, .tentative)
        }
        let plan = Fixture.plan(meeting)
        let lost = Dictionary(uniqueKeysWithValues: plan.conflicts.map { ($0.group, $0.side) })
        #expect(lost == [.subject: birth.other, .location: .ln, .showAs: .ln])
        var policy = CalendarPolicy()
        policy.winners = [.location: .ln]
        #expect(Fixture.plan(meeting, policy).updated[.location] == .location("L"))
    }

    @Test(
        "Nothing but show-as, sensitivity or reminder does not mail: it waits, and goes with the next change that does")
    func waiting() {
        let attendees = [Fixture.bob: MeetingAttendee(.required)]
        var meeting = Fixture.linked(attendees: attendees) { ln, _ in ln.showAs = .free }
        let plan = Fixture.plan(meeting)
        #expect(plan.write == nil && plan.rules == ["CAL-12"])
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(meeting).actions.isEmpty)
        guard case .present(var ln, _) = meeting.observed.ln else { return }
        ln.subject = "New"
        meeting.observed.ln = .present(ln, ETag("l2"))
        #expect(
            Fixture.plan(meeting).ask?.write.change == .update([.subject: .subject("New"), .showAs: .showAs(.free)]))
        var policy = CalendarPolicy()
        policy.canWriteQuietly = true
        let quiet = Fixture.plan(Fixture.linked(attendees: attendees) { ln, _ in ln.showAs = .free }, policy)
        #expect(quiet.ask?.tellsNobody == true)
    }

    @Test("LN does not wait for what is asked of invitation-worker: it is written first, and then it is asked")
    func asksAfterLN() throws {
        let attendees = [Fixture.bob: MeetingAttendee(.required)]
        let meeting = Fixture.linked(attendees: attendees) { ln, exchange in
            ln.subject = "New"
            exchange.time = Fixture.time(7200, zone: "Europe/Berlin")
        }
        let plan = Fixture.plan(meeting)
        #expect(plan.ask == nil)
        #expect(plan.write?.side == .ln)
        #expect(Array(plan.updated.keys) == [.time])
        let silent = Fixture.plan(
            Fixture.linked { ln, exchange in
                ln.subject = "New"
                exchange.time = Fixture.time(7200, zone: "Europe/Berlin")
            })
        #expect(silent.write?.side == .exchange, "what mails nobody comes first")
    }

    @Test("An event without attendees is written; one that has or gets some is only asked for")
    func asks() {
        #expect(Fixture.plan(Fixture.linked { ln, _ in ln.subject = "New" }).ask == nil)
        let attendees = [Fixture.bob: MeetingAttendee(.required)]
        #expect(Fixture.plan(Fixture.linked(attendees: attendees) { ln, _ in ln.subject = "New" }).ask != nil)
        #expect(Fixture.plan(Fixture.linked { ln, _ in ln.attendees = attendees }).ask != nil)
        #expect(Fixture.plan(Fixture.linked(attendees: attendees) { ln, _ in ln.attendees = [:] }).ask != nil)
    }

    @Test("Of a customer's meeting nothing of LN's goes out: it is put back, on record")
    func external() {
        var meeting = Fixture.linked { ln, _ in ln.subject = "Mine" }
        meeting.owner = .external
        let plan = Fixture.plan(meeting)
        #expect(plan.write?.side == .ln && plan.updated == [.subject: .subject("Visit")])
        #expect(plan.conflicts == [MeetingConflict(.subject, lost: .subject("Mine"), on: .ln)])
    }
}

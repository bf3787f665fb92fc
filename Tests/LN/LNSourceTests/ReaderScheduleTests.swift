import Foundation
import SyncModel
import SyncPlanner
import Testing

@testable import LNSource

@Suite("What the reader does next")
struct ReaderScheduleTests {
    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    private func facts(
        lastPull: String = "2026-11-24T10:00:00Z", _ change: (inout ReaderSchedule.Facts) -> Void = { _ in }
    ) throws -> ReaderSchedule.Facts {
        var facts = ReaderSchedule.Facts()
        facts.isOn = true
        facts.ticks = PullSchedule(try #require(PullInterval(15, .minute)), in: .gmt)
        facts.lastPull = try date(lastPull)
        facts.lastComparison = try date(lastPull)
        change(&facts)
        return facts
    }

    @Test("A tick is served once; of several missed ones, one")
    func ticks() throws {
        var schedule = ReaderSchedule()
        #expect(schedule.next(try facts(), now: try date("2026-11-24T10:14:59Z"), uptime: .zero) == nil)
        #expect(schedule.next(try facts(), now: try date("2026-11-24T10:15:00Z"), uptime: .zero) == .pull)
        schedule.succeeded(.pull, isDone: true)
        let later = try facts(lastPull: "2026-11-24T13:07:00Z")
        #expect(schedule.next(later, now: try date("2026-11-24T13:08:00Z"), uptime: .zero) == nil)
    }

    @Test("What LN pushes goes first, and pulls get their turn all the same")
    func pushes() throws {
        var schedule = ReaderSchedule()
        let now = try date("2026-11-24T11:00:00Z")
        let facts = try facts { $0.areActivitiesWanted = true }
        let steps = (0..<20).map { _ in schedule.next(facts, now: now, uptime: .zero) }
        #expect(steps.count { $0 == .activities } == 18 && steps.count { $0 == .pull } == 2)
        #expect(steps.first == .activities)
        schedule.succeeded(.pull, isDone: true)
        let idle = try self.facts(lastPull: "2026-11-24T11:00:00Z") { $0.areActivitiesWanted = true }
        let pushes = (0..<20).map { _ in schedule.next(idle, now: now, uptime: .zero) }
        #expect(pushes.allSatisfy { $0 == .activities })
    }

    @Test("A clock that was set back does not stop the ticks")
    func clockSetBack() throws {
        var schedule = ReaderSchedule()
        let facts = try facts(lastPull: "2027-01-01T00:00:00Z")
        #expect(schedule.next(facts, now: try date("2026-11-24T10:00:00Z"), uptime: .zero) == nil)
    }

    @Test("Nothing is done while it is off, paused after a failure, or before the first watermark")
    func off() throws {
        var schedule = ReaderSchedule()
        let now = try date("2026-11-24T11:00:00Z")
        #expect(schedule.next(try facts { $0.isOn = false }, now: now, uptime: .zero) == nil)
        #expect(schedule.next(try facts { $0.hasBegun = false }, now: now, uptime: .zero) == .begin)
        schedule.failed(until: .seconds(5))
        #expect(schedule.next(try facts(), now: now, uptime: .seconds(4)) == nil)
        #expect(schedule.next(try facts(), now: now, uptime: .seconds(5)) == .pull)
        #expect(schedule.failures == 1)
        schedule.succeeded(.pull, isDone: false)
        #expect(schedule.failures == 0)
    }

    @Test("Back-fill gets one step in ten while live pages wait, and all while none do")
    func shares() throws {
        var schedule = ReaderSchedule()
        let now = try date("2026-11-24T10:16:00Z")
        let busy = try facts { $0.areBaselinesRunning = true }
        var steps: [ReaderSchedule.Step?] = []
        for _ in 0..<20 {
            let step = schedule.next(busy, now: now, uptime: .zero)
            steps.append(step)
            if let step { schedule.succeeded(step, isDone: false) }
        }
        #expect(steps.count { $0 == .baseline } == 2)
        schedule.succeeded(.pull, isDone: true)
        let quiet = try facts(lastPull: "2026-11-24T10:16:00Z") { $0.areBaselinesRunning = true }
        #expect(schedule.next(quiet, now: now, uptime: .zero) == .baseline)
    }

    @Test("A mailbox without room holds up neither pulls nor hints")
    func noRoom() throws {
        var schedule = ReaderSchedule()
        let now = try date("2026-11-24T10:01:00Z")
        schedule.hasNoRoom(.baseline, until: .seconds(1))
        let facts = try facts { $0.areBaselinesRunning = true }
        #expect(schedule.next(facts, now: now, uptime: .zero) == nil)
        var hinted = facts
        hinted.areContactsWanted = true
        #expect(schedule.next(hinted, now: now, uptime: .zero) == .contacts)
        #expect(schedule.next(facts, now: now, uptime: .seconds(1)) == .baseline)
    }

    @Test("All keys are compared daily, turn by turn with baselines")
    func comparison() throws {
        var schedule = ReaderSchedule()
        let now = try date("2026-11-25T10:00:00Z")
        let facts = try facts {
            $0.ticks = nil
            $0.areBaselinesRunning = true
        }
        let steps = (0..<4).map { _ in schedule.next(facts, now: now, uptime: .zero) }
        #expect(steps == [.comparison, .baseline, .comparison, .baseline])
        schedule.succeeded(.comparison, isDone: true)
        #expect(!schedule.isComparing)
    }
}

import Foundation
import SyncModel
import Testing

@testable import Settling

@Suite("Which mailbox is settled next")
struct SettlementScheduleTests {
    private typealias Schedule = SettlementSchedule<Int>

    private let anna = SyncUserID(UUID(uuidString: "00000000-0000-0000-0000-00000000000A")!)
    private let bea = SyncUserID(UUID(uuidString: "00000000-0000-0000-0000-00000000000B")!)

    private func schedule(slots: Int = 2, total: Int = 10, _ due: [SyncUserID: Schedule.Due]) -> Schedule {
        var schedule = Schedule(slots: slots, total: total)
        schedule.update(due, now: .zero)
        return schedule
    }

    @Test("A mailbox with live rows goes before one with back-fill, though that waits longer")
    func liveFirst() {
        let schedule = schedule([anna: .init(backfill: .seconds(1)), bea: .init(live: .seconds(5))])
        #expect(schedule.next(now: .seconds(10))?.user == bea)
        #expect(schedule.next(now: .seconds(4))?.user == anna, "what is due later is not live yet")
    }

    @Test("Among equals the one whose row was due first")
    func dueFirst() {
        let schedule = schedule([anna: .init(live: .seconds(3)), bea: .init(live: .seconds(2))])
        #expect(schedule.next(now: .seconds(10))?.user == bea)
    }

    @Test("A mailbox has no more settlements at once than slots")
    func slots() {
        var schedule = schedule([anna: .init(live: .zero)])
        #expect(schedule.next(now: .zero)?.limit == 2)
        #expect(schedule.begin([1, 2, 3], of: anna) == [1, 2])
        #expect(schedule.next(now: .zero) == nil)
        schedule.finished(1, of: anna)
        #expect(schedule.next(now: .zero)?.limit == 2, "one free slot, and one in flight that the store has as due too")
        #expect(schedule.begin([2, 3], of: anna) == [3])
    }

    @Test("All mailboxes together have no more than the total")
    func total() {
        var schedule = schedule(slots: 2, total: 3, [anna: .init(live: .zero), bea: .init(live: .seconds(1))])
        #expect(schedule.begin([1, 2], of: anna) == [1, 2])
        #expect(schedule.begin([3, 4], of: bea) == [3])
        #expect(schedule.next(now: .seconds(2)) == nil)
    }

    @Test("A mailbox without further rows is asked again when the store is")
    func exhausted() {
        var schedule = schedule([anna: .init(live: .zero)])
        #expect(schedule.begin([1], of: anna) == [1])
        #expect(schedule.next(now: .zero) == nil)
        schedule.update([anna: .init(live: .zero)], now: .zero)
        #expect(schedule.next(now: .zero)?.user == anna)
    }

    @Test("A mailbox that rests holds up no other, and wakes")
    func rest() {
        var schedule = schedule([anna: .init(live: .zero), bea: .init(live: .seconds(1))])
        schedule.rest(anna, until: .seconds(60))
        #expect(schedule.next(now: .seconds(2))?.user == bea)
        _ = schedule.begin([1, 2], of: bea)
        #expect(schedule.next(now: .seconds(2)) == nil)
        #expect(schedule.nextWake(now: .seconds(2)) == .seconds(60))
        #expect(schedule.next(now: .seconds(60))?.user == anna)
    }

    @Test("A rest outlives a look at the store")
    func restIsKept() {
        var schedule = schedule([anna: .init(live: .zero)])
        schedule.rest(anna, until: .seconds(60))
        schedule.update([:], now: .seconds(1))
        schedule.update([anna: .init(live: .seconds(1))], now: .seconds(2))
        #expect(schedule.next(now: .seconds(59)) == nil)
        #expect(schedule.next(now: .seconds(60))?.user == anna)
    }
}

import Foundation
import SyncModel
import Testing

@testable import Settling

@Suite("Which mailbox is settled next")
struct SettlementScheduleTests {
    private typealias Schedule = SettlementSchedule<Int>

    private let anna = SyncUserID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xA)))
    private let bea = SyncUserID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xB)))

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
        #expect(schedule.begin([1, 2, 3], of: anna, now: .zero) == [1, 2])
        #expect(schedule.next(now: .zero) == nil)
        schedule.finished(1, of: anna)
        #expect(schedule.next(now: .zero)?.limit == 2, "one free slot, and one in flight that the store has as due too")
        #expect(schedule.begin([2, 3], of: anna, now: .zero) == [3])
    }

    @Test("All mailboxes together have no more than the total")
    func total() {
        var schedule = schedule(slots: 2, total: 3, [anna: .init(live: .zero), bea: .init(live: .seconds(1))])
        #expect(schedule.begin([1, 2], of: anna, now: .zero) == [1, 2])
        #expect(schedule.begin([3, 4], of: bea, now: .zero) == [3])
        #expect(schedule.next(now: .seconds(2)) == nil)
    }

    @Test("A mailbox without further rows is asked again when the store is")
    func exhausted() {
        var schedule = schedule([anna: .init(live: .zero)])
        #expect(schedule.begin([1], of: anna, now: .zero) == [1])
        #expect(schedule.next(now: .zero) == nil)
        schedule.update([anna: .init(live: .zero)], now: .zero)
        #expect(schedule.next(now: .zero)?.user == anna)
    }

    @Test("A mailbox that has no live row left waits with its back-fill behind others' live rows")
    func noLiveRowLeft() {
        var schedule = schedule(
            slots: 1, [anna: .init(live: .zero, backfill: .zero), bea: .init(live: .seconds(1), backfill: .zero)])
        #expect(schedule.begin([1], backfill: [2], of: anna, now: .seconds(2)) == [1])
        schedule.finished(1, of: anna)
        #expect(schedule.next(now: .seconds(2))?.user == anna, "as far as is known")
        #expect(schedule.begin([], backfill: [2], of: anna, now: .seconds(2)).isEmpty)
        #expect(schedule.next(now: .seconds(2))?.user == bea)
        #expect(schedule.begin([3], of: bea, now: .seconds(2)) == [3])
        #expect(schedule.next(now: .seconds(2))?.user == anna)
        #expect(schedule.begin([], backfill: [2], of: anna, now: .seconds(2)) == [2])
    }

    @Test("A mailbox that rests holds up no other, and wakes")
    func rest() {
        var schedule = schedule([anna: .init(live: .zero), bea: .init(live: .seconds(1))])
        schedule.rest(anna, until: .seconds(60))
        #expect(schedule.next(now: .seconds(2))?.user == bea)
        _ = schedule.begin([1, 2], of: bea, now: .zero)
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

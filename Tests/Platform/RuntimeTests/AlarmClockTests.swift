import Testing

@testable import Runtime

@Suite struct AlarmClockTests {
    @Test("A sleep that is cancelled ends at once, and leaves nothing behind")
    func cancelled() async {
        let clock = AlarmClock()
        await withTaskGroup(of: Bool.self) { group in
            for number in 1...100 {
                group.addTask { await clock.sleep(until: .now + .seconds(600 * (number % 7 + 1))) }
            }
            #expect(await holds { clock.sleepers == 100 })
            group.cancelAll()
            for await isOver in group { #expect(!isOver) }
        }
        #expect(clock.sleepers == 0)
    }

    @Test("A task that was cancelled before does not sleep")
    func cancelledBefore() async {
        let clock = AlarmClock()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await clock.sleep(until: .now + .seconds(600))
        }
        task.cancel()
        #expect(await !task.value)
        #expect(clock.sleepers == 0)
    }

    @Test("Each wakes at its time, whatever the order in which they began")
    func order() async {
        let clock = AlarmClock()
        let start = ContinuousClock.now
        let last = Task { await clock.sleep(until: start + .seconds(600)) }
        #expect(await holds { clock.sleepers == 1 })
        // The clock's thread sleeps until the last; each of these is before it.
        await withTaskGroup(of: Bool.self) { group in
            for number in [3, 1, 2] {
                let end = start + .milliseconds(40 * number)
                group.addTask { await clock.sleep(until: end) && .now >= end }
            }
            for await isOver in group { #expect(isOver) }
        }
        #expect(clock.sleepers == 1)
        last.cancel()
        #expect(await !last.value)
    }
}

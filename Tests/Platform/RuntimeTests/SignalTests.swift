import Runtime
import Testing

@Suite struct SignalTests {
    @Test("A signal raised before the wait is not lost, and raised twice it wakes once")
    func raisedBefore() async throws {
        let (signal, time) = (Signal(), ManualTime())
        signal.raise()
        signal.raise()
        try await signal.wait()
        async let second: Void = signal.wait(atMost: .seconds(1), time)
        #expect(await holds { time.sleepers == 1 })
        time.advance(by: .seconds(1))
        try await second
    }

    @Test("Raising wakes who waits")
    func wakes() async throws {
        let (signal, woken) = (Signal(), Count())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<100 {
                    try await signal.wait()
                    woken.increment()
                }
            }
            for round in 1...100 {
                signal.raise()
                #expect(await holds { woken.value == round })
            }
            try await group.waitForAll()
        }
    }

    @Test("Cancelling the task ends its wait, and the next one can wait")
    func cancelled() async throws {
        let signal = Signal()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await signal.wait()
                    return false
                } catch {
                    return true
                }
            }
            group.cancelAll()
            #expect(await group.next() == true)
        }
        signal.raise()
        try await signal.wait()
    }

    @Test("A wait with a limit ends with the signal, before the limit")
    func beforeLimit() async throws {
        let (signal, time) = (Signal(), ManualTime())
        async let wait: Void = signal.wait(atMost: .seconds(1), time)
        #expect(await holds { time.sleepers == 1 })
        signal.raise()
        try await wait
        #expect(time.uptime == .zero)
        #expect(time.sleepers == 0)
    }
}

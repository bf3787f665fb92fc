import Runtime
import Testing

@Suite struct TimeTests {
    private struct Failure: Error {}

    @Test("What is done in time gives its value, and nothing sleeps on")
    func inTime() async throws {
        let time = ManualTime()
        #expect(try await withTimeout(.seconds(1), time) { 7 } == 7)
        #expect(time.sleepers == 0)
    }

    @Test("What is not done in time is cancelled, and the error says the time")
    func late() async throws {
        let (time, cancelled) = (ManualTime(), Count())
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let error = await #expect(throws: TimeoutError.self) {
                    try await withTimeout(.seconds(3), time) {
                        do {
                            try await Signal().wait()
                        } catch {
                            cancelled.increment()
                            throw error
                        }
                    }
                }
                #expect(error?.timeout == .seconds(3))
            }
            #expect(await holds { time.sleepers == 1 })
            time.advance(by: .seconds(2))
            #expect(cancelled.value == 0)
            time.advance(by: .seconds(1))
        }
        #expect(cancelled.value == 1)
    }

    @Test("The work's own error comes through")
    func failing() async {
        await #expect(throws: Failure.self) { try await withTimeout(.seconds(1), ManualTime()) { throw Failure() } }
    }

    @Test("The system's uptime goes forward, and its sleep ends when the task is cancelled")
    func system() async throws {
        let time = SystemTime()
        let before = time.uptime
        try await time.sleep(for: .milliseconds(5))
        #expect(time.uptime - before >= .milliseconds(5))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await time.sleep(for: .seconds(600))) == nil }
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }
}

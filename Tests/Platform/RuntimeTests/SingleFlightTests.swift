import Testing

@testable import Runtime

@Suite struct SingleFlightTests {
    private struct Failure: Error {}

    @Test("Callers at the same time share one piece of work, a later one does it again")
    func shared() async throws {
        let (flight, calls, release) = (SingleFlight<Int>(), Count(), Signal())
        let outcomes = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await flight.run {
                    calls.increment()
                    try await release.wait()
                    return 7
                }
            }
            #expect(await holds { calls.value == 1 })
            for _ in 0..<10 { group.addTask { try await flight.run { 0 } } }
            // Whoever is not waiting yet when the work ends does its own, which would give 0: so they must all be seen to wait.
            #expect(await holds { flight.waiting == 10 })
            release.raise()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: 7, count: 11))
        #expect(try await flight.run { 8 } == 8)
    }

    @Test("An error goes to all who share the work")
    func failing() async throws {
        let (flight, calls, release) = (SingleFlight<Int>(), Count(), Signal())
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<2 {
                group.addTask {
                    do {
                        _ = try await flight.run {
                            calls.increment()
                            try await release.wait()
                            throw Failure()
                        }
                        return false
                    } catch {
                        return error is Failure
                    }
                }
                if number == 0 { #expect(await holds { calls.value == 1 }) }
            }
            #expect(await holds { flight.waiting == 1 })
            release.raise()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures == [true, true])
        #expect(calls.value == 1)
    }

    @Test("Where the first is cancelled, another takes over")
    func takeover() async throws {
        let (flight, calls, never) = (SingleFlight<Int>(), Count(), Signal())
        let value = try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                await withTaskGroup(of: Int?.self) { inner in
                    inner.addTask {
                        try? await flight.run {
                            calls.increment()
                            try await never.wait()
                            return 1
                        }
                    }
                    _ = await holds { calls.value == 1 && flight.waiting == 1 }
                    inner.cancelAll()
                    return await inner.next() ?? nil
                }
            }
            #expect(await holds { calls.value == 1 })
            group.addTask { try await flight.run { 2 } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(value.compactMap { $0 } == [2])
    }

    @Test("A cancelled caller leaves, the work goes on for the others")
    func leaving() async throws {
        let (flight, calls, release) = (SingleFlight<Int>(), Count(), Signal())
        async let first = flight.run {
            calls.increment()
            try await release.wait()
            return 1
        }
        #expect(await holds { calls.value == 1 })
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await flight.run { 2 }
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            #expect(await holds { flight.waiting == 1 })
            group.cancelAll()
            #expect(await group.next() == true)
        }
        release.raise()
        #expect(try await first == 1)
    }
}

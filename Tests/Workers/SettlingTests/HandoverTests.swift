import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("When partitions are given back, lost, or the process ends")
struct HandoverTests {
    /// Work that waits at a door between its plan and its intent, and one row in it.
    private func waiting(_ bed: SettlingBed, at door: Door, effects: Shared<Int>) async throws -> ContactLinkID {
        bed.work { job, settlement throws(SettlingFailure) in
            await door.pass()
            let latest = try await settlement.begin(.create, key: "key", on: &job)
            try await settlement.perform(by: latest) { () throws(SettlingFailure) in effects.update { $0 += 1 } }
            return job.done()
        }
        let id = try await bed.put(bed.anna, "A")
        #expect(try await eventually { door.waiting == 1 })
        return id
    }

    @Test("Given back: what is under way ends first, no write is begun any more, and nothing new is started")
    func release() async throws {
        try await SettlingBed.run { bed in
            let (door, effects, isReleased) = (Door(), Shared(0), Shared(false))
            let id = try await waiting(bed, at: door, effects: effects)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await bed.settler.release()
                    isReleased.update { $0 = true }
                }
                // It waits with a timeout of its own.
                #expect(try await eventually { bed.time.sleepers >= 2 })
                #expect(!isReleased.value)
                door.open()
                try await group.next()
            }
            #expect(isReleased.value)
            #expect(effects.value == 0)
            let other = try await bed.put(bed.bea, "B")
            bed.time.advance(by: .seconds(5))
            #expect(try await bed.row(id).status.state == .due)
            #expect(try await bed.row(id).status.intent == nil)
            bed.settler.hold([0])
            try await bed.row(id, .settled)
            try await bed.row(other, .settled)
            #expect(effects.value == 2)
        }
    }

    @Test("What does not end in time is left to its intent")
    func releaseTimeout() async throws {
        try await SettlingBed.run { configuration in
            configuration.releaseTimeout = .seconds(15)
        } body: { bed in
            let (door, isReleased) = (Door(), Shared(false))
            bed.work { job, settlement throws(SettlingFailure) in
                _ = try await settlement.begin(.create, key: "key", on: &job)
                await door.pass()
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            #expect(try await eventually { door.waiting == 1 })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await bed.settler.release()
                    isReleased.update { $0 = true }
                }
                let isOver = try await eventually {
                    bed.time.advance(by: .seconds(1))
                    return isReleased.value
                }
                #expect(isOver)
                try await group.next()
            }
            #expect(door.waiting == 1, "it still goes on")
            #expect(try await bed.row(id).status.intent?.owner == "worker-1")
            door.open()
            // Its facts are not lost where nobody else has come.
            try await bed.row(id, .settled)
        }
    }

    @Test("Lost: no write is begun any more, at once")
    func lose() async throws {
        try await SettlingBed.run { bed in
            let (door, effects) = (Door(), Shared(0))
            let id = try await waiting(bed, at: door, effects: effects)
            bed.settler.lose()
            door.open()
            await bed.settler.release()
            #expect(effects.value == 0)
            #expect(try await bed.row(id).status.state == .due)
        }
    }

    @Test("At the end: nothing more is begun, though the partitions are still held")
    func drain() async throws {
        try await SettlingBed.run { bed in
            let (door, effects) = (Door(), Shared(0))
            let id = try await waiting(bed, at: door, effects: effects)
            let other = try await bed.put(bed.bea, "B", in: .seconds(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await bed.settler.drain(within: .seconds(10)) }
                #expect(try await eventually { bed.time.sleepers >= 2 })
                door.open()
                try await group.next()
            }
            bed.time.advance(by: .seconds(5))
            bed.settler.wake()
            await bed.settler.release()
            #expect(effects.value == 0)
            #expect(try await bed.row(id).status.state == .due)
            #expect(try await bed.row(other).status.state == .due)
        }
    }
}

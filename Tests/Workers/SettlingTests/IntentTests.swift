import Foundation
import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Intent before effect (architecture, rule 3)")
struct IntentTests {
    @Test("The intent is in the store before the effect, and gone with the facts")
    func before() async throws {
        try await SettlingBed.run { bed in
            let seen = Shared<RowStatus?>(nil)
            bed.work { [store = bed.store] job, settlement throws(SettlingFailure) in
                let latest = try await settlement.begin(.create, key: "key", on: &job)
                let id = job.id
                try await settlement.perform(by: latest) { () throws(SettlingFailure) in
                    let status = (try? await store.contactLink(id))?.status
                    seen.update { $0 = status }
                }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id, .settled)
            let deadline = bed.time.now + 60
            #expect(
                seen.value?.intent == Intent(action: .create, owner: "worker-1", key: "key", deadline: deadline))
            #expect(seen.value?.due == deadline, "a successor looks at it when the intent is over")
            #expect(row.status.intent == nil)
            #expect(row.item == .made(ItemID("item"), ETag("1")))
        }
    }

    @Test("A row that changed before the intent has no effect: it is planned anew")
    func lostBeforeEffect() async throws {
        try await SettlingBed.run { bed in
            let effects = Shared<[String]>([])
            bed.work { [bed] job, settlement throws(SettlingFailure) in
                let content = String(decoding: job.content, as: UTF8.self)
                if content == "A" {
                    let id = job.id
                    await unfailing { try await bed.observe(id, "newer") }
                }
                let latest = try await settlement.begin(.create, key: "key", on: &job)
                try await settlement.perform(by: latest) { () throws(SettlingFailure) in
                    effects.update { $0.append(content) }
                }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id, .settled)
            #expect(effects.value == ["newer"])
            #expect(row.settled == ContentHash("newer"))
        }
    }

    @Test("A process that hung between its intent and the request does not send it: a successor may have looked")
    func hung() async throws {
        try await SettlingBed.run { bed in
            let (door, effects) = (Door(), Shared(0))
            bed.work { job, settlement throws(SettlingFailure) in
                if let intent = job.status.intent {
                    let left = intent.deadline.timeIntervalSince(try await settlement.now())
                    if left > 0 { throw .at(.seconds(left), "waited out") }
                    return job.done("not found")
                }
                let latest = try await settlement.begin(.create, key: "key", on: &job)
                await door.pass()
                try await settlement.perform(by: latest) { () throws(SettlingFailure) in effects.update { $0 += 1 } }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            #expect(try await eventually { door.waiting == 1 })
            bed.time.advance(by: .seconds(45))
            door.open()
            let isSettled = try await eventually {
                bed.time.advance(by: .seconds(1))
                return try await bed.store.contactLink(id)?.status.state == .settled
            }
            #expect(isSettled)
            #expect(effects.value == 0)
        }
    }

    @Test("A request that would go on into its last 15 seconds is given up; at the deadline the other system is read")
    func givenUp() async throws {
        try await SettlingBed.run { bed in
            let (door, made) = (Door(), Shared(false))
            bed.work { job, settlement throws(SettlingFailure) in
                if let intent = job.status.intent {
                    let left = intent.deadline.timeIntervalSince(try await settlement.now())
                    if left > 0 { throw .at(.seconds(left), "waited out") }
                    return job.done(made.value ? "found" : "not found")
                }
                let latest = try await settlement.begin(.create, key: "key", on: &job)
                try await settlement.perform(by: latest) { () throws(SettlingFailure) in
                    made.update { $0 = true }
                    await door.pass()
                    if Task.isCancelled { throw .outcomeUnknown("cancelled") }
                }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            #expect(try await eventually { door.waiting == 1 && bed.time.sleepers > 0 })
            let deadline = bed.time.now + 60
            let isGivenUp = try await eventually {
                if bed.time.uptime < .seconds(45) { bed.time.advance(by: .seconds(5)) }
                return try await bed.row(id).status.attempts == 1
            }
            #expect(isGivenUp)
            let row = try await bed.row(id)
            #expect(row.status.intent?.deadline == deadline)
            #expect(row.status.due == deadline)
            await bed.advance(by: .seconds(14))
            try await bed.row(try await bed.put(bed.anna, "B", in: .seconds(3600)), .due)
            #expect(try await bed.row(id).item == .none)
            await bed.advance(by: .seconds(1))
            #expect(try await bed.row(id, .settled).item == .made(ItemID("found"), ETag("1")))
        }
    }

    @Test("A dead process's intent is waited out, then the other system is read")
    func deadProcess() async throws {
        try await SettlingBed.run { bed in
            bed.work { job, settlement throws(SettlingFailure) in
                guard let intent = job.status.intent else { return job.done("made twice") }
                let left = intent.deadline.timeIntervalSince(try await settlement.now())
                if left > 0 { throw .at(.seconds(left), "waited out") }
                return job.done("found")
            }
            let intent = Intent(action: .create, owner: "dead", key: "key", deadline: bed.time.now + 60)
            let id = try await bed.put(bed.anna, "A", intent: intent)
            let row = try await bed.row(id) { $0.status.reason == "waited out" }
            #expect(row.status.intent == intent, "another's intent stays as it is")
            await bed.advance(by: .seconds(60))
            #expect(try await bed.row(id, .settled).item == .made(ItemID("found"), ETag("1")))
        }
    }

    @Test("A failure that did nothing ends its intent; an unknown outcome keeps it", arguments: [true, false])
    func failureAfterBegin(isUnknown: Bool) async throws {
        try await SettlingBed.run { bed in
            bed.work { job, settlement throws(SettlingFailure) in
                guard job.status.intent == nil else { throw .at(.seconds(100), "waited out") }
                let latest = try await settlement.begin(.create, key: "key", on: &job)
                try await settlement.perform(by: latest) { () throws(SettlingFailure) in
                    throw isUnknown ? .outcomeUnknown("no answer") : .mailboxRests(.seconds(20), "busy")
                }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id) { $0.status.reason != nil }
            #expect((row.status.intent != nil) == isUnknown)
            #expect(row.status.due == bed.time.now + (isUnknown ? 60 : 20))
        }
    }

    @Test("An effect whose facts could not be stored keeps its intent")
    func factsNotStored() async throws {
        try await SettlingBed.run { bed in
            let effects = Shared(0)
            bed.work { job, settlement throws(SettlingFailure) in
                if let intent = job.status.intent {
                    let left = intent.deadline.timeIntervalSince(try await settlement.now())
                    if left > 0 { throw .at(.seconds(left), "waited out") }
                    return job.done("found")
                }
                let latest = try await settlement.begin(.create, key: "key", on: &job)
                try await settlement.perform(by: latest) { () throws(SettlingFailure) in effects.update { $0 += 1 } }
                return job.done()
            }
            bed.store.beforeNextCommit(where: { _ in effects.value == 1 }) { _ throws(StoreError) in
                throw StoreError(.unavailable, "locked")
            }
            let id = try await bed.put(bed.anna, "A")
            #expect(try await eventually { effects.value == 1 })
            await bed.settlementsEnded()
            let row = try await bed.row(id)
            #expect(row.status.intent?.owner == "worker-1")
            #expect(row.status.state == .due)
            await bed.advance(by: .seconds(60))
            #expect(try await bed.row(id, .settled).item == .made(ItemID("found"), ETag("1")))
            #expect(effects.value == 1)
        }
    }
}

extension Job {
    var content: Data {
        if case .content(let data, _) = link.observed { data } else { Data() }
    }
}

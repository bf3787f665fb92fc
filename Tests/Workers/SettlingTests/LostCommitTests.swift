import Foundation
import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A lost compare-and-set adds only its own facts, and only while they still hold")
struct LostCommitTests {
    @Test("A newer state that came during a write stays, beside the facts of the write", arguments: [true, false])
    func newerState(hasIntent: Bool) async throws {
        try await SettlingBed.run { bed in
            let settled = Shared<[String]>([])
            bed.work { [bed] job, settlement throws(SettlingFailure) in
                let content = String(decoding: job.content, as: UTF8.self)
                settled.update { $0.append(content) }
                if content == "A" {
                    if hasIntent { _ = try await settlement.begin(.create, key: "key", on: &job) }
                    let id = job.id
                    await unfailing { try await bed.observe(id, "newer") }
                    var facts = job.done("first")
                    facts.journal = [JournalDraft(item: "job/A", rule: "JOB-1", action: "made", detail: "")]
                    return facts
                }
                #expect(job.link.item == .made(ItemID("first"), ETag("1")), "the write's facts are known")
                #expect(job.status.intent == nil)
                return job.done("second")
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id, .settled)
            #expect(settled.value == ["A", "newer"])
            #expect(row.settled == ContentHash("newer"))
            #expect(row.observed == nil)
            #expect(try await bed.journal().map(\.action) == ["made"], "what was done is journalled once")
        }
    }

    @Test("Where the row holds another intent nothing is added, and the row is due")
    func anotherIntent() async throws {
        try await SettlingBed.run { bed in
            let other = Intent(action: .create, owner: "worker-2", key: "key", deadline: bed.time.now + 300)
            bed.work { [bed] job, settlement throws(SettlingFailure) in
                guard job.status.intent == nil else { throw .at(.seconds(300), "waited out") }
                _ = try await settlement.begin(.create, key: "key", on: &job)
                let id = job.id
                await unfailing {
                    try await bed.change(id) { $0.status.intent = other }
                }
                return job.done("mine")
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id) { $0.status.reason == "waited out" }
            #expect(row.status.intent == other)
            #expect(row.item == .none)
            #expect(row.observed != nil)
        }
    }

    @Test(
        "A write that ended, or may have, after its successor had settled the row is looked for once more",
        arguments: [true, false])
    func afterItsSuccessor(isKnown: Bool) async throws {
        try await SettlingBed.run { bed in
            let rounds = Shared(0)
            bed.work { [bed] job, settlement throws(SettlingFailure) in
                rounds.update { $0 += 1 }
                guard rounds.value == 1 else {
                    guard let intent = job.status.intent else { return job.done("not searched") }
                    let left = intent.deadline.timeIntervalSince(try await settlement.now())
                    if left > 0 { throw .at(.seconds(left), "waited out") }
                    return job.done("searched")
                }
                _ = try await settlement.begin(.create, key: "key", on: &job)
                let id = job.id
                await unfailing {
                    try await bed.change(id) { row in
                        row.status.intent = nil
                        row.status.state = .settled
                        row.item = .made(ItemID("successor's"), ETag("1"))
                    }
                }
                guard isKnown else { throw .outcomeUnknown("no answer") }
                return job.done("ours")
            }
            let id = try await bed.put(bed.anna, "A")
            #expect(try await eventually { rounds.value == 2 })
            await bed.settlementsEnded()
            #expect(try await bed.row(id).item == .made(ItemID("successor's"), ETag("1")))
            await bed.advance(by: .seconds(60))
            let row = try await bed.row(id, .settled)
            #expect(row.item == .made(ItemID("searched"), ETag("1")))
            #expect(row.status.intent == nil)
        }
    }

    @Test("Facts of a write without an intent are not added where somebody else wrote meanwhile")
    func writtenByAnother() async throws {
        try await SettlingBed.run { bed in
            let rounds = Shared(0)
            bed.work { [bed] job, _ throws(SettlingFailure) in
                rounds.update { $0 += 1 }
                guard rounds.value == 1 else { return job.done("planned on what is there") }
                let id = job.id
                await unfailing {
                    try await bed.change(id) { $0.item = .made(ItemID("other"), ETag("2")) }
                }
                return job.done("stale")
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id, .settled)
            #expect(rounds.value == 2)
            #expect(row.item == .made(ItemID("planned on what is there"), ETag("1")))
        }
    }

    @Test("A failure is not written over a newer state, and leaves no intent that did nothing")
    func failureAgainstNewer() async throws {
        try await SettlingBed.run { bed in
            let rounds = Shared(0)
            bed.work { [bed] job, settlement throws(SettlingFailure) in
                rounds.update { $0 += 1 }
                guard rounds.value == 1 else {
                    #expect(job.status.intent == nil)
                    return job.done()
                }
                _ = try await settlement.begin(.create, key: "key", on: &job)
                let id = job.id
                await unfailing { try await bed.observe(id, "newer") }
                throw .refused(rule: "JOB-1", "not that")
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id, .settled)
            #expect(row.settled == ContentHash("newer"))
            #expect(try await bed.journal().isEmpty)
        }
    }

    @Test("A row that was put to rest during a write takes the facts and stays at rest")
    func restedMeanwhile() async throws {
        try await SettlingBed.run { bed in
            bed.work { [bed] job, settlement throws(SettlingFailure) in
                _ = try await settlement.begin(.create, key: "key", on: &job)
                let user = job.mailbox
                await unfailing { _ = try await bed.store.commit([.restRows(of: user)]) }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id) { $0.item != .none }
            #expect(row.status.state == .resting)
            #expect(row.status.intent == nil)
            #expect(row.status.due == nil)
            #expect(row.observed == nil)
        }
    }

    @Test(
        "Facts of a write that the store refuses though nobody changed the row are tried once, and looked for at its deadline"
    )
    func refusedFacts() async throws {
        try await SettlingBed.run { bed in
            let (rounds, commits) = (Shared(0), Shared(0))
            bed.store.refuse { mutations in
                guard mutations.contains(where: { $0.makes(ItemID("another row's")) }) else { return false }
                commits.update { $0 += 1 }
                return true
            }
            bed.work { job, settlement throws(SettlingFailure) in
                rounds.update { $0 += 1 }
                guard job.status.intent == nil else { return job.done("found") }
                _ = try await settlement.begin(.create, key: "key", on: &job)
                return job.done("another row's")
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id) { $0.status.attempts == 1 }
            #expect(row.status.due == row.status.intent?.deadline && row.status.due == bed.time.now + 60)
            #expect(row.status.reason?.contains("another row") == true)
            #expect(rounds.value == 1 && commits.value == 1)
            await bed.advance(by: .seconds(60))
            #expect(try await bed.row(id, .settled).item == .made(ItemID("found"), ETag("1")))
            #expect(rounds.value == 2)
        }
    }

    @Test("What is lost again and again is tried later, after growing pauses, and the row stays as it was")
    func lostWithoutEnd() async throws {
        try await SettlingBed.run { bed in
            let rounds = Shared(0)
            bed.store.refuse { $0.contains { $0.makes(ItemID("another row's")) } }
            bed.work { job, _ throws(SettlingFailure) in
                rounds.update { $0 += 1 }
                job.link.item = .made(ItemID("another row's"), ETag("1"))
                var facts = job.done("another row's")
                facts.isConditional = true
                return facts
            }
            let id = try await bed.put(bed.anna, "A")
            for attempt in 1...3 {
                let row = try await bed.row(id) { $0.status.attempts == attempt }
                #expect(row.status.state == .due && row.item == .none)
                #expect(row.status.reason?.contains("again and again") == true)
                await bed.settlementsEnded()
                #expect(rounds.value == 6 * attempt)
                let pause = try #require(row.status.due).timeIntervalSince(bed.time.now)
                #expect(pause >= 0.8 * Double(1 << (attempt - 1)))
                if attempt == 3 { bed.store.refuse(nil) }
                await bed.advance(by: .seconds(pause + 0.001))
            }
            #expect(try await bed.row(id, .settled).item == .made(ItemID("another row's"), ETag("1")))
        }
    }
}

extension Mutation {
    /// Whether it stores a row that has this item.
    fileprivate func makes(_ item: ItemID) -> Bool {
        guard case .contactLink(let row) = self else { return false }
        return row.item == .made(item, ETag("1"))
    }
}

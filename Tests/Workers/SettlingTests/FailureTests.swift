import Foundation
import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What becomes of a row that can't be settled now")
struct FailureTests {
    @Test("Pauses double up to 15 minutes, each 20 % shorter or longer at most, and begin anew after a success")
    func backoff() async throws {
        try await SettlingBed.run { bed in
            bed.work { _, _ throws(SettlingFailure) in throw .later("busy") }
            let id = try await bed.put(bed.anna, "A")
            var pauses: [TimeInterval] = []
            for attempt in 1...13 {
                let row = try await bed.row(id) { $0.status.attempts == attempt }
                #expect(row.status.state == .due)
                #expect(row.status.reason == "busy")
                await bed.settlementsEnded()
                pauses.append(try #require(row.status.due).timeIntervalSince(bed.time.now))
                if attempt == 13 { bed.work { job, _ in job.done() } }
                await bed.advance(by: .seconds(try #require(pauses.last) + 0.001))
            }
            let wanted = [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
            #expect(zip(pauses, wanted).allSatisfy { abs($0 - $1) <= $1 * 0.2 + 0.001 }, "\(pauses)")
            #expect(
                zip(pauses, wanted).contains { abs($0 - $1) > $1 * 0.01 }, "they differ, so that not all wake at once")
            let row = try await bed.row(id, .settled)
            #expect(row.status.attempts == 0)
            #expect(row.status.reason == nil)
            #expect(row.status.due == nil)
            bed.work { _, _ throws(SettlingFailure) in throw .later("busy again") }
            try await bed.observe(id, "newer")
            let again = try await bed.row(id) { $0.status.attempts == 1 }
            #expect(try #require(again.status.due).timeIntervalSince(bed.time.now) <= 1.2)
        }
    }

    @Test("A row that is to be looked at again at a time of its own is so, and that is no failure")
    func at() async throws {
        try await SettlingBed.run { bed in
            bed.work { _, _ throws(SettlingFailure) in throw .at(.seconds(40), "waited out") }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id) { $0.status.reason == "waited out" }
            #expect(row.status.due == bed.time.now + 40)
            #expect(row.status.attempts == 0)
        }
    }

    @Test("A mailbox that is asked to rest does so, all of its rows, and holds up no other", arguments: [true, false])
    func mailboxRests(asksForTime: Bool) async throws {
        try await SettlingBed.run { bed in
            let rest: Duration = asksForTime ? .seconds(30) : .seconds(900)
            let asked = Shared(0)
            bed.work { [anna = bed.anna.id] job, _ throws(SettlingFailure) in
                guard job.mailbox == anna else { return job.done() }
                asked.update { $0 += 1 }
                if asked.value > 1 { return job.done() }
                throw asksForTime
                    ? .mailboxRests(.seconds(30), "Retry-After") : .mailboxUnusable(rule: "USR-3", "no licence")
            }
            let (first, second) = (try await bed.put(bed.anna, "A1"), try await bed.put(bed.anna, "A2"))
            let row = try await bed.row(first) { $0.status.reason != nil }
            #expect(row.status.due == bed.time.now + rest / .seconds(1))
            #expect(row.status.attempts == 0, "the row has done nothing wrong")
            await bed.advance(by: rest - .seconds(1))
            try await bed.row(try await bed.put(bed.bea, "B"), .settled)
            #expect(asked.value == 1)
            #expect(try await bed.row(second).status.state == .due)
            await bed.advance(by: .seconds(1))
            try await bed.row(first, .settled)
            try await bed.row(second, .settled)
        }
    }

    @Test(
        "What is refused, or held for a person, is journalled with its rule and not tried again",
        arguments: [true, false])
    func forGood(isRefused: Bool) async throws {
        try await SettlingBed.run { bed in
            let asked = Shared(0)
            bed.work { _, _ throws(SettlingFailure) in
                asked.update { $0 += 1 }
                throw isRefused ? .refused(rule: "JOB-1", "not that") : .held(rule: "JOB-1", "not that")
            }
            let id = try await bed.put(bed.anna, "A")
            let row = try await bed.row(id, isRefused ? .refused : .held)
            #expect(row.status.reason == "not that")
            #expect(row.status.due == nil)
            let entry = try #require(try await bed.journal().first)
            #expect(entry.rule == "JOB-1")
            #expect(entry.action == (isRefused ? "refused" : "held"))
            #expect(entry.item == "job/A")
            #expect(entry.user == bed.anna.id)
            await bed.advance(by: .seconds(3600))
            try await bed.row(try await bed.put(bed.anna, "B"), isRefused ? .refused : .held)
            #expect(asked.value == 2, "each once")
        }
    }

    @Test("Rows of a mailbox whose user is off rest with the reason; one that must wait is asked again then")
    func standing() async throws {
        try await SettlingBed.run { bed in
            let asked = Shared(0)
            bed.work { job, _ in
                asked.update { $0 += 1 }
                return job.done()
            }
            bed.jobs.standings.update { [anna = bed.anna.id, bea = bed.bea.id] in
                $0 = [anna: .resting("off in LN"), bea: .waiting(.seconds(5))]
            }
            let (hers, other) = (try await bed.put(bed.anna, "A"), try await bed.put(bed.bea, "B"))
            let row = try await bed.row(hers, .resting)
            #expect(row.status.reason == "off in LN")
            #expect(row.status.due == nil)
            #expect(row.observed != nil, "what it has observed stays")
            bed.jobs.standings.update { $0 = [:] }
            await bed.advance(by: .seconds(4))
            try await bed.row(try await bed.put(bed.anna, "A2"), .settled)
            #expect(try await bed.row(other).status.state == .due)
            #expect(asked.value == 1)
            await bed.advance(by: .seconds(2))
            try await bed.row(other, .settled)
            #expect(try await bed.row(hers).status.state == .resting, "until it is woken")
        }
    }

    @Test("A store that can't be asked is asked again, and nothing is lost")
    func storeCantBeAsked() async throws {
        try await SettlingBed.run { bed in
            bed.jobs.failingLook.update { $0 = StoreError(.unavailable, "locked") }
            let id = try await bed.put(bed.anna, "A")
            let isSettled = try await eventually {
                bed.time.advance(by: .milliseconds(250))
                return try await bed.row(id).status.state == .settled
            }
            #expect(isSettled)
            #expect(bed.jobs.failingLook.value == nil)
        }
    }

    @Test("A row whose outcome could not be stored is settled again")
    func storeCantBeWritten() async throws {
        try await SettlingBed.run { bed in
            let asked = Shared(0)
            bed.work { job, _ in
                asked.update { $0 += 1 }
                return job.done()
            }
            let id = try await bed.put(bed.anna, "A", in: .seconds(1))
            bed.store.beforeNextCommit { _ throws(StoreError) in throw StoreError(.full, "the disk is full") }
            await bed.advance(by: .seconds(1))
            let isSettled = try await eventually {
                bed.time.advance(by: .milliseconds(250))
                return try await bed.row(id).status.state == .settled
            }
            #expect(isSettled)
            #expect(asked.value == 2)
        }
    }
}

import Administration
import Foundation
import HTTPTypes
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("When Exchange is busy, or a mailbox can't be used (USR-3)")
struct TroubleTests {
    private let anna = SyncUser("anna")
    private let bea = SyncUser("bea")

    private func requests(_ bed: SyncBed, _ user: SyncUser) -> Int {
        bed.transport.requests.count { $0.path.contains("/users/\(user.name)%40") }
    }

    @Test("A mailbox that Exchange asks to leave alone rests as long as that, and holds up no other")
    func retryAfter() async throws {
        try await SyncBed.run(anna, bea) { bed in
            let (hers, other) = (ContactLinkID(anna, "C1"), ContactLinkID(bea, "C1"))
            try bed.outlook(anna).fault([
                "kind": "status", "status": 429, "code": "ApplicationThrottled", "retryAfter": 30,
            ])
            try await bed.ln(hers, .named("Ann", "Lee"))
            try await bed.row(hers) { $0.status.reason != nil }
            let asked = requests(bed, anna)
            #expect(asked == 1)
            try await bed.ln(ContactLinkID(anna, "C2"), .named("Bo", "Ek"))
            try await bed.ln(other, .named("Ann", "Lee"))
            try await bed.row(other, .settled)
            await bed.advance(by: .seconds(29))
            try await bed.ln(ContactLinkID(bea, "C2"), .named("Bo", "Ek"))
            try await bed.row(ContactLinkID(bea, "C2"), .settled)
            #expect(requests(bed, anna) == asked, "nothing is sent to it before the time is over")
            await bed.advance(by: .seconds(2))
            try await bed.row(hers, .settled)
            try await bed.row(ContactLinkID(anna, "C2"), .settled)
            #expect(try bed.outlook(anna).items().count == 2)
        }
    }

    @Test("A create that was throttled leaves no intent behind: it was not made")
    func throttledCreate() async throws {
        try await SyncBed.run(anna) { bed in
            let id = ContactLinkID(anna, "C1")
            try bed.outlook(anna).makeFolder()
            bed.transport.beforeNext(where: { $0.method == .post && $0.path.hasSuffix("/contacts") }) { [anna] _ in
                #expect(throws: Never.self) {
                    try bed.outlook(anna).fault(["kind": "status", "status": 429, "retryAfter": 5])
                }
            }
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id) { $0.status.reason != nil }
            #expect(row.status.intent == nil)
            #expect(row.status.due == bed.time.now.addingTimeInterval(5))
            await bed.advance(by: .seconds(6))
            try await bed.row(id, .settled)
            #expect(try bed.outlook(anna).items().count == 1)
        }
    }

    @Test("What fails for a time is tried again after growing pauses, and then done")
    func transient() async throws {
        try await SyncBed.run(anna) { bed in
            let id = ContactLinkID(anna, "C1")
            try bed.outlook(anna).fault(["kind": "status", "status": 500, "code": "Oops", "count": 3])
            try await bed.ln(id, .named("Ann", "Lee"))
            var pauses: [TimeInterval] = []
            for attempt in 1...3 {
                let row = try await bed.row(id) { $0.status.attempts == attempt }
                #expect(row.status.reason?.contains("500") == true)
                pauses.append(try #require(row.status.due).timeIntervalSince(bed.time.now))
                await bed.advance(by: .seconds(try #require(pauses.last) + 0.001))
            }
            let row = try await bed.row(id, .settled)
            #expect(row.status.attempts == 0)
            #expect(row.status.reason == nil)
            #expect(zip(pauses, [1.0, 2, 4]).allSatisfy { abs($0 - $1) <= $1 * 0.2 + 0.001 }, "\(pauses)")
        }
    }

    @Test("A token that is refused is replaced, unnoticed")
    func expiredToken() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(ContactLinkID(anna, "C1"), .named("Ann", "Lee"))
            try await bed.row(ContactLinkID(anna, "C1"), .settled)
            try bed.outlook(anna).expireTokens()
            try await bed.ln(ContactLinkID(anna, "C2"), .named("Bo", "Ek"))
            let row = try await bed.row(ContactLinkID(anna, "C2"), .settled)
            #expect(row.status.attempts == 0)
            #expect(bed.time.uptime == .zero)
        }
    }

    @Test(
        "A mailbox that can't be used is left alone with a reason, longer each time, and released once it answers",
        arguments: [
            ("unlicensed", "give it a licence, correct the e-mail address in MS Exchange Synchronization Users"),
            ("outOfScope", "check its scope"),
        ])
    func quarantine(_ kind: String, _ word: String) async throws {
        try await SyncBed.run(anna, bea) { bed in
            let (hers, other) = (ContactLinkID(anna, "C1"), ContactLinkID(bea, "C1"))
            try bed.outlook(anna).become(kind)
            try await bed.ln(hers, .named("Ann", "Lee"))
            try await bed.ln(other, .named("Ann", "Lee"))
            try await bed.row(other, .settled)
            for (attempt, pause) in [900.0, 3600, 14400, 86400, 86400].enumerated() {
                let isQuarantined = try await eventually {
                    try await bed.user(anna).quarantine?.attempts == attempt + 1
                }
                #expect(isQuarantined)
                let quarantine = try #require(try await bed.user(anna).quarantine)
                #expect(quarantine.reason.contains(word))
                #expect(quarantine.until == bed.time.now.addingTimeInterval(pause))
                try await bed.row(hers) { $0.status.state == .due && $0.status.due == quarantine.until }
                let asked = requests(bed, anna)
                await bed.advance(by: .seconds(pause - 1))
                try await bed.ln(other, .named("Ann", "Lee \(attempt)"))
                try await bed.row(other) { $0.status.state == .settled && $0.observed == nil }
                #expect(requests(bed, anna) == asked, "left alone until then")
                if attempt == 4 { try bed.outlook(anna).become("usable") }
                await bed.advance(by: .seconds(1))
            }
            try await bed.row(hers, .settled)
            let isReleased = try await eventually { try await bed.user(anna).quarantine == nil }
            #expect(isReleased)
            let entries = try await bed.store.journal(JournalQuery(item: "user/anna")).reversed().map(\.draft).filter {
                $0.rule != "CON-2"
            }
            #expect(entries.map(\.action) == Array(repeating: "quarantined", count: 5) + ["released"])
            #expect(entries.allSatisfy { $0.rule == "USR-3" })
        }
    }

    @Test("A quarantine that a person ends is over at once: rows that were to wait for hours are written now")
    func endedByHand() async throws {
        try await SyncBed.run(anna) { bed in
            let (first, second) = (ContactLinkID(anna, "C1"), ContactLinkID(anna, "C2"))
            try bed.outlook(anna).become("unlicensed")
            try await bed.ln(first, .named("Ann", "Lee"))
            try await bed.row(first) { $0.status.due == bed.time.now.addingTimeInterval(900) }
            try await bed.ln(second, .named("Bo", "Ek"))
            await bed.advance(by: .seconds(3))
            #expect(try await bed.row(second, .due).status.reason == nil)
            let asked = requests(bed, anna)
            // Still unusable: it is quarantined anew, as for the first time.
            _ = try await bed.administration.resume("anna")
            try await bed.noticed()
            await bed.advance(by: .seconds(2))
            let isTried = try await eventually {
                try await bed.user(anna).quarantine?.attempts == 1 && requests(bed, anna) == asked + 1
            }
            #expect(isTried)
            try bed.outlook(anna).become("usable")
            #expect(try await bed.administration.resume("anna").isChanged)
            try await bed.noticed()
            await bed.advance(by: .seconds(2))
            try await bed.row(first, .settled)
            try await bed.row(second, .settled)
            #expect(try await bed.user(anna).quarantine == nil)
        }
    }

    @Test("A settlement that asks Exchange nothing ends no quarantine")
    func nothingAsked() async throws {
        try await SyncBed.run(anna) { bed in
            let id = ContactLinkID(anna, "C1")
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            let asked = bed.transport.requests.count
            try await bed.change(anna) {
                $0.quarantine = Quarantine(
                    reason: "no licence", since: bed.time.now, until: bed.time.now.addingTimeInterval(10), attempts: 2)
            }
            try await bed.noticed()
            // There and back again: nothing is to be written.
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.ln(id, .named("Ann", "Lee"))
            await bed.advance(by: .seconds(11))
            try await bed.row(id, .settled)
            #expect(bed.transport.requests.count == asked)
            #expect(try await bed.user(anna).quarantine?.attempts == 2)
        }
    }

    @Test("A wrong secret is nobody's mailbox: all wait, none is quarantined, and the work resumes by itself")
    func wrongSecret() async throws {
        try await SyncBed.run(anna) { bed in
            let id = ContactLinkID(anna, "C1")
            bed.secret.update { $0 = "wrong" }
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id) { $0.status.reason != nil }
            #expect(row.status.state == .due)
            #expect(try await bed.user(anna).quarantine == nil)
            bed.secret.update { $0 = "s" }
            await bed.advance(by: .seconds(61))
            try await bed.row(id, .settled)
        }
    }
}

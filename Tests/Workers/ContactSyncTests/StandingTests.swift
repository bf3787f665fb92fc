import Foundation
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Users and switches that are off: rows rest, and nothing is lost (SET-3)")
struct StandingTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }

    @Test("An inactive user's rows rest, take what LN shows, and are written once they are woken")
    func inactive() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.change(anna) { $0.isActive = false }
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id, .resting)
            #expect(row.status.reason?.contains("ttaad2141m000") == true)
            #expect(row.status.due == nil)
            try await bed.ln(id, .named("Anne", "Lee"))
            #expect(try await bed.row(id) { $0.status.sequence.counter == 2 }.status.state == .resting)
            #expect(bed.transport.requests.isEmpty)
            try await bed.change(anna) { $0.isActive = true }
            try await bed.commit([.wakeRows(of: anna.id)])
            #expect(try await bed.row(id, .settled).status.reason == nil)
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne Lee"])
        }
    }

    @Test("With Synchronize Contacts off in COM Parameters all rows rest; nothing is deleted")
    func switchOff() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            func set(_ isOn: Bool) async throws {
                let parameters = ComParameters(synchronizeContacts: isOn, synchronizeActivities: false)
                try await bed.commit([try .setting(.comParameters, parameters, by: "test")])
            }
            try await set(false)
            try await bed.ln(removes: id)
            #expect(try await bed.row(id, .resting).status.reason?.contains("tccom0000s000") == true)
            #expect(try bed.outlook(anna).items().count == 1)
            try await set(true)
            try await bed.commit([.wakeRows(of: anna.id)])
            try await bed.row(id, .tombstone)
            #expect(try bed.outlook(anna).items().isEmpty)
        }
    }

    @Test("Stopped, or paused: the rows stay due, nothing is asked, and the start resumes", arguments: [true, false])
    func stopped(isPause: Bool) async throws {
        try await SyncBed.run(anna) { bed in
            func set(_ isOn: Bool) async throws {
                if isPause {
                    try await bed.change(anna) { $0.isPaused = !isOn }
                } else {
                    try await bed.commit([try .setting(.control, Control(isStarted: isOn), by: "test")])
                }
            }
            try await set(false)
            try await bed.ln(id, .named("Ann", "Lee"))
            for _ in 0..<3 {
                await bed.advance(by: .seconds(1))
                #expect(try await bed.row(id, .due).status.attempts == 0)
            }
            #expect(bed.transport.requests.isEmpty)
            try await set(true)
            await bed.advance(by: .seconds(2))
            try await bed.row(id, .settled)
        }
    }
}

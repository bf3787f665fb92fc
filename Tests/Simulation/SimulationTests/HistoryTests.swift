import LNSandbox
import Testing

@testable import Simulation

/// The histories that the design's reader model prints for each rule that is left out, replayed with the real code, which has the
/// rule: the end state is right. Each test first makes sure that the history did happen.
@Suite("Histories that a weaker rule would not survive")
struct HistoryTests {
    @Test("A live send empties the hash before: a crash behind it leaves no hash of older content")
    func emptyBeforeLive() throws {
        let scenario = try Scenario(contacts: 1)
        let ln = scenario.world.ln
        scenario.holdIntake()
        ln.edit(contact: 0, jobTitle: "A")
        scenario.world.hint(full: false)
        scenario.crew.pass(.seconds(8))
        #expect(try scenario.titles(in: Scenario.live) == ["", "A"])
        ln.edit(contact: 0, jobTitle: "B")
        scenario.afterNextRead { ln.edit(contact: 0, jobTitle: "A") }
        scenario.crashReaderAfterNextLiveSend()
        scenario.world.hint(full: false)
        scenario.crew.pass(.seconds(30))
        #expect(try scenario.titles(in: Scenario.live) == ["", "A", "B", "A"])
        scenario.intakeOf(Scenario.live)
        #expect(try scenario.differences() == [])
    }

    @Test("A back-fill of other content empties the hash: what live sent before is sent again")
    func emptyBeforeBackfill() throws {
        let scenario = try Scenario(contacts: 1)
        let ln = scenario.world.ln
        scenario.holdIntake()
        ln.edit(contact: 0, jobTitle: "A")
        scenario.world.hint(full: false)
        scenario.crew.pass(.seconds(8))
        ln.edit(contact: 0, jobTitle: "B")
        scenario.afterNextRead { ln.edit(contact: 0, jobTitle: "A") }
        scenario.world.reapply()
        scenario.crew.pass(.seconds(8))
        #expect(try scenario.titles(in: Scenario.backfill) == ["", "B"])
        scenario.world.hint(full: false)
        scenario.crew.pass(.seconds(8))
        #expect(try scenario.titles(in: Scenario.live) == ["", "A", "A"])
        scenario.intakeOf(Scenario.live, upTo: 2)
        scenario.crew.pass(.seconds(4))
        scenario.intakeOf(Scenario.backfill)
        scenario.crew.pass(.seconds(4))
        scenario.intakeOf(Scenario.live)
        #expect(try scenario.differences() == [])
    }

    @Test("What is equal to what is settled is taken in while something else is observed")
    func equalNeedsNothingObserved() throws {
        let scenario = try Scenario(contacts: 1)
        let ln = scenario.world.ln
        scenario.holdIntake()
        ln.edit(contact: 0, jobTitle: "A")
        scenario.afterNextRead { ln.edit(contact: 0, jobTitle: "B") }
        scenario.world.reapply()
        scenario.crew.pass(.seconds(8))
        let first = Int64(scenario.world.cluster.records(of: Scenario.backfill).count)
        scenario.afterNextRead { ln.edit(contact: 0, jobTitle: "A") }
        scenario.world.reapply()
        scenario.crew.pass(.seconds(8))
        #expect(try scenario.titles(in: Scenario.backfill) == ["", "A", "B"])
        scenario.world.hint(full: false)
        scenario.crew.pass(.seconds(8))
        #expect(try scenario.titles(in: Scenario.live) == ["", "A"])

        scenario.intakeOf(Scenario.backfill, upTo: first)
        scenario.crew.pass(.seconds(4))
        // The settling of B is under way when A comes again.
        scenario.world.exchange.gate.shut()
        scenario.intakeOf(Scenario.backfill)
        scenario.crew.pass(.seconds(4))
        #expect(scenario.world.exchange.gate.keeps == 1)
        scenario.intakeOf(Scenario.live)
        scenario.crew.pass(.seconds(4))
        scenario.world.exchange.gate.open()
        #expect(try scenario.differences() == [])
    }

    @Test("A pull waits for the back-fill's page: what leaves the scope meanwhile is removed")
    func onePageAtATime() throws {
        let scenario = try Scenario(contacts: 4)
        let world = scenario.world
        let contact = 3
        #expect(try scenario.titles(in: Scenario.backfill, of: contact) == [])
        world.ln.switchMember("Synchronize", .contacts, LNSide.code(contact))
        scenario.afterNextRead {
            world.ln.switchMember("Synchronize", .contacts, LNSide.code(contact))
            world.hint(full: false)
        }
        world.reapply()
        scenario.crew.pass(.seconds(15))
        #expect(try scenario.titles(in: Scenario.backfill, of: contact) == [""])
        #expect(try scenario.titles(in: Scenario.live, of: contact) == [nil])
        #expect(try scenario.differences() == [])
    }
}

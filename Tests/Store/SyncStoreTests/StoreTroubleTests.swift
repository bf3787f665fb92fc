import RuntimeTesting
import SyncStore
import Testing

@Suite("What is wrong with the store at the moment")
struct StoreTroubleTests {
    @Test("A failed write is told once, counts while it goes on failing, and is over a while after the last one")
    func memory() {
        let time = ManualTime()
        let trouble = StoreTrouble(time: time, interval: .seconds(1))
        let full = StoreError(.full, "the disk is full")
        #expect(trouble.current == nil)
        #expect(trouble.failed(full))
        time.advance(by: .seconds(7))
        #expect(trouble.current?.code == .full)
        #expect(!trouble.failed(full))
        time.advance(by: .seconds(7))
        #expect(trouble.current != nil)
        time.advance(by: .seconds(2))
        #expect(trouble.current == nil)
        #expect(trouble.failed(full), "another outage is told again")
    }
}

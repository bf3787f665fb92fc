import SyncModel
import Testing

@Suite("A read's place in the order")
struct ReadSequenceTests {
    @Test("The epoch counts before the counter, in the text too")
    func order() {
        let sequences = [(1, 5), (1, 40), (2, 1), (1_700_000_000, 0)].map { ReadSequence(epoch: $0.0, counter: $0.1) }
        #expect(sequences == sequences.sorted())
        #expect(sequences.map(\.description) == sequences.map(\.description).sorted())
    }

    @Test("A text is read back as it was written", arguments: [(0, 0), (1_732_442_400, 17)])
    func text(epoch: Int64, counter: Int64) {
        let sequence = ReadSequence(epoch: epoch, counter: counter)
        #expect(ReadSequence(sequence.description) == sequence)
    }

    @Test(
        "Anything else is no sequence",
        arguments: ["", "1", "1.", ".1", "1.2.3", "-1.2", "1.+2", "a.b", "1 .2", "9223372036854775808.1"])
    func garbage(text: String) {
        #expect(ReadSequence(text) == nil)
    }
}

@Suite("A day")
struct CalendarDateTests {
    @Test("Days that exist", arguments: ["1958-10-13", "2000-02-29", "0001-01-01", "2026-11-24T12:00:00Z"])
    func days(text: String) {
        #expect(CalendarDate(text)?.description == String(text.prefix(10)))
    }

    @Test(
        "Days that do not",
        arguments: ["1900-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "26-01-01", "", "0000-01-01"])
    func noDays(text: String) {
        #expect(CalendarDate(text) == nil)
    }
}

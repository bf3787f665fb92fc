import Runtime
import Telemetry
import Testing

@Suite struct TraceContextTests {
    private let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("A traceparent is read and written back")
    func roundTrip() throws {
        let context = try #require(TraceContext(text))
        #expect(context.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(context.parentID == "b7ad6b7169203331")
        #expect(context.isSampled)
        #expect(context.description == text)
        #expect(TraceContext(text.dropLast() + "2")?.isSampled == false)
    }

    @Test("A higher version's known part is taken")
    func higherVersion() {
        #expect(TraceContext("cc" + text.dropFirst(2) + "-more")?.description == text)
    }

    @Test(
        "What is no traceparent is refused",
        arguments: [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        ])
    func refused(text: String) {
        #expect(TraceContext(text) == nil)
    }

    @Test("A child stays in its trace under a new parent, and a new trace is valid")
    func child() throws {
        let randomness = SeededRandomness(seed: 1)
        let context = try #require(TraceContext(text))
        let child = context.child(randomness)
        #expect(child.traceID == context.traceID)
        #expect(child.parentID != context.parentID)
        #expect(TraceContext(child.description) == child)
        let new = TraceContext(randomness)
        #expect(TraceContext(new.description) == new)
        #expect(TraceContext(SeededRandomness(seed: 2)) != new)
    }
}

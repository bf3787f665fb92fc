import HTTPTypes
import Testing

@Suite("Header fields")
struct HTTPFieldsTests {
    @Test("Names are compared without regard to case, and one may stand more than once")
    func names() {
        var fields: HTTPFields = ["Retry-After": "5"]
        fields.append("retry-after", "6")
        #expect(fields["RETRY-AFTER"] == "5")
        #expect(fields.values(of: "Retry-after") == ["5", "6"])
        #expect(fields["Retry"] == nil)
    }

    @Test("Setting replaces all of a name, and nil removes them")
    func setting() {
        var fields: HTTPFields = ["A": "1", "B": "2"]
        fields.append("a", "3")
        fields["a"] = "4"
        #expect(fields.values(of: "A") == ["4"])
        fields["B"] = nil
        #expect(fields.fields.count == 1)
    }
}

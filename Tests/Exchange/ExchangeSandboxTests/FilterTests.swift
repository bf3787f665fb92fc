import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: filters")
struct FilterTests {
    private let harness: Harness

    init() throws {
        harness = try Harness()
        for (given, surname) in [("Ann", "Lee"), ("Bo", "Lee"), ("Cy", "O'Neil")] {
            harness.send(.post, "contacts", #"{"givenName":"\#(given)","surname":"\#(surname)"}"#)
        }
    }

    @Test(
        "Conditions bind as OData says, and texts are compared without regard to case",
        arguments: [
            ("surname eq 'lee'", ["Ann", "Bo"]), ("surname eq 'O''Neil'", ["Cy"]), ("surname ne 'Lee'", ["Cy"]),
            ("givenName eq 'Cy' or givenName eq 'Ann' and surname eq 'Nobody'", ["Cy"]),
            ("(givenName eq 'Cy' or givenName eq 'Ann') and surname eq 'Lee'", ["Ann"]),
            ("not (surname eq 'Lee')", ["Cy"]), ("startswith(givenName,'a')", ["Ann"]),
        ])
    func semantics(_ filter: String, _ names: [String]) {
        let answer = harness.send(.get, "contacts?$filter=\(harness.escaped(filter))")
        #expect(answer.status == 200)
        #expect(Set((answer.json["value"]?.array ?? []).compactMap { $0["givenName"]?.text }) == Set(names))
    }

    @Test(
        "What is no filter is refused with 400",
        arguments: ["surname", "surname eq", "surname eq 'Lee", "(surname eq 'Lee'", "surname is 'Lee'", "eq 'Lee'"])
    func malformed(_ filter: String) {
        #expect(harness.send(.get, "contacts?$filter=\(harness.escaped(filter))").status == 400)
    }
}

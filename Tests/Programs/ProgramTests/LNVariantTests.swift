import Foundation
import Testing

/// LN as other installations have it: what the client reads is the same.
@Suite("LN in its variants")
struct LNVariantTests {
    @Test(
        "Small pages with next links, tokens of two seconds, the U14 quirk, sets without modification times: all in step"
    )
    func variants() async throws {
        let pipeline = try await Pipeline(ln: [
            "--page-cap", "5", "--next-links", "--token-lifetime", "2", "--without-times", "Addresses,BusinessPartners",
        ])
        try await pipeline.control(pipeline.ln, "faults", ["kind": "u14", "path": "txcom", "count": 3])
        try await pipeline.control(pipeline.ln, "faults", ["kind": "errorBody", "path": "txcom", "count": 1])
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let contact = try #require(try await pipeline.contactsInScope().first)
        try await pipeline.control(pipeline.ln, "tokens/expire")
        try await pipeline.edit(contact, ["JobTitle": "With another token"])
        try await pipeline.inStep("the change")
        #expect(try await pipeline.dump().contains("With another token"))
        await pipeline.close()
    }
}

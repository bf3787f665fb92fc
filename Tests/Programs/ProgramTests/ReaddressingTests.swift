import Foundation
import HTTPTypes
import Testing

/// A user whose address in LN is changed.
@Suite("A sync user's address")
struct ReaddressingTests {
    @Test(
        "Another address in LN has the mailbox behind it filled at once, without a change of any contact and without a restart"
    )
    func anotherMailbox() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let rows = try await pipeline.client.send(.get, pipeline.ln + "/sandbox/data/SyncUsers")
        let user = try #require(
            try JSONDecoder().decode([Pipeline.SyncUserRow].self, from: rows).first { $0.Active == "Yes" })
        try await pipeline.control(
            pipeline.exchange, "mailboxes", ["address": "new.box@hokuto.example", "kind": "usable"])
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.ln)/sandbox/data/SyncUsers/\(user.User)",
            Data(#"{"Email":"new.box@hokuto.example"}"#.utf8))
        try await pipeline.inStep("the mailbox behind the new address")
        #expect(try await pipeline.mailboxes().contains("new.box@hokuto.example"))
        #expect(
            try await pipeline.journal().contains {
                $0.contains("USR-1 readdressed") && $0.contains(user.Email) && $0.contains("new.box@hokuto.example")
            })
        await pipeline.close()
    }
}

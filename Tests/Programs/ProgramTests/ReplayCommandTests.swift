import Foundation
import SyncEvents
import SyncModel
import Testing

@Suite("lnsync replay")
struct ReplayCommandTests {
    private struct Report: Decodable {
        let recordsRead: Int
        let unreadable: Int
        let differing: Int
        let isReadWhole: Bool
        let isExchangeRead: Bool
    }

    @Test("Verifies by itself, compares the store alone without Graph's settings, and says what it could not do")
    func verify() async throws {
        let shop = try await AdministeredShop()
        for _ in 0..<3 { try await shop.send(.contactChanges, key: "nobody", "no JSON") }
        let answer = try await shop.lnsync("replay", "--topic", "ln.contact-changes", "--since", "2h", "--json")
        #expect(answer.status == 0, "\(answer.output)")
        #expect(answer.output.contains("LNSYNC_GRAPH_TENANT is not set: only the store is compared"))
        let report = try answer.json(Report.self)
        #expect(report.recordsRead == 3 && report.unreadable == 3 && report.differing == 0)
        #expect(report.isReadWhole && !report.isExchangeRead)
        let earlier = try await shop.lnsync("replay", "--topic", "ln.contact-changes", "--until", "1h", "--json")
        #expect(try earlier.json(Report.self).recordsRead == 0)
        let text = try await shop.lnsync(
            "replay", "--topic", "ln.contact-changes", "--since", "2h", "--mode", "reapply")
        #expect(text.output.contains("3 records read; 0 contacts of 0 mailboxes are read from LN anew"))
        #expect(text.output.contains("this broker can't look up offsets by time"))
        let over = try await shop.lnsync("replay", "--topic", "ln.contact-changes", "--resume")
        #expect(over.status == 1)
        #expect(over.output.contains("no replay of ln.contact-changes was begun that is not over"))
        await shop.close()
    }

    @Test("What is wrong with the command line is said, and nothing is begun")
    func usage() async throws {
        let shop = try await AdministeredShop()
        for (words, complaint) in [
            (["--topic", "sync.journal"], "option --topic: expected one of ln.contact-changes, ln.contact-backfill"),
            (
                ["--topic", "exchange.event-changes"],
                "exchange.event-changes is not replayed: lnsync sync now --calendars --full reads it anew"
            ),
            (["--since", "yesterday"], "option --since is “yesterday”: expected a time with its zone"),
            (["--since", "1h", "--until", "2h"], "--since is not before --until"),
            (["--since", "1h", "--from-offset", "3"], "give --from-offset, or --since and --until"),
            (["--key", "k", "--user", "anna"], "--key and --user say the same: give one"),
            (["--resume", "--mode", "verify"], "--resume goes on with what was begun: give no --mode with it"),
            (["--group", "x"], "option --group is “x”: ln.contact-changes is read by contact-worker"),
            (["--mode", "x"], "option --mode is “x”: expected one of verify, reapply"),
        ] {
            let topic = words.contains("--topic") ? [] : ["--topic", "ln.contact-changes"]
            let answer = try await shop.lnsync(words: ["replay"] + topic + words)
            #expect(answer.status == 64 && answer.output.contains(complaint), "\(words): \(answer.output)")
        }
        await shop.close()
    }
}

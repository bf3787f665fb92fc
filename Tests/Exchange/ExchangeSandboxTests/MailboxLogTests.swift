import Foundation
import HTTPTypes
import Runtime
import Testing

@testable import ExchangeSandbox

@Suite("Mailboxes' log")
struct MailboxLogTests {
    @Test("A sandbox on the log of another has its mailboxes, their ids and etags; a torn last line is dropped")
    func survives() async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "mailboxes-\(UUID()).log")
        defer { try? FileManager.default.removeItem(at: url) }
        let first = try Harness()
        let log = MailboxLog(url)
        try log.open(first.sandbox)
        let folder = try first.folder()
        let id = try #require(
            first.send(.post, "contactFolders/\(folder)/contacts", #"{"displayName":"A"}"#).json["id"]?.text)
        let gone = try #require(first.send(.post, "contacts", #"{"displayName":"B"}"#).json["id"]?.text)
        first.send(.delete, "contacts/\(gone)")
        first.send(.delete, "contacts/\(gone)")
        try await log.save(first.sandbox)
        let file = try FileHandle(forWritingTo: url)
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"addr".utf8))
        try file.close()
        let second = try Harness()
        try MailboxLog(url).open(second.sandbox)
        #expect(second.send(.get, "contacts/\(id)").json == first.send(.get, "contacts/\(id)").json)
        #expect(second.send(.get, "contacts/\(gone)").status == 404)
        #expect(second.send(.get, "/sandbox/dump").json == first.send(.get, "/sandbox/dump").json)
        #expect(second.sandbox.writes == first.sandbox.writes && second.sandbox.writes > 0)
        second.send(.delete, "/sandbox/counters")
        #expect(second.sandbox.writes == 0)
    }
}

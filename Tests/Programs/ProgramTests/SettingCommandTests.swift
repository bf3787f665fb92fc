import Foundation
import SyncModel
import SyncStore
import Testing

@Suite("Settings, switches and pulls, as an administrator types them")
struct SettingCommandTests {
    private struct Failure: Decodable { let error: String }

    private struct Setting: Decodable {
        struct Field: Decodable { let value: String }
        let name: String
        let fields: [Field]
        let changedBy: String?
    }

    private struct Word: Decodable { let result: String }

    @Test("Our own settings are set and shown; LN's are refused with the session; LN's switches are LN's")
    func settings() async throws {
        let shop = try await AdministeredShop()
        let user = SyncUser(
            id: SyncUserID(UUID()), code: LNUserCode("anna"), name: "Anna", email: EmailAddress("anna@shop.example"),
            isActive: false)
        try await shop.commit([.user(user)])
        let set = try await shop.lnsync("settings", "set", "emailMatch", "exact", "--json")
        #expect(set.status == 0)
        #expect(try set.json(Setting.self).changedBy?.isEmpty == false)
        let shown = try await shop.lnsync("settings", "show", "--json").json([Setting].self)
        #expect(shown.first { $0.name == "emailMatch" }?.fields.map(\.value) == ["exact"])
        for (words, text) in [
            (["settings", "set", "emailMatch", "maybe"], "expected one of: ignoreCase"),
            (["settings", "set", "contactPullInterval", "5"], "(ttaad2140m000)"),
            (["users", "activate", "anna"], "(ttaad2141m000)"), (["users", "import"], "Import all users"),
            (["item", "explain", "C1", "--company", "1300"], "no contact with the code “C1” is known in company 1300"),
        ] {
            let refused = try await shop.lnsync(words: words + ["--json"])
            #expect(refused.status == 1)
            #expect(try refused.json(Failure.self).error.contains(text), "\(refused.output)")
        }
        #expect(try await shop.lnsync("users", "deactivate", "anna@SHOP.example").status == 0)
        await shop.close()
    }

    @Test("A pull that nobody would do is refused: stopped, and then for want of an ln-producer")
    func pull() async throws {
        let shop = try await AdministeredShop()
        let stopped = try await shop.lnsync("sync", "now", "--company", "1300", "--json")
        #expect(stopped.status == 1)
        #expect(try stopped.json(Failure.self).error.contains("synchronisation is stopped"))
        #expect(try await shop.lnsync("start", "--no-wait", "--json").json(Word.self).result == "started")
        let alone = try await shop.lnsync("sync", "now", "--company", "1300", "--json")
        #expect(alone.status == 1)
        #expect(try alone.json(Failure.self).error.contains("no ln-producer"), "\(alone.output)")
        #expect(try await shop.lnsync("sync", "now").output.contains("which company?"))
        await shop.close()
    }
}

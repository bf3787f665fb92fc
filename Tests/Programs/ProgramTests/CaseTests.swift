import Foundation
import Testing

/// ../shared/data/ln-cases.json through the pipeline: each row that concerns contacts or users is a case, which ln-cases.md names.
@Suite(
    "The cases of bad data", .serialized,
    .enabled(if: DataShop.isThere, "../shared/data is missing beside the checkout"))
struct CaseTests {
    /// 40 contacts, less one with Synchronize off and one that is inactive.
    private static let inScope = 38
    private static let served = ["hsato", "isuzuki", "ktakahashi", "nwatanabe", "akeller"]
    private static let mailboxes = [
        "hanako.sato@hokuto.example", "ichiro.suzuki@hokuto.example", "Ken.Takahashi@Hokuto.Example",
        "n.watanabe@hokuto.example", "naoko.watanabe@hokuto.example", "osamu.yamamoto@hokuto.example",
        "anna.keller@hokuto.example", "shared.desk@hokuto.example",
    ]

    @Test("Each case is seen in the mailbox, in the lists and in the journal as the rules want it")
    func cases() async throws {
        let shop = try await DataShop("ln-cases", mailboxes: Self.mailboxes)
        // There is no store until a program has made it.
        try await shop.wait(for: "a start") { try await shop.lnsync("start").status == 0 }
        try await shop.status { status in
            status.isMerged && status.user("anakamura")?.state == "quarantined"
                && Self.served.allSatisfy { code in
                    status.user(code).map { $0.settled == Self.inScope && $0.due == 0 } == true
                }
        }
        try await sharedMailbox(shop)
        let check = try await shop.check(without: "ai.nakamura@hokuto.example")
        #expect(check.inStep && check.mailboxes == 6 && check.contacts == Self.inScope, "\(check.lines)")
        try await users(shop)
        for contact in CaseContact.all { try await verify(contact, shop) }
        try await outOfScope(shop)
        #expect(await shop.close().isEmpty, "a program ended")
    }

    private func verify(_ expected: CaseContact, _ shop: DataShop) async throws {
        // The second is in another time zone.
        for address in ["hanako.sato@hokuto.example", "anna.keller@hokuto.example"] {
            let contact = try await shop.mailbox(address).contact(expected.code)
            guard let contact else {
                Issue.record("\(expected.code), \(expected.title): not there once in \(address)")
                continue
            }
            for (field, value) in expected.fields {
                let shown = contact.shown(field)
                // Byte by byte: Swift's == takes composed and decomposed letters for the same.
                #expect(
                    shown.map { Array($0.utf8) } == value.map { Array($0.utf8) },
                    "\(expected.code), \(expected.title): \(field) is \(shown ?? "empty")")
            }
        }
        let explained = try await shop.lnsync("item", "explain", expected.code)
        #expect(explained.status == 0)
        // Of the two with one mailbox one.
        #expect(explained.output.contains("in step with LN, in 6 mailboxes:"), "\(explained.output)")
        for code in Self.served { #expect(explained.output.contains("\n  \(code) ("), "\(explained.output)") }
        for line in expected.journal {
            #expect(explained.output.contains(line), "\(expected.code), \(expected.title): \(explained.output)")
        }
    }

    private func outOfScope(_ shop: DataShop) async throws {
        // Synchronize off, inactive in LN.
        for code in ["C20000013", "C20000014"] {
            #expect(try await shop.mailbox("hanako.sato@hokuto.example").contact(code) == nil)
            let explained = try await shop.lnsync("item", "explain", code)
            #expect(explained.status == 1)
            #expect(
                explained.output.contains("Check the code, Synchronize and Active in Contacts (tccom1640m000)"),
                "\(explained.output)")
        }
    }

    private func users(_ shop: DataShop) async throws {
        let list = try await shop.lnsync("users", "list").output
        func line(_ start: String) -> String {
            list.split(separator: "\n").first { $0.hasPrefix(start) }.map(String.init) ?? ""
        }
        // E00103
        #expect(
            line("ktakahashi:").contains("differs in case only from Ken.Takahashi@Hokuto.Example of employee E00103"),
            "\(list)")
        // E00106
        #expect(
            line("nwatanabe:").contains(
                "his address naoko.watanabe@hokuto.example is not n.watanabe@hokuto.example of employee E00106"),
            "\(list)")
        #expect(line("nwatanabe:").contains("Correct the one that is wrong"))
        #expect(try await shop.mailbox("n.watanabe@hokuto.example").synchronized.isEmpty)
        // An inactive user.
        #expect(line("oyamamoto ").contains("inactive"))
        #expect(try await shop.mailbox("osamu.yamamoto@hokuto.example").synchronized.isEmpty)
        // An active one without a mailbox.
        #expect(line("anakamura ").contains("quarantined"))
        #expect(line("anakamura:").contains("there is no such mailbox, or it has no licence"), "\(list)")
        #expect(line("anakamura:").contains("tried again at"))
        let explained = try await shop.lnsync("item", "explain", "C20000001").output
        #expect(explained.contains("is to be made in Exchange, in 1 mailbox:"), "\(explained)")
        #expect(explained.contains("\n  anakamura (ai.nakamura@hokuto.example)"), "\(explained)")
        // Nothing is said of those whose data are right.
        #expect(line("hsato:").isEmpty && line("akeller:").isEmpty)
    }

    /// E00110 and E00111: two sync users, one mailbox.
    private func sharedMailbox(_ shop: DataShop) async throws {
        let users = ["mkobayashi", "mkato"]
        let status = try await shop.status { status in
            users.contains { status.user($0)?.state == "quarantined" }
                && users.contains { status.user($0).map { $0.settled == Self.inScope && $0.due == 0 } == true }
        }
        let links = try await shop.mailbox("shared.desk@hokuto.example").synchronized.map(\.link)
        #expect(links.count == Self.inScope && Set(links).count == Self.inScope)
        let second = try #require(users.compactMap(status.user).first { $0.state == "quarantined" })
        let first = try #require(users.first { $0 != second.user })
        #expect(second.settled == 0 && second.reason?.contains(first) == true, "\(second)")
    }
}

import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("Which of several users a mailbox serves (USR-1)")
struct MailboxClaimTests {
    private let mailbox = MailboxIdentity(contactsFolder: ItemID("c"), folder: ItemID("f"))

    private func user(_ code: String, linked: Bool = true, active: Bool = true) -> SyncUser {
        var user = SyncUser(
            id: SyncUserID(UUID()), code: LNUserCode(code), name: code, email: EmailAddress("\(code)@shop.example"),
            isActive: active)
        if linked { user.mailbox = mailbox }
        return user
    }

    @Test("The one who is linked keeps it; of two linked ones the one with the lower code")
    func rivals() {
        let (anna, bea) = (user("anna"), user("bea"))
        #expect(MailboxClaim.rival(of: anna, for: mailbox, among: [anna, bea]) == nil)
        #expect(MailboxClaim.rival(of: bea, for: mailbox, among: [anna, bea]) == anna)
        let first = user("aaron", linked: false)
        #expect(MailboxClaim.rival(of: first, for: mailbox, among: [first, bea]) == bea)
        #expect(MailboxClaim.rival(of: bea, for: mailbox, among: [first, bea]) == nil)
    }

    @Test("An inactive user, and one of another mailbox, claims nothing")
    func others() {
        let bea = user("bea", linked: false)
        #expect(MailboxClaim.rival(of: bea, for: mailbox, among: [bea, user("anna", active: false)]) == nil)
        let other = MailboxIdentity(contactsFolder: ItemID("d"), folder: ItemID("g"))
        #expect(MailboxClaim.rival(of: bea, for: other, among: [bea, user("anna")]) == nil)
    }
}

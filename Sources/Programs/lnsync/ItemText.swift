import Administration
import CommandLine
import Foundation
import SyncModel

/// What `lnsync item explain` prints for people: mailboxes of which the same is to be said stand together.
struct ItemText {
    private let explanation: ItemExplanation
    private let dateStyle: Date.ISO8601FormatStyle

    init(_ explanation: ItemExplanation, _ dateStyle: Date.ISO8601FormatStyle) {
        self.explanation = explanation
        self.dateStyle = dateStyle
    }

    var text: String {
        "contact \(explanation.contact) of company \(explanation.company)\n\n" + mailboxes + "\n"
            + JournalText(explanation.journal, rules: explanation.rules, dateStyle).text
    }

    // MARK: Mailboxes

    private struct Standing: Hashable {
        let state: String
        let waitsFor: String?
        let reason: String?
    }

    private var mailboxes: String {
        guard !explanation.mailboxes.isEmpty else { return "no mailbox has it\n" }
        var standings: [Standing] = []
        var users: [Standing: [ItemExplanation.Mailbox]] = [:]
        for mailbox in explanation.mailboxes {
            let standing = Standing(state: mailbox.state, waitsFor: mailbox.waitsFor, reason: mailbox.reason)
            if users[standing] == nil { standings.append(standing) }
            users[standing, default: []].append(mailbox)
        }
        return standings.map { standing in
            let alike = users[standing] ?? []
            var text = "\(standing.state), in \(JournalText.count(alike.count)):\n"
            if let waitsFor = standing.waitsFor { text += "    waits for \(waitsFor)\n" }
            if let reason = standing.reason { text += "    \(reason)\n" }
            // Those that are done are named in a few lines, those that wait one by one.
            if standing.waitsFor == nil, standing.reason == nil, alike.count > 6 {
                return text + "  \(alike.map(\.user.rawValue).joined(separator: ", "))\n"
            }
            return text + alike.map { "  \($0.user) (\($0.email))\n" }.joined()
        }.joined()
    }
}

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
        "contact \(explanation.contact) of company \(explanation.company)\n\n" + mailboxes + "\n" + journal + rules
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
            var text = "\(standing.state), in \(Self.count(alike.count)):\n"
            if let waitsFor = standing.waitsFor { text += "    waits for \(waitsFor)\n" }
            if let reason = standing.reason { text += "    \(reason)\n" }
            // Those that are done are named in a few lines, those that wait one by one.
            if standing.waitsFor == nil, standing.reason == nil, alike.count > 6 {
                return text + "  \(alike.map(\.user.rawValue).joined(separator: ", "))\n"
            }
            return text + alike.map { "  \($0.user) (\($0.email))\n" }.joined()
        }.joined()
    }

    private static func count(_ mailboxes: Int) -> String {
        mailboxes == 1 ? "1 mailbox" : "\(mailboxes) mailboxes"
    }

    // MARK: Journal

    /// Entries of the same within a minute are one line.
    private struct Line {
        let first: ItemExplanation.Entry
        var users: [String]
    }

    private var journal: String {
        guard !explanation.journal.isEmpty else { return "The journal, kept for 90 days, has nothing of it.\n" }
        var lines: [Line] = []
        for entry in explanation.journal {
            let user = entry.user?.rawValue
            // Mailboxes are written side by side. What happened to one again, or after something else, is a line of its own.
            if let index = lines.lastIndex(where: { $0.first.isSame(as: entry) }),
                !lines[index...].contains(where: { line in user.map(line.users.contains) ?? false })
            {
                lines[index].users += [user].compactMap(\.self)
            } else {
                lines.append(Line(first: entry, users: [user].compactMap(\.self)))
            }
        }
        var table = Table("TIME", "WHAT", "MAILBOXES", "RULE", "WHY")
        for line in lines {
            table.append(
                line.first.time.formatted(dateStyle), line.first.action,
                line.users.count > 3 ? Self.count(line.users.count) : line.users.joined(separator: ", "),
                line.first.rule, line.first.detail)
        }
        return table.text
    }

    private var rules: String {
        guard !explanation.rules.isEmpty else { return "" }
        return "\n" + explanation.rules.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
    }
}

extension ItemExplanation.Entry {
    /// All but the mailbox.
    fileprivate func isSame(as other: ItemExplanation.Entry) -> Bool {
        action == other.action && rule == other.rule && detail == other.detail
            && (user == nil) == (other.user == nil) && abs(time.timeIntervalSince(other.time)) < 60
    }
}

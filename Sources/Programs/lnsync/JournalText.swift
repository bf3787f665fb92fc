import Administration
import CommandLine
import Foundation
import SyncModel

/// The journal of one item as a table, and its rules in words.
struct JournalText {
    private let entries: [ItemExplanation.Entry]
    private let words: [String: String]
    private let dateStyle: Date.ISO8601FormatStyle

    init(_ entries: [ItemExplanation.Entry], rules: [String: String], _ dateStyle: Date.ISO8601FormatStyle) {
        self.entries = entries
        words = rules
        self.dateStyle = dateStyle
    }

    var text: String { journal + rules }

    static func count(_ mailboxes: Int) -> String {
        mailboxes == 1 ? "1 mailbox" : "\(mailboxes) mailboxes"
    }

    /// Entries of the same within a minute are one line.
    private struct Line {
        let first: ItemExplanation.Entry
        var users: [String]
    }

    private var journal: String {
        guard !entries.isEmpty else { return "The journal, kept for 90 days, has nothing of it.\n" }
        var lines: [Line] = []
        for entry in entries {
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
        guard !words.isEmpty else { return "" }
        return "\n" + words.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
    }
}

extension ItemExplanation.Entry {
    /// All but the mailbox.
    fileprivate func isSame(as other: ItemExplanation.Entry) -> Bool {
        action == other.action && rule == other.rule && detail == other.detail
            && (user == nil) == (other.user == nil) && abs(time.timeIntervalSince(other.time)) < 60
    }
}

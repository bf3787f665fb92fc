import Administration
import CommandLine

/// A replay's report as text.
enum ReplayText {
    static func of(_ report: ReplayReport, _ mode: ReplayPlan.Mode) -> String {
        var text = ""
        if !report.differences.isEmpty {
            var table = Table("USER", "CONTACT", "WHAT DIFFERS", "RECORD")
            for difference in report.differences {
                table.append(
                    difference.user, "\(difference.company)/\(difference.contact)", difference.reason,
                    difference.record)
            }
            text += table.text
            if report.differing > report.differences.count {
                text += "and \(report.differing - report.differences.count) more\n"
            }
        }
        text += "\(report.recordsRead) records read; "
        let items = "\(report.items) contacts of \(report.mailboxes) mailboxes"
        switch mode {
        case .reapply:
            text += "\(items) are read from LN anew and compared with Exchange. See lnsync status\n"
        case .verify:
            let others = report.isExchangeRead ? "the store and Exchange" : "the store, not with Exchange"
            text += "\(items) compared with \(others); \(report.differing) differ\n"
        }
        if report.unreadable > 0 { text += "\(report.unreadable) records name no contact: lnsync dead-letters list\n" }
        if report.deleted > 0 { text += "\(report.deleted) records were deleted by retention before they were read\n" }
        if report.isReadWhole {
            text +=
                "this broker can't look up offsets by time: the log was read as a whole, and records told by their dates\n"
        }
        return text
    }
}

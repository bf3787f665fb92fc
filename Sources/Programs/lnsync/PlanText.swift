import Administration
import CommandLine
import Foundation
import SyncModel

/// What `lnsync plan` prints for people.
struct PlanText {
    private let plans: [CalendarPlan]
    private let dateStyle: Date.ISO8601FormatStyle

    init(_ plans: [CalendarPlan], _ dateStyle: Date.ISO8601FormatStyle) {
        self.plans = plans
        self.dateStyle = dateStyle
    }

    var text: String {
        summary + plans.map(details).joined()
            + "\nnothing was written; all of it by what was read of both sides last\n"
    }

    static func table(_ differences: [CalendarApproval.Difference]) -> String {
        var table = Table("WHEN", "MEETING", "ACTIVITY", "WHY")
        for difference in differences {
            let meeting = difference.meeting
            table.append(meeting.time, meeting.subject, meeting.activity ?? "", difference.detail)
        }
        return table.text
    }

    static func table(_ meetings: [ListedMeeting]) -> String {
        var table = Table("WHEN", "MEETING", "ACTIVITY")
        for meeting in meetings { table.append(meeting.time, meeting.subject, meeting.activity ?? "") }
        return table.text
    }

    private var summary: String {
        var table = Table(
            "USER", "IN STEP", "LINK", "MAKE", "CHANGE", "END", "ASK", "REFUSED", "LEAVE", "INVITE", "STATE")
        for plan in plans {
            func count(_ steps: CalendarPlan.Step...) -> String { String(steps.reduce(0) { $0 + plan.count($1) }) }
            table.append(
                plan.user.rawValue, String(plan.inStep), count(.link), count(.createInOutlook, .createInLN),
                count(.updateInOutlook, .updateInLN), count(.endInOutlook, .endInLN), count(.hold),
                count(.refused), count(.unlink, .rest), "\(plan.invited.count)\(plan.hiddenInvitations > 0 ? "+" : "")",
                state(plan))
        }
        return table.text
    }

    private func state(_ plan: CalendarPlan) -> String {
        if !plan.incomplete.isEmpty { return "not whole yet" }
        if plan.isLinkOnly { return "link-only: waits for approval" }
        return plan.waiting > 0 ? "\(plan.waiting) wait for approval" : "approved"
    }

    private func details(_ plan: CalendarPlan) -> String {
        let listed = plan.items.filter { $0.step != .rest }
        var text =
            "\n\(plan.user) (\(plan.email))" + (plan.name.isEmpty ? "" : ", \(plan.name)") + ": plan \(plan.id)\n"
        for reason in plan.incomplete { text += Paragraph.of("not whole yet: \(reason)", indent: "  ") }
        if !listed.isEmpty {
            var table = Table("WHAT", "WHEN", "MEETING", "RULE", "HOW")
            for item in listed {
                table.append(
                    item.step.word + (item.waitsForApproval ? " *" : ""), item.meeting.time, item.meeting.subject,
                    item.rule, item.detail)
            }
            text += table.text
        }
        if plan.count(.refused) > 0 {
            text += Paragraph.of(
                "refused: nothing is written until somebody mends what its line says; lnsync sync now --calendars --full then tries it "
                    + "again", indent: "  ")
        }
        text += left(plan)
        var people = plan.invited.map { person in
            person.name.map { "\($0) (\(person.email))" } ?? person.email.rawValue
        }
        if plan.hiddenInvitations > 0 {
            people.append("attendees of \(plan.hiddenInvitations.of("private meeting"))")
        }
        if !people.isEmpty {
            text += Paragraph.of(
                "would be invited or told, once invitations are sent; until then it is only asked for: "
                    + people.joined(separator: ", "), indent: "  ")
        }
        // A sync user is an employee: he has not opted out.
        if plan.invited.contains(where: { $0.name == nil }) {
            text += Paragraph.of(
                "whether a contact has opted out is not looked at: LN does not let him be invited, and his row in Attendees (tccom6105m000) "
                    + "counts by its Invite: clear Invite of who has", indent: "  ")
        }
        guard plan.waiting > 0 || plan.isLinkOnly, plan.incomplete.isEmpty else { return text }
        return text + "* waits: lnsync plan --user \(plan.user) --approve\n"
    }

    /// What stays as it is, by why.
    private func left(_ plan: CalendarPlan) -> String {
        struct Why: Hashable {
            let rule: String
            let reason: String
        }
        let reasons = Dictionary(grouping: plan.items.filter { $0.step == .rest }) {
            Why(rule: $0.rule, reason: $0.detail)
        }
        return reasons.sorted { ($0.key.rule, $0.key.reason) < ($1.key.rule, $1.key.reason) }.map { why, items in
            Paragraph.of("\(items.count) left as they are: \(why.reason) (\(why.rule))", indent: "  ")
        }.joined()
    }
}

/// Attendees, session tccom6105m000.
extension LNShop {
    mutating func insertAttendee(
        _ values: [String: LNValue], at now: Int, by editor: LNEditor
    ) throws(LNRuleError) -> String {
        var attendee = Record(.attendee)
        try apply(values, to: &attendee.row, of: .attendee)
        let others = attendees(ofActivity: attendee.text("Activity"))
        if attendee.number("Sequence") == 0 {
            attendee["Sequence"] = .number((others.last?.number("Sequence") ?? 0) + 1)
        }
        try complete(&attendee, before: nil, given: Set(values.keys), by: editor)
        let key = try add(attendee.row, of: .attendee, at: now)
        if attendee.is("Attendance", "MeetingOrganizer") { demoteOrganizers(but: attendee, at: now) }
        return key
    }

    mutating func updateAttendee(
        _ values: [String: LNValue], of key: String, at now: Int, by editor: LNEditor
    ) throws(LNRuleError) -> Bool {
        let rows = try changed(values, of: key, in: .attendees)
        let before = Record(.attendee, rows.before)
        var attendee = Record(.attendee, rows.after)
        try complete(&attendee, before: before, given: Set(values.keys), by: editor)
        guard attendee.row != before.row else { return false }
        store(attendee.row, of: .attendee, at: now)
        if attendee.is("Attendance", "MeetingOrganizer"), !before.is("Attendance", "MeetingOrganizer") {
            demoteOrganizers(but: attendee, at: now)
        }
        return true
    }

    private func complete(
        _ attendee: inout Record, before: Record?, given: Set<String>, by editor: LNEditor
    ) throws(LNRuleError) {
        func isNew(_ names: String...) -> Bool {
            before.map { before in names.contains { before[$0] != attendee[$0] } } ?? true
        }
        if isNew("Type", "Attendee") { try resolve(&attendee, given: given) }
        // LN help, com.atda: the Meeting Organizer is an employee.
        if attendee.is("Attendance", "MeetingOrganizer"), isNew("Attendance", "Type"), !attendee.is("Type", "Employee")
        {
            throw LNRuleError("A Meeting Organizer must be an Employee")
        }
        if attendee.is("Invite"), isNew("Invite", "Email", "Type", "Attendee") { try checkInvite(attendee, by: editor) }
    }

    /// Who the attendee is: his code leads to an employee or a contact, whose name, address and telephone are taken where none are
    /// given.
    private func resolve(_ attendee: inout Record, given: Set<String>) throws(LNRuleError) {
        let code = attendee.text("Attendee")
        let found: [String: String]
        switch attendee.text("Type") {
        case "Employee":
            guard let employee = self[.employees][code].map({ Record(.employee, $0) }) else {
                throw LNRuleError("Employee \(code) does not exist")
            }
            found = ["FullName": employee.text("Name"), "Email": employee.text("Email")]
        case "Contact":
            guard let contact = self[.contacts][code].map({ Record(.contact, $0) }) else {
                throw LNRuleError("Contact \(code) does not exist")
            }
            found = [
                "FullName": contact.text("FullName"), "Email": contact.text("Email"),
                "Phone": contact.text("OfficePhone"),
            ]
        default:
            guard code.isEmpty else { throw LNRuleError("An attendee of type Other has no code in Attendee") }
            guard !attendee.text("FullName").isEmpty || !attendee.text("Email").isEmpty else {
                throw LNRuleError("An attendee of type Other needs FullName or Email")
            }
            return
        }
        for (name, value) in found where !given.contains(name) { attendee[name] = .text(value) }
        let others = attendees(ofActivity: attendee.text("Activity")).filter {
            $0["Sequence"] != attendee["Sequence"]
        }
        if others.contains(where: { $0["Type"] == attendee["Type"] && $0["Attendee"] == attendee["Attendee"] }) {
            throw LNRuleError(
                "\(attendee.text("Type")) \(code) is an attendee of \(attendee.text("Activity")) already")
        }
    }

    // LN help, tccom6105m000: an opted-out contact can't be invited. That an invitation needs an address and, on the screen, a
    // planned activity is inferred: the help's list of conditions is known in part.
    private func checkInvite(_ attendee: Record, by editor: LNEditor) throws(LNRuleError) {
        if attendee.is("Type", "Contact"),
            value("OptedOut", of: attendee.text("Attendee"), in: .contacts) == .member("Yes")
        {
            throw LNRuleError("Contact \(attendee.text("Attendee")) has opted out and can't be invited")
        }
        guard !attendee.text("Email").isEmpty else { throw LNRuleError("Invite needs an e-mail address") }
        if editor.way == .screen,
            value("Status", of: attendee.text("Activity"), in: .activities) != .member("Planned")
        {
            throw LNRuleError("Invite needs an activity that is Planned")
        }
    }

    /// An activity has one Meeting Organizer: who was it before is a required attendee.
    private mutating func demoteOrganizers(but organizer: Record, at now: Int) {
        for var other in attendees(ofActivity: organizer.text("Activity"))
        where other.is("Attendance", "MeetingOrganizer") && other["Sequence"] != organizer["Sequence"] {
            other["Attendance"] = .member("Required")
            store(other.row, of: .attendee, at: now)
        }
    }
}

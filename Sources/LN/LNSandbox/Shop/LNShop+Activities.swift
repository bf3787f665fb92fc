/// Activities as LN's sessions and its DAL make, change and end them.
extension LNShop {
    /// Adds an activity, with its attendees where they are given (OData's deep insert): all of it or nothing.
    ///
    /// LN help, tccom6105m000: who makes an activity becomes its Meeting Organizer, and that is an employee. An attendee given for his
    /// own row takes its place; a Meeting Organizer given beside it makes him a required attendee.
    /// - Returns: its key.
    public mutating func insertActivity(
        _ values: [String: LNValue], attendees: [[String: LNValue]] = [], at now: Int, by editor: LNEditor
    ) throws(LNRuleError) -> String {
        guard let creator = employee(ofUser: editor.user) else {
            throw LNRuleError(
                "User \(editor.user) is no employee: who makes an activity is its Meeting Organizer, an employee")
        }
        if editor.way == .screen, values["CreatedInInforLN"].map({ $0 != .member("Yes") }) == true {
            throw LNRuleError("CreatedInInforLN can't be changed")
        }
        var shop = self
        var activity = Record(.activity)
        try shop.apply(values, to: &activity.row, of: .activity)
        try ActivityRules(before: nil, given: Set(values.keys)).complete(&activity)
        if activity.text("Activity").isEmpty { activity["Activity"] = .text(nextCode("ACT", in: .activities)) }
        for name in ["Owner", "AssignedTo"] where activity.text(name).isEmpty { activity[name] = .text(creator) }
        activity["LastModifiedBy"] = .text(editor.user)
        activity["Guid"] = .text(Self.guid(activity.text("Activity"), now))
        let code = try shop.add(activity.row, of: .activity, at: now)
        shop.putText(activity.text("Information"), ofActivity: code, at: now)

        let organizer: [String: LNValue] = [
            "Type": .member("Employee"), "Attendee": .text(creator), "Attendance": .member("MeetingOrganizer"),
        ]
        func isCreator(_ attendee: [String: LNValue]) -> Bool {
            attendee["Attendee"] == .text(creator) && (attendee["Type"] ?? .member("Employee")) == .member("Employee")
        }
        let rows = attendees.map { isCreator($0) ? organizer.merging($0) { $1 } : $0 }
        for row in rows.contains(where: isCreator) ? rows : [organizer] + rows {
            _ = try shop.insertAttendee(row.merging(["Activity": .text(code)]) { $1 }, at: now, by: editor)
        }
        if editor.way == .screen, activity.is("Synchronize") { try shop.checkSynchronize(activity) }
        self = shop
        return code
    }

    mutating func updateActivity(
        _ values: [String: LNValue], of key: String, at now: Int, by editor: LNEditor
    ) throws(LNRuleError) -> Bool {
        let rows = try changed(values, of: key, in: .activities)
        let before = Record(.activity, rows.before)
        var activity = Record(.activity, rows.after)
        try ActivityRules(before: before, given: Set(values.keys)).complete(&activity)
        if editor.way == .screen, activity.is("Synchronize"), !before.is("Synchronize") {
            try checkSynchronize(activity)
        }
        guard activity.row != before.row else { return false }
        let (text, textBefore) = (activity.text("Information"), before.text("Information"))
        if text != textBefore { putText(text, ofActivity: before.text("Activity"), at: now) }
        var header = activity
        header["Information"] = before["Information"]
        // Another text is another row of the texts' table; the activity only knows whether it has one.
        if header.row != before.row || text.isEmpty != textBefore.isEmpty {
            activity["LastModifiedBy"] = .text(editor.user)
            store(activity.row, of: .activity, at: now)
        } else {
            self[.activities].put(activity.row)
        }
        return true
    }

    mutating func removeParts(ofActivity code: String) {
        for row in self[.attendees].rows(under: code) {
            _ = self[.attendees].remove(EntityType.attendee.key(of: row))
        }
        _ = self[.activityTexts].remove(code)
    }

    mutating func putText(_ text: String, ofActivity code: String, at now: Int) {
        guard !text.isEmpty else {
            _ = self[.activityTexts].remove(code)
            return
        }
        var row = Record(.activityText)
        row["Activity"] = .text(code)
        row["Text"] = .text(text)
        store(row.row, of: .activityText, at: now)
    }

    func attendees(ofActivity code: String) -> [Record] {
        self[.attendees].rows(under: code).map { Record(.attendee, $0) }
    }

    // LN help, tccom0000s000, tccom6600m100 and m200: when the box Synchronize is offered.
    private func checkSynchronize(_ activity: Record) throws(LNRuleError) {
        guard value("SynchronizeActivities", in: .comParameters) == .member("Yes") else {
            throw LNRuleError("Synchronize needs Synchronize Activities in the COM Parameters")
        }
        guard activity.is("Type", "Appointment") || activity.is("Type", "Call") else {
            throw LNRuleError("A \(activity.text("Type")) has no Synchronize")
        }
        let attendees = attendees(ofActivity: activity.text("Activity"))
        guard attendees.contains(where: { $0.is("Attendance", "MeetingOrganizer") }) else {
            throw LNRuleError("Synchronize needs an attendee who is Meeting Organizer")
        }
        let invited = attendees.filter { !$0.is("Attendance", "MeetingOrganizer") && $0.is("Invite") }
        guard invited.contains(where: { !$0.text("Email").isEmpty }) else {
            throw LNRuleError("Synchronize needs another attendee with Invite and an e-mail address")
        }
    }

    private func employee(ofUser user: String) -> String? {
        guard !user.isEmpty else { return nil }
        return self[.employees].rows.lazy.map { Record(.employee, $0) }.first { $0.text("User") == user }?
            .text("Employee")
    }

    /// 22 characters, as LN's domain tcguid has; the same for the same code and time.
    private static func guid(_ code: String, _ now: Int) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(code)/\(now)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let text = String(hash, radix: 36) + String(hash &* 0x9E37_79B9_7F4A_7C15, radix: 36)
        return String((text + String(repeating: "0", count: 22)).prefix(22))
    }
}

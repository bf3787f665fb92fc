/// What LN makes of an activity's fields before it stores them, and what it refuses. Only what is written is looked at: data that was
/// brought in stays as it is.
struct ActivityRules {
    /// The activity before the edit; `nil`: a new one.
    let before: Record?
    /// The fields that are written.
    let given: Set<String>

    private static let times: Set<String> = ["StartDate", "EndDate", "DurationMinutes", "AllDay"]

    func complete(_ activity: inout Record) throws(LNRuleError) {
        if let before {
            for name in ["Type", "CreatedInInforLN"] where activity[name] != before[name] {
                throw LNRuleError("\(name) can't be changed")
            }
        }
        try checkStatus(&activity)
        try checkCall(activity)
        if before == nil || !given.isDisjoint(with: Self.times) { try setTimes(&activity) }
    }

    // LN help, tccom6600m100 and m300: a task has statuses of its own.
    private func checkStatus(_ activity: inout Record) throws(LNRuleError) {
        let isTask = activity.is("Type", "Task")
        if before == nil, isTask, !given.contains("Status") { activity["Status"] = .member("NotStarted") }
        guard activity["Status"] != before?["Status"] else { return }
        guard ["Planned", "Held", "NotHeld"].contains(activity.text("Status")) != isTask else {
            throw LNRuleError("Status \(activity.text("Status")) is not one of \(activity.text("Type"))")
        }
    }

    // LN help, tccom6600m200: a call has a duration in place of an end, and neither location nor All Day.
    private func checkCall(_ activity: Record) throws(LNRuleError) {
        guard activity.is("Type", "Call") else {
            if given.contains("DurationMinutes"), activity.number("DurationMinutes") != 0 {
                throw LNRuleError("Only a Call has DurationMinutes")
            }
            return
        }
        if given.contains("Location"), !activity.text("Location").isEmpty {
            throw LNRuleError("A Call has no Location")
        }
        if given.contains("AllDay"), activity.is("AllDay") { throw LNRuleError("A Call can't be AllDay") }
    }

    private func setTimes(_ activity: inout Record) throws(LNRuleError) {
        // LN's screens know minutes, and with All Day only dates.
        let unit = activity.is("AllDay") ? 86_400 : 60
        for name in ["StartDate", "EndDate"] {
            activity[name] = .time(Int((Double(activity.time(name)) / Double(unit)).rounded(.down)) * unit)
        }
        let isTimed = activity.is("Type", "Appointment") || activity.is("Type", "Call")
        if isTimed, activity.time("StartDate") == 0 { throw LNRuleError("StartDate is mandatory") }
        if activity.is("Type", "Call") { try setDuration(&activity) }
        if isTimed, activity.time("EndDate") == 0 { throw LNRuleError("EndDate is mandatory") }
        guard activity.time("EndDate") == 0 || activity.time("EndDate") >= activity.time("StartDate") else {
            throw LNRuleError("EndDate is before StartDate")
        }
    }

    /// A call's end is its start and duration; whoever writes an end means the duration.
    private func setDuration(_ call: inout Record) throws(LNRuleError) {
        let start = call.time("StartDate")
        if given.contains("EndDate"), call.time("EndDate") != 0 {
            let minutes = (call.time("EndDate") - start) / 60
            guard minutes >= 0 else { throw LNRuleError("EndDate is before StartDate") }
            guard !given.contains("DurationMinutes") || call.number("DurationMinutes") == minutes else {
                throw LNRuleError("EndDate is not DurationMinutes behind StartDate")
            }
            try EntityType.activity.property("DurationMinutes").check(.number(minutes))
            call["DurationMinutes"] = .number(minutes)
        }
        let end = start + call.number("DurationMinutes") * 60
        guard end <= LNTime.latest else { throw LNRuleError("EndDate is behind the end of LN's calendar") }
        call["EndDate"] = .time(end)
    }
}

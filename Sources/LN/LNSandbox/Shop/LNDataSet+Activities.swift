/// Activities in a file: their attendees stand within them, as an expanded answer has them, or in a set of their own.
extension LNDataSet {
    /// Takes an activity's attendees out of its fields, each with the activity's key and, where it has none, its place as sequence.
    /// - Returns: what is wrong with the field.
    mutating func takeAttendees(of activity: inout [String: JSONValue], modified: Int) -> [String] {
        let name = "AttendeeRefs"
        guard let attendees = activity.removeValue(forKey: name) else { return [] }
        guard let rows = attendees.array else { return ["\(name) is no array of rows"] }
        let complete = rows.enumerated().map { index, json in
            guard var fields = json.object else { return json }
            fields["Activity"] = activity["Activity"]
            fields["Sequence"] = fields["Sequence"] ?? .number(Double(index + 1))
            return .object(fields)
        }
        take(complete, into: .attendee, modified: modified)
        return []
    }

    /// What an activity's fields leave open.
    /// - Returns: what is wrong with them.
    static func complete(_ row: inout Table.Row, given: Set<String>) -> [String] {
        var activity = Record(.activity, row)
        guard activity.is("Type", "Appointment") || activity.is("Type", "Call") else { return [] }
        let missing = ["StartDate", "EndDate"].filter { activity.time($0) == 0 }
        guard missing.isEmpty else { return missing.map { "\($0) is not given" } }
        let minutes = (activity.time("EndDate") - activity.time("StartDate")) / 60
        if activity.is("Type", "Call"), !given.contains("DurationMinutes"), minutes >= 0 {
            activity["DurationMinutes"] = .number(minutes)
        }
        row = activity.row
        return []
    }

    /// A text is in its own table and shown by its activity; a file may have it in either place.
    mutating func joinTexts() {
        for row in shop[.activities].rows {
            var activity = Record(.activity, row)
            let code = activity.text("Activity")
            if let text = shop[.activityTexts][code].map({ Record(.activityText, $0) }) {
                activity["Information"] = text["Text"]
                shop[.activities].put(activity.row)
            } else {
                let modified = activity.time(Property.modification.name)
                shop.putText(activity.text("Information"), ofActivity: code, at: modified)
            }
        }
    }
}

extension LNShop {
    /// Moves the activities' times so that half of the activities start before this moment, in seconds since 1970: all-day ones by
    /// whole days, the others by whole minutes. Modification times stay.
    public mutating func shiftActivities(middleTo now: Int) {
        let type = EntityType.activity
        let starts = self[.activities].rows.map { Record(type, $0).time("StartDate") }.filter { $0 != 0 }.sorted()
        guard !starts.isEmpty else { return }
        let difference = now - starts[starts.count / 2]
        let minutes = Self.rounded(difference, to: 60)
        let days = Self.rounded(difference, to: 86_400)
        self[.activities].update { row in
            var activity = Record(type, row)
            for name in ["StartDate", "EndDate"] where activity.time(name) != 0 {
                activity[name] = .time(activity.time(name) + (activity.is("AllDay") ? days : minutes))
            }
            row = activity.row
        }
    }

    private static func rounded(_ seconds: Int, to unit: Int) -> Int {
        Int((Double(seconds) / Double(unit)).rounded(.down)) * unit
    }
}

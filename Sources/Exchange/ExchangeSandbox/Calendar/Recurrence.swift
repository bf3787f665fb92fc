/// When a series recurs: Graph's `patternedRecurrence`.
///
/// https://learn.microsoft.com/graph/outlook-schedule-recurring-events
struct Recurrence: Sendable, Hashable, Codable {
    enum Kind: String, Sendable, Codable, CaseIterable {
        case daily, weekly, absoluteMonthly, relativeMonthly, absoluteYearly, relativeYearly
    }

    enum Ending: Sendable, Hashable, Codable {
        case never
        case on(CivilDay)
        case after(Int)
    }

    let kind: Kind
    let interval: Int
    /// 0 is Sunday.
    let weekdays: [Int]
    let firstWeekday: Int
    /// 0 to 3: the first to the fourth of the month; 4: the last.
    let index: Int
    let dayOfMonth: Int
    let month: Int
    let start: CivilDay
    let ending: Ending
    let timeZone: String?

    private static let weekdayNames = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]
    private static let indexNames = ["first", "second", "third", "fourth", "last"]

    /// - Throws: where a member is missing or has no meaning.
    init(_ json: JSON) throws(GraphError) {
        guard let pattern = json["pattern"], let range = json["range"],
            let kind = Self.match(Kind.allCases.map(\.rawValue), pattern["type"]).map({ Kind.allCases[$0] }),
            let start = range["startDate"]?.text.flatMap({ CivilDay($0) })
        else { throw Self.invalid("pattern.type, range.type and range.startDate are needed") }
        self.kind = kind
        self.start = start
        interval = pattern["interval"]?.whole ?? 1
        weekdays = (pattern["daysOfWeek"]?.array ?? []).compactMap { Self.match(Self.weekdayNames, $0) }.sorted()
        firstWeekday = Self.match(Self.weekdayNames, pattern["firstDayOfWeek"]) ?? 0
        index = Self.match(Self.indexNames, pattern["index"]) ?? 0
        dayOfMonth = pattern["dayOfMonth"]?.whole ?? 0
        month = pattern["month"]?.whole ?? 0
        timeZone = range["recurrenceTimeZone"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        switch range["type"]?.text?.lowercased() {
        case "noend": ending = .never
        case "numbered":
            guard let count = range["numberOfOccurrences"]?.whole, (1...999).contains(count) else {
                throw Self.invalid("range.numberOfOccurrences is from 1 to 999")
            }
            ending = .after(count)
        case "enddate":
            guard let end = range["endDate"]?.text.flatMap({ CivilDay($0) }), end >= start else {
                throw Self.invalid("range.endDate is a day that is not before range.startDate")
            }
            ending = .on(end)
        default: throw Self.invalid("range.type is endDate, noEnd or numbered")
        }
        try check()
    }

    private func check() throws(GraphError) {
        guard (1...999).contains(interval) else { throw Self.invalid("pattern.interval is from 1 to 999") }
        let needsWeekdays = [.weekly, .relativeMonthly, .relativeYearly].contains(kind)
        let needsDay = [.absoluteMonthly, .absoluteYearly].contains(kind)
        guard !needsWeekdays || !weekdays.isEmpty else { throw Self.invalid("pattern.daysOfWeek is needed") }
        guard !needsDay || (1...31).contains(dayOfMonth) else { throw Self.invalid("pattern.dayOfMonth is needed") }
        guard ![.absoluteYearly, .relativeYearly].contains(kind) || (1...12).contains(month) else {
            throw Self.invalid("pattern.month is needed")
        }
    }

    private static func invalid(_ message: String) -> GraphError {
        GraphError(400, "ErrorInvalidRecurrence", "The recurrence is not valid: \(message).")
    }

    private static func match(_ names: [String], _ value: JSON?) -> Int? {
        value?.text.flatMap { text in names.firstIndex { $0.lowercased() == text.lowercased() } }
    }

    // MARK: Days

    /// The days on which it recurs, up to one.
    func days(through last: CivilDay) -> [CivilDay] {
        var days: [CivilDay] = []
        var (most, end) = (Int.max, last)
        switch ending {
        case .never: break
        case .on(let day): end = min(day, last)
        case .after(let count): most = count
        }
        var day = start
        while day <= end, days.count < most {
            if recurs(on: day) { days.append(day) }
            day = day + 1
        }
        return days
    }

    private func recurs(on day: CivilDay) -> Bool {
        let (year, month, number) = day.parts
        let (startYear, startMonth, _) = start.parts
        let months = (year - startYear) * 12 + month - startMonth
        switch kind {
        case .daily: return (day.number - start.number) % interval == 0
        case .weekly:
            func firstOfWeek(_ day: CivilDay) -> Int { day.number - (day.weekday - firstWeekday + 7) % 7 }
            let weeks = (firstOfWeek(day) - firstOfWeek(start)) / 7
            return weekdays.contains(day.weekday) && weeks % interval == 0
        case .absoluteMonthly: return months % interval == 0 && isDayOfMonth(day, number)
        case .relativeMonthly: return months % interval == 0 && isIndexed(day, number)
        case .absoluteYearly:
            return month == self.month && (year - startYear) % interval == 0 && isDayOfMonth(day, number)
        case .relativeYearly:
            return month == self.month && (year - startYear) % interval == 0 && isIndexed(day, number)
        }
    }

    /// In a month without that day it is the last one.
    private func isDayOfMonth(_ day: CivilDay, _ number: Int) -> Bool {
        number == dayOfMonth || (number < dayOfMonth && day == day.lastOfMonth)
    }

    /// Whether the day is the wanted one of the month's days that are such weekdays.
    private func isIndexed(_ day: CivilDay, _ number: Int) -> Bool {
        guard weekdays.contains(day.weekday) else { return false }
        let first = day + (1 - number)
        let matching = (first.number...day.lastOfMonth.number).filter {
            weekdays.contains(CivilDay(number: $0).weekday)
        }
        let wanted = index == 4 ? matching.last : matching.dropFirst(index).first
        return wanted == day.number
    }

    // MARK: Answers

    /// As answers have it: what the pattern does not use is 0, the first, Sunday.
    func shown(zone: String) -> JSON {
        var range: [String: JSON] = [
            "startDate": .text(start.text), "recurrenceTimeZone": .text(timeZone ?? zone),
            "numberOfOccurrences": .number(0),
            "endDate": "0001-01-01",
        ]
        switch ending {
        case .never: range["type"] = "noEnd"
        case .on(let day):
            range["type"] = "endDate"
            range["endDate"] = .text(day.text)
        case .after(let count):
            range["type"] = "numbered"
            range["numberOfOccurrences"] = .number(Double(count))
        }
        var pattern: [String: JSON] = [
            "type": .text(kind.rawValue), "interval": .number(Double(interval)), "month": .number(Double(month)),
            "dayOfMonth": .number(Double(dayOfMonth)), "firstDayOfWeek": .text(Self.weekdayNames[firstWeekday]),
            "index": .text(Self.indexNames[index]),
        ]
        if !weekdays.isEmpty { pattern["daysOfWeek"] = .array(weekdays.map { .text(Self.weekdayNames[$0]) }) }
        return ["pattern": .object(pattern), "range": .object(range)]
    }
}

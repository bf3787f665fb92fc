import Foundation

/// An event in a mailbox: an appointment, a meeting, or a series of them.
struct EventItem: Sendable, Hashable, Codable {
    /// An occurrence that differs from its series.
    struct Exception: Sendable, Hashable, Codable {
        var fields: EventFields
        var answer: Answer?
        var isCancelled = false
    }

    /// Events count up in the order in which they came.
    let number: Int
    /// The number of the calendar it is in.
    var calendar: Int
    /// What all copies of a meeting share.
    let uid: String
    let organizer: Recipient
    let isOrganizer: Bool
    var fields: EventFields
    /// The mailbox's user's own; of an organizer's event it is nobody's.
    var answer: Answer
    var isCancelled = false
    /// A meeting whose attendees have not been told of it.
    var isDraft = false
    let transactionID: String?
    /// By the day on which the series has them.
    var exceptions: [Int: Exception] = [:]
    /// Days on which the series has none any more.
    var cancelledDays: Set<Int> = []
    let created: Date
    private(set) var modified: Date
    private var changes = 1

    init(
        number: Int, calendar: Int, uid: String, organizer: Recipient, isOrganizer: Bool, fields: EventFields,
        transactionID: String?, created: Date
    ) {
        self.number = number
        self.calendar = calendar
        self.uid = uid
        self.organizer = organizer
        self.isOrganizer = isOrganizer
        self.fields = fields
        self.transactionID = transactionID
        self.created = created
        modified = created
        answer = Answer(response: isOrganizer ? .organizer : .notResponded, time: nil)
    }

    mutating func touch(_ now: Date) {
        changes += 1
        modified = now
    }

    /// - Parameter day: of an occurrence.
    func changeKey(_ day: CivilDay?) -> String {
        Data("event \(number)/\(calendar)/\(day.map { String($0.number) } ?? "")/\(changes)".utf8).base64EncodedString()
    }

    func etag(_ day: CivilDay?) -> String { "W/\"\(changeKey(day))\"" }

    // MARK: Occurrences

    var isSeries: Bool { fields.recurrence != nil }

    /// What the event, or the series' occurrence on that day, says; `nil` where the series has none there.
    func fields(_ day: CivilDay?) -> EventFields? {
        guard let day else { return fields }
        guard !cancelledDays.contains(day.number) else { return nil }
        return exceptions[day.number]?.fields ?? fields.on(day)
    }

    /// The days on which the series still has an occurrence, by the series' own count, up to one.
    func days(through last: CivilDay) -> [CivilDay] {
        (fields.recurrence?.days(through: last) ?? []).filter { !cancelledDays.contains($0.number) }
    }

    /// The days of the occurrences that take up some of that time.
    func days(in window: Range<Date>) -> [CivilDay] {
        let last = CivilDay(number: Int(window.upperBound.timeIntervalSince1970 / 86400) + 2)
        let moved = exceptions.keys.map { CivilDay(number: $0) }.filter { $0 > last }
        return (days(through: last) + moved).filter { fields($0)?.intersects(window) == true }
    }

    /// Whether the event, or some occurrence of it, takes up some of that time.
    func intersects(_ window: Range<Date>) -> Bool {
        isSeries ? !days(in: window).isEmpty : fields.intersects(window)
    }
}

/// An event, or one occurrence of a series.
struct EventPlace: Sendable, Hashable {
    let number: Int
    var day: CivilDay?
}

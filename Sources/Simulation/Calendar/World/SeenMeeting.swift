import SyncModel

/// A meeting as one of the stand-ins holds it, worked out by hand for the checks. Values are texts in the form that both systems can hold, so
/// that equal ones are alike (CAL-10).
struct SeenMeeting: Sendable, Hashable {
    /// An activity of LN's, or an event in a mailbox.
    enum Item: Sendable, Hashable, Comparable, CustomStringConvertible {
        case activity(String)
        case event(mailbox: String, id: String)

        var description: String {
            switch self {
            case .activity(let code): "activity \(code)"
            case .event(let mailbox, let id): "event \(id.suffix(12)) of \(mailbox)"
            }
        }

        static func < (one: Item, other: Item) -> Bool { one.order < other.order }

        private var order: (Int, String, String) {
            switch self {
            case .activity(let code): (0, code, "")
            case .event(let mailbox, let id): (1, mailbox, id)
            }
        }

        var isActivity: Bool { if case .activity = self { true } else { false } }
    }

    let item: Item
    /// An attendee's is *Attendance*; one who does not take part has none.
    var values: [FieldGroup: String] = [:]
    /// Of the organizer, in lower case.
    var organizer: String?
    /// Not *Not Held*, not cancelled, not in Deleted Items.
    var isThere = true
    /// When it ends, in UTC, `2026-12-01T09:00`.
    var end = ""
    var start = ""
    /// The event's iCalUId, or that which the activity names.
    var uid: String?
    /// The activity that the event names.
    var names: String?

    // MARK: Activities

    var isCall = false
    /// *Synchronize*.
    var isSynchronized = true
    var isHeld = false
    /// *Created in Infor LN*.
    var isCreatedInLN = true
    /// *Attendance Status* by address.
    var responses: [String: String] = [:]

    // MARK: Events

    var isOrganizers = true
    var isSeries = false
    var isDraft = false

    init(_ item: Item) { self.item = item }

    var isPrivate: Bool { ["private", "confidential"].contains(values[.sensitivity]) }

    var attendees: Set<String> {
        Set(values.keys.compactMap { if case .attendee(let address) = $0 { address.rawValue } else { nil } })
    }

    /// The groups in which two differ.
    func differences(from other: SeenMeeting) -> [FieldGroup] {
        let groups = Set(values.keys).union(other.values.keys)
        return groups.filter { values[$0] != other.values[$0] }.sorted { "\($0)" < "\($1)" }
    }

    /// Whether this is what LN has made of who was the activity's Meeting Organizer, who is another in the later one.
    func isDemoted(_ group: FieldGroup, in later: SeenMeeting) -> Bool {
        guard item.isActivity, let organizer, organizer != later.organizer else { return false }
        return group == .attendee(EmailAddress(organizer))
    }

    /// Whether the later one has made the activity's Meeting Organizer of that attendee, to whom *Invite* means nothing.
    func isPromoted(_ group: FieldGroup, in later: SeenMeeting) -> Bool { later.isDemoted(group, in: self) }

    // MARK: Forms

    static let subjectLength = 120
    static let locationLength = 60

    static func line(_ text: String, _ length: Int) -> String {
        var line = String(text.prefix(length))
        while line.last == " " { line.removeLast() }
        return line
    }

    static func lines(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map {
            line in line.reversed().drop { $0 == " " || $0 == "\u{A0}" }.reversed().map(String.init).joined()
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    /// - Parameters:
    ///   - start: in UTC, with minutes at least.
    static func time(_ start: String, _ end: String, isAllDay: Bool) -> String {
        isAllDay ? "all day \(start.prefix(10)) to \(end.prefix(10))" : "\(start.prefix(16)) to \(end.prefix(16))"
    }
}

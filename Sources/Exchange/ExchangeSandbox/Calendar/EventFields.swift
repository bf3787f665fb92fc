import Foundation

/// What an event says, checked and normalised as Exchange does it.
struct EventFields: Sendable, Hashable, Codable {
    var subject = ""
    var body = EventBody()
    var start = EventTime(wall: 0, zone: TimeZones.utc)
    var end = EventTime(wall: 0, zone: TimeZones.utc)
    var isAllDay = false
    /// As answers have them.
    var locations: [JSON] = []
    var attendees: [Attendee] = []
    var showAs = "busy"
    var sensitivity = "normal"
    var importance = "normal"
    var categories: [String] = []
    var isReminderOn = true
    var reminderMinutes = 15
    var responseRequested = true
    var hidesAttendees = false
    var allowsNewTimeProposals = true
    var recurrence: Recurrence?
    /// Extended properties in normal form (`ExtendedProperties.normalized`).
    var extended: [String: String] = [:]

    /// What a user changes in a meeting without anybody being told.
    static let personal: Set<String> = [
        "showAs", "categories", "isReminderOn", "reminderMinutesBeforeStart", "sensitivity",
        "singleValueExtendedProperties",
    ]

    /// Members of an event that a client can't set.
    private static let readOnly: Set<String> = [
        "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "bodyPreview", "cancelledOccurrences",
        "hasAttachments",
        "iCalUId", "isCancelled", "isDraft", "isOrganizer", "onlineMeeting", "onlineMeetingUrl", "organizer",
        "originalEndTimeZone", "originalStart", "originalStartTimeZone", "responseStatus", "seriesMasterId", "type",
        "webLink",
    ]

    private static let settable: Set<String> = [
        "subject", "body", "start", "end", "isAllDay", "location", "locations", "attendees", "showAs", "sensitivity",
        "importance", "categories", "isReminderOn", "reminderMinutesBeforeStart", "responseRequested", "hideAttendees",
        "allowNewTimeProposals", "recurrence", "isOnlineMeeting", "onlineMeetingProvider", "transactionId",
    ]

    /// Whether an answer's event has a member of that name.
    static func isKnown(_ name: String) -> Bool { readOnly.contains(name) || settable.contains(name) }

    var startInstant: Date { isAllDay ? start.floating : start.instant }
    var endInstant: Date { isAllDay ? end.floating : end.instant }

    /// Whether it takes up some of that time. All-day events are matched as if their days were UTC's.
    func intersects(_ window: Range<Date>) -> Bool {
        startInstant < window.upperBound
            && (endInstant > window.lowerBound || startInstant >= window.lowerBound)
    }

    /// The same on another day, as the series has it there.
    func on(_ day: CivilDay) -> EventFields {
        var fields = self
        fields.start = start.on(day)
        fields.end = end.on(day + (end.day.number - start.day.number))
        fields.recurrence = nil
        return fields
    }

    // MARK: Requests

    /// Takes the members of a request's body; those that are there change.
    mutating func apply(_ body: JSON) throws(GraphError) {
        for (name, value) in (body.object ?? [:]).sorted(by: { $0.key < $1.key }) where !name.hasPrefix("@odata.") {
            if name == "singleValueExtendedProperties" {
                extended = try ExtendedProperties.applied(value, to: extended)
            } else {
                try set(name, value)
            }
        }
        try check()
    }

    private mutating func set(_ name: String, _ value: JSON) throws(GraphError) {
        switch name {
        case "subject": subject = try Self.text(name, value) ?? ""
        case "body": body = try EventBody(value)
        case "start": start = try EventTime(value)
        case "end": end = try EventTime(value)
        case "isAllDay": isAllDay = try Self.bool(name, value) ?? false
        case "location": locations = value == .null ? [] : try [EventLocation.shown(value)].compactMap(\.self)
        case "locations": locations = try EventLocation.list(value)
        case "attendees": attendees = try Attendee.list(value, before: attendees)
        case "showAs":
            showAs = try Self.word(
                name, value, ["unknown", "free", "tentative", "busy", "oof", "workingElsewhere"], "busy")
        case "sensitivity":
            sensitivity = try Self.word(name, value, ["normal", "personal", "private", "confidential"], "normal")
        case "importance": importance = try Self.word(name, value, ["low", "normal", "high"], "normal")
        case "categories": categories = try Self.texts(name, value)
        case "isReminderOn": isReminderOn = try Self.bool(name, value) ?? false
        case "reminderMinutesBeforeStart": reminderMinutes = try Self.whole(name, value) ?? 0
        case "responseRequested": responseRequested = try Self.bool(name, value) ?? true
        case "hideAttendees": hidesAttendees = try Self.bool(name, value) ?? false
        case "allowNewTimeProposals": allowsNewTimeProposals = try Self.bool(name, value) ?? true
        case "recurrence": recurrence = value == .null ? nil : try Recurrence(value)
        // Without a provider in the mailbox no meeting is made online, and nobody says so.
        case "isOnlineMeeting", "onlineMeetingProvider": break
        case "transactionId": _ = try Self.text(name, value)
        case _ where Self.readOnly.contains(name):
            throw GraphError(400, "ErrorInvalidPropertySet", "Set action is invalid for property '\(name)'.")
        default:
            throw GraphError(
                400, "RequestBodyRead",
                "The property '\(name)' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that "
                    + "are defined by the type.")
        }
    }

    private func check() throws(GraphError) {
        if isAllDay {
            for (name, time) in [("Start", start), ("End", end)] where time.secondOfDay != 0 {
                throw GraphError(
                    400, "ErrorPropertyValidationFailure",
                    "The Event.\(name) property for an all-day event needs to be set to midnight.")
            }
            guard start.zone.lowercased() == end.zone.lowercased() else {
                throw GraphError(
                    400, "ErrorPropertyValidationFailure",
                    "The Event.Start and the Event.End of an all-day event need to be in the same time zone.")
            }
            guard end.day > start.day else {
                throw GraphError(
                    400, "ErrorPropertyValidationFailure", "The duration of an all-day event must be at least 24 hours."
                )
            }
        }
        guard startInstant <= endInstant else {
            throw GraphError(400, "ErrorPropertyValidationFailure", "At least one property failed validation: end.")
        }
        if let recurrence, recurrence.start != start.day {
            throw GraphError(
                400, "ErrorInvalidRecurrence",
                "The recurrence's range.startDate is not the day on which the event starts.")
        }
    }

    // MARK: Values

    static func wrongType(_ name: String) -> GraphError {
        GraphError(400, "RequestBodyRead", "Cannot convert the value of property '\(name)' to the expected type.")
    }

    private static func text(_ name: String, _ value: JSON) throws(GraphError) -> String? {
        if value == .null { return nil }
        guard let text = value.text else { throw wrongType(name) }
        return text
    }

    private static func texts(_ name: String, _ value: JSON) throws(GraphError) -> [String] {
        if value == .null { return [] }
        guard let texts = value.array, texts.allSatisfy({ $0.text != nil }) else { throw wrongType(name) }
        return texts.compactMap(\.text)
    }

    private static func bool(_ name: String, _ value: JSON) throws(GraphError) -> Bool? {
        switch value {
        case .null: return nil
        case .bool(let bool): return bool
        default: throw wrongType(name)
        }
    }

    private static func whole(_ name: String, _ value: JSON) throws(GraphError) -> Int? {
        if value == .null { return nil }
        guard let number = value.whole, Int32(exactly: number) != nil else { throw wrongType(name) }
        return number
    }

    /// A member of an enumeration, in any case.
    private static func word(
        _ name: String, _ value: JSON, _ words: [String], _ usual: String
    ) throws(GraphError) -> String {
        guard let text = try text(name, value) else { return usual }
        guard let word = words.first(where: { $0.lowercased() == text.lowercased() }) else {
            throw GraphError(400, "RequestBodyRead", "Requested value '\(text)' was not found.")
        }
        return word
    }
}

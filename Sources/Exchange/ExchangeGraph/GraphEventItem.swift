import Foundation

/// `microsoft.graph.event`, as far as it is read: whatever of it an answer shows.
struct GraphEventItem: Decodable {
    let id, etag, changeKey, iCalUId, type, seriesMasterId, originalStart, createdDateTime, transactionId: String?
    let start, end: GraphEventTime?
    let originalStartTimeZone: String?
    let isAllDay, isCancelled, isDraft, isOrganizer, isOnlineMeeting, isReminderOn, hideAttendees: Bool?
    let reminderMinutesBeforeStart: Int?
    let subject, showAs, sensitivity, onlineMeetingUrl: String?
    let body: GraphEventText?
    let location: GraphLocation?
    let categories: [String]?
    let attendees: [GraphAttendee]?
    let organizer: GraphRecipient?
    let responseStatus: GraphResponseStatus?
    let recurrence: GraphPresence?
    let singleValueExtendedProperties: [GraphProperty]?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case etag = "@odata.etag"
        case changeKey, singleValueExtendedProperties
        case id, iCalUId, type, seriesMasterId, originalStart, createdDateTime, transactionId, start, end
        case originalStartTimeZone, isAllDay, isCancelled, isDraft, isOrganizer, isOnlineMeeting, isReminderOn
        case reminderMinutesBeforeStart, subject, showAs, sensitivity, onlineMeetingUrl, body, location, categories
        case attendees, hideAttendees, organizer, responseStatus, recurrence
    }

    /// The value of `$select`: annotations and what is expanded are not selected.
    static let selection = CodingKeys.allCases.dropFirst(3).map(\.rawValue).joined(separator: ",")
}

/// `microsoft.graph.itemBody`.
struct GraphEventText: Codable {
    let contentType: String?
    let content: String?
}

/// `microsoft.graph.location`.
struct GraphLocation: Codable {
    let displayName: String?
}

/// `microsoft.graph.recipient`.
struct GraphRecipient: Decodable {
    let emailAddress: GraphEmailAddress?
}

/// `microsoft.graph.attendee`.
struct GraphAttendee: Decodable {
    let emailAddress: GraphEmailAddress?
    let type: String?
    let status: GraphResponseStatus?
}

/// `microsoft.graph.responseStatus`.
struct GraphResponseStatus: Decodable {
    let response: String?
}

/// Something whose being there is all that is read of it.
struct GraphPresence: Decodable {
    init(from decoder: any Decoder) {}
}

/// A row of `calendarView/delta`: an event, an occurrence with few members, or `@removed`. A row that can't be read says where, and stops
/// no other.
struct GraphEventRow: Decodable {
    let id: String?
    let isRemoved: Bool
    let item: Result<GraphEventItem, GraphUnreadable>

    private enum CodingKeys: String, CodingKey {
        case id
        case removed = "@removed"
    }

    init(from decoder: any Decoder) {
        let members = try? decoder.container(keyedBy: CodingKeys.self)
        id = try? members?.decode(String.self, forKey: .id)
        isRemoved = members?.contains(.removed) == true
        do {
            item = .success(try GraphEventItem(from: decoder))
        } catch {
            item = .failure(GraphUnreadable(GraphClient.place(error)))
        }
    }
}

/// What an answer lacks that an event must have.
struct GraphUnreadable: Error {
    let place: String

    init(_ place: String) { self.place = place }
}

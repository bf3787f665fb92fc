import Foundation

/// A name and an address.
struct Recipient: Sendable, Hashable, Codable {
    var name: String
    var address: String

    var key: String { address.lowercased() }

    /// A mailbox's user, whose name is made of the address.
    init(mailbox address: String) {
        self.address = address
        name = address.prefix { $0 != "@" }.split(separator: ".").joined(separator: " ")
    }

    /// An `emailAddress`; Exchange shows the address where there is no name, and takes whatever is an address to it.
    init(_ json: JSON?) throws(GraphError) {
        guard let address = json?["address"]?.text?.filter({ !$0.isWhitespace }), !address.isEmpty else {
            throw GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
        }
        self.address = address
        name = json?["name"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? address
    }

    var shown: JSON { ["name": .text(name), "address": .text(address)] }
}

/// How somebody answered an invitation.
struct Answer: Sendable, Hashable, Codable {
    enum Response: String, Sendable, Codable, CaseIterable {
        case none, organizer, tentativelyAccepted, accepted, declined, notResponded
    }

    var response: Response
    /// `nil`: never.
    var time: Date?

    var shown: JSON {
        [
            "response": .text(response.rawValue),
            "time": .text(time?.formatted(.iso8601) ?? "0001-01-01T00:00:00Z"),
        ]
    }
}

/// Somebody who is invited.
struct Attendee: Sendable, Hashable, Codable {
    /// What the organizer says of him.
    var recipient: Recipient
    var type: String
    /// What he said.
    var answer = Answer(response: .none, time: nil)
    var proposedNewTime: JSON?

    static let most = 500
    private static let types = ["required", "optional", "resource"]

    init(_ json: JSON) throws(GraphError) {
        recipient = try Recipient(json["emailAddress"])
        guard let type = (json["type"] ?? .null) == .null ? "required" : json["type"]?.text?.lowercased(),
            Self.types.contains(type)
        else { throw EventFields.wrongType("attendees/type") }
        self.type = type
    }

    /// A request's attendees, each address once; those who were there before keep their answers.
    static func list(_ json: JSON, before: [Attendee]) throws(GraphError) -> [Attendee] {
        if json == .null { return [] }
        guard let rows = json.array else { throw EventFields.wrongType("attendees") }
        // https://learn.microsoft.com/graph/api/resources/event: at most 500.
        guard rows.count <= most else {
            throw GraphError(
                400, "ErrorPropertyValidationFailure",
                "At least one property failed validation: attendees, more than \(most).")
        }
        var (list, seen): ([Attendee], Set<String>) = ([], [])
        for row in rows {
            var attendee = try Attendee(row)
            guard seen.insert(attendee.recipient.key).inserted else { continue }
            if let old = before.first(where: { $0.recipient.key == attendee.recipient.key }) {
                attendee.answer = old.answer
                attendee.proposedNewTime = old.proposedNewTime
            }
            list.append(attendee)
        }
        return list
    }

    func isToldTheSame(as other: Attendee) -> Bool { recipient == other.recipient && type == other.type }

    var shown: JSON {
        var shown: [String: JSON] = [
            "type": .text(type), "status": answer.shown, "emailAddress": recipient.shown,
        ]
        if let proposedNewTime { shown["proposedNewTime"] = proposedNewTime }
        return .object(shown)
    }
}

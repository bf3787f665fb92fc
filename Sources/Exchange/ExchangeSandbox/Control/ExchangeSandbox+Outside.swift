import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// `POST /sandbox/outside/{invitations|cancellations}`: what organizers who have no mailbox in the tenant send to those who have one.
extension ExchangeSandbox {
    func outside(_ path: [String], _ body: JSON) throws(GraphError) -> HTTPResponse {
        let organizer = try Recipient(body["organizer"])
        guard let uid = body["iCalUId"]?.text, !uid.isEmpty else { throw .badRequest("iCalUId is missing") }
        var members = body.object ?? [:]
        members["organizer"] = nil
        members["iCalUId"] = nil
        let now = time.now
        switch path.first {
        case "invitations":
            var fields = EventFields()
            try fields.apply(.object(members))
            send(.invitation, uid, organizer, fields, now)
        case "cancellations":
            var fields = EventFields()
            fields.attendees = try Attendee.list(body["attendees"] ?? .null, before: [])
            send(.cancellation, uid, organizer, fields, now)
        default: throw Self.unknown(.post, ["outside"] + path)
        }
        return GraphCall.done
    }

    /// To all attendees; the same iCalUId again is an update. No mail of the tenant's: the outbox does not have it.
    private func send(
        _ kind: MeetingMessage.Kind, _ uid: String, _ organizer: Recipient, _ fields: EventFields, _ now: Date
    ) {
        let message = MeetingMessage(
            kind: kind, from: organizer, to: fields.attendees.map(\.recipient.address), uid: uid,
            subject: fields.subject,
            event: 0, meeting: MeetingMessage.Meeting(organizer: organizer, fields: fields), sent: now)
        state.withLock { $0.directory.deliver(message) }
    }
}

package import Foundation
package import Kafka
import SyncEvents
package import SyncModel

/// A contact event as a record, made by hand: a test changes what it wants to be wrong.
package struct EventRecord {
    package var offset: Int64
    package var key: String?
    package var value: Data?
    package var headers: [(name: String, value: String)]
    /// When its sender dated it.
    package var dated = Date(timeIntervalSince1970: 1_767_225_600)

    package var record: ConsumerRecord {
        ConsumerRecord(
            offset: offset, timestamp: dated, key: key.map { Array($0.utf8) },
            value: value.map { Array($0) }, headers: headers.map { RecordHeader($0.name, $0.value) })
    }

    package subscript(header name: String) -> String? {
        get { headers.first { $0.name == name }?.value }
        set {
            headers.removeAll { $0.name == name }
            if let newValue { headers.append((name, newValue)) }
        }
    }

    /// The contact's state as the `counter`th read of the first reader showed it.
    package static func changed(
        _ id: ContactLinkID, _ counter: Int64, _ content: ContactContent, offset: Int64
    ) throws -> EventRecord {
        try EventRecord(
            id, .contactChanged, counter, try ContentHash(of: content),
            ContactChanged(company: id.company, contact: id.contact, content: content), offset)
    }

    /// That it is out of scope, as the `counter`th read showed it.
    package static func removed(
        _ id: ContactLinkID, _ counter: Int64, _ reason: RemovalReason = .synchronizeOff, offset: Int64
    ) throws -> EventRecord {
        try EventRecord(
            id, .contactRemoved, counter, .removal,
            ContactRemoved(company: id.company, contact: id.contact, reason: reason), offset)
    }

    private init(
        _ id: ContactLinkID, _ type: EventType, _ counter: Int64, _ hash: ContentHash, _ data: some Encodable,
        _ offset: Int64
    ) throws {
        let sequence = ReadSequence(epoch: 1, counter: counter)
        let source = "ln/\(id.company)/contact"
        let envelope = Envelope(
            id: Identity.event(source: source, sequence, id.user, item: id.propertyValue), source: source, type: type,
            time: Date(timeIntervalSince1970: 1_767_225_600), subject: id.propertyValue, sequence: sequence,
            contentHash: hash)
        self.offset = offset
        key = id.user.description
        value = try EventData.encode(data)
        headers = envelope.headers
    }
}

extension ContactContent {
    /// A content that differs by its name alone.
    package static func named(_ firstName: String, _ lastName: String) -> ContactContent {
        var content = ContactContent()
        content.firstName = firstName
        content.lastName = lastName
        return content
    }
}

extension ContactLinkID {
    /// A contact of company 1300 in a user's mailbox.
    package init(_ user: SyncUser, _ contact: String) {
        self.init(user: user.id, company: Company(1300), contact: ContactCode(contact))
    }
}

extension SyncUser {
    /// A user of the shop whose first sync is over: `anna` has the address `anna@shop.example`.
    package init(_ name: String, baseline: Baseline = .done, isActive: Bool = true) {
        let code = LNUserCode(name)
        self.init(
            id: SyncUserID(code), code: code, name: name, email: EmailAddress("\(name)@shop.example"),
            isActive: isActive)
        self.baseline = baseline
    }
}

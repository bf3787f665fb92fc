import Foundation
import Kafka
import SyncEvents
import SyncModel

/// Contact events of 1 KiB of data, as ln-producer sends them.
enum ContactEvents {
    static let company = Company(1300)

    static func code(_ number: Int) -> ContactCode { ContactCode("C\(String(100_000_000 + number).dropFirst())") }

    /// - Parameter revision: another one is another content.
    static func event(_ number: Int, revision: Int, counter: Int, of user: SyncUserID) throws -> Event {
        try state(number, revision: revision).event(counter: counter, of: user)
    }

    /// A contact's state, encoded once for all users.
    static func state(_ number: Int, revision: Int) throws -> State {
        let content = content(number, revision)
        return State(
            contact: code(number), hash: try ContentHash(of: content),
            data: Array(
                try EventData.encode(ContactChanged(company: company, contact: code(number), content: content))))
    }

    struct State {
        let contact: ContactCode
        let hash: ContentHash
        let data: [UInt8]

        func event(counter: Int, of user: SyncUserID) -> Event {
            let sequence = ReadSequence(epoch: 1_764_000_000, counter: Int64(counter))
            let envelope = Envelope(
                id: Identity.event(source: "ln/1300/contact", sequence, user, item: contact.rawValue),
                source: "ln/1300/contact", type: .contactChanged, time: Date(timeIntervalSince1970: 1_764_000_000),
                subject: "\(company)/\(contact)", sequence: sequence, contentHash: hash)
            return Event(
                id: ContactLinkID(user: user, company: company, contact: contact), hash: hash, data: data,
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        }
    }

    struct Event {
        let id: ContactLinkID
        let hash: ContentHash
        let data: [UInt8]
        let headers: [RecordHeader]

        func producerRecord(topic: String) -> ProducerRecord {
            ProducerRecord(topic: topic, key: Array(id.user.description.utf8), value: data, headers: headers)
        }

        func consumerRecord(offset: Int64) -> ConsumerRecord {
            ConsumerRecord(
                offset: offset, timestamp: nil, key: Array(id.user.description.utf8), value: data, headers: headers)
        }
    }

    private static func content(_ number: Int, _ revision: Int) -> ContactContent {
        var content = ContactContent()
        content.fullName = "Emilia Constanze Hohenstein-Bergmann \(number)"
        content.firstName = "Emilia"
        content.middleName = "Constanze"
        content.lastName = "Hohenstein-Bergmann \(number)"
        content.initials = "E.C."
        content.jobTitle = "Head of Purchasing and Logistics, revision \(revision)"
        content.department = "Purchasing and Logistics"
        content.company = "Hohenstein-Bergmann Maschinenbau Gesellschaft mbH"
        content.assistant = "Jonathan Achternbusch"
        content.manager = "Wilhelmine von Rabenau"
        content.businessPhones = ["+49 711 555 \(number)", "+49 711 556 \(number)"]
        content.mobilePhone = "+49 171 555 \(number)"
        content.fax = "+49 711 557 \(number)"
        content.email = "emilia.hohenstein-bergmann.\(number)@maschinenbau.example"
        content.website = "https://www.maschinenbau.example/people/\(number)"
        content.notes =
            "Met at the fair in Hannover; asks for the price list of the coming year, delivery to the works in Esslingen."
        content.businessAddress = ContactAddress(
            street: "Untertürkheimer Straße 137", city: "Stuttgart", state: "BW", postalCode: "70327", country: "DE")
        content.privateAddress = ContactAddress(
            street: "Am Lindenhain \(number % 99 + 1)", city: "Esslingen am Neckar", postalCode: "73728", country: "DE")
        content.language = "de"
        return content
    }
}

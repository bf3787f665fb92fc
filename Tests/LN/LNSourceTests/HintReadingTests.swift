import Foundation
import Kafka
import SyncEvents
import SyncModel
import Testing

@testable import LNSource

@Suite("Reading of hints")
struct HintReadingTests {
    private static let good = Hint(company: Company(1300), action: .pull, by: "test")

    private func reading(
        key: String? = "1300/contact", value: Data? = try? EventData.encode(good), header: (String, String?)? = nil
    ) -> HintReading {
        let envelope = Envelope(id: "1", source: "test", type: .hint, time: Date(), subject: "1300/contact")
        var headers = envelope.headers.map { RecordHeader($0.name, $0.value) }
        if let (name, text) = header {
            headers.removeAll { $0.name == name }
            if let text { headers.append(RecordHeader(name, text)) }
        }
        let record = ConsumerRecord(
            offset: 0, timestamp: nil, key: key.map { Array($0.utf8) },
            value: value.map { Array($0) }, headers: headers)
        return HintReading(record, Company(1300))
    }

    @Test("A hint for this lease is taken, another lease's is another's")
    func taken() {
        #expect(reading() == .hint(Self.good))
        #expect(reading(key: "1300/activity") == .anothers)
        #expect(reading(key: "200/contact") == .anothers)
    }

    @Test(
        "Garbage is unreadable, and says why",
        arguments: [
            ("no key", "key"), ("a key that is none", "key"), ("no value", "no data"), ("bytes", "not JSON"),
            ("truncated JSON", "not JSON"), ("another type", "does not belong"),
            ("a newer major version", "update ln-producer"),
            ("no type", "ce_type"), ("another company", "company 200"), ("an unknown action", "action"),
        ])
    func garbage(_ what: String, _ why: String) throws {
        let reading =
            switch what {
            case "no key": reading(key: nil)
            case "a key that is none": reading(key: "x")
            case "no value": reading(value: nil)
            case "bytes": reading(value: Data([0xFF, 0x00, 0x13]))
            case "truncated JSON": reading(value: try EventData.encode(Self.good).dropLast(9))
            case "another type": reading(header: ("ce_type", "ln.contact.changed.v1"))
            case "a newer major version": reading(header: ("ce_type", "ln.hint.v2"))
            case "no type": reading(header: ("ce_type", nil))
            case "another company":
                reading(value: try EventData.encode(Hint(company: Company(200), action: .pull, by: "test")))
            default: reading(value: Data(#"{"company":1300,"action":"dance","by":"test"}"#.utf8))
            }
        guard case .unreadable(let told) = reading else {
            Issue.record("\(what): \(reading)")
            return
        }
        #expect(told.contains(why), "\(told)")
    }
}

import Foundation
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Testing

@testable import Simulation

@Suite("Checks that watch all that happens")
struct CheckTests {
    private static let topic = "sim.ln.contact-changes"

    @Test("I7: the tenth removal within the hour is noticed, one that was approved is not")
    func removals() {
        let time = VirtualTime()
        let check = RemovalCheck(time, topics: [Self.topic])
        for number in 1...12 { check.appended(Self.record(number, .contactChanged, place: 1)) }
        for number in 1...9 { check.appended(Self.record(number, .contactRemoved, place: 2)) }
        // Said again to another user, and late.
        check.appended(Self.record(9, .contactRemoved, place: 2))
        check.appended(Self.record(9, .contactChanged, place: 1))
        #expect(check.violations == [])
        check.approved(
            Hold(id: UUID(), kind: "removals", subject: "1300", keys: ["C10"], detail: "", opened: time.now))
        check.appended(Self.record(10, .contactRemoved, place: 3))
        #expect(check.violations == [])
        check.appended(Self.record(11, .contactRemoved, place: 3))
        #expect(check.violations.count == 1)
        #expect(check.violations.first?.hasPrefix("I7: 1300/C11 is the 10th contact") == true)
    }

    @Test("I1: whom LN does not invite is on the event as in LN, or not on it; all others are on both or on none")
    func attendees() {
        func isAlike(_ ln: String?, _ exchange: String?) -> Bool { MeetingAgreement.isAlike(attendee: ln, exchange) }
        #expect(isAlike("required", "required") && isAlike(nil, nil))
        #expect(isAlike("required, not invited", "required") && isAlike("required, not invited", nil))
        #expect(!isAlike("required", nil) && !isAlike(nil, "required"))
        #expect(!isAlike("required", "optional") && !isAlike("required, not invited", "optional"))
    }

    @Test("I7: an hour later removals are counted anew")
    func removalsOfAnotherHour() {
        let time = VirtualTime()
        let check = RemovalCheck(time, topics: [Self.topic])
        for number in 1...12 { check.appended(Self.record(number, .contactChanged, place: 1)) }
        for number in 1...9 { check.appended(Self.record(number, .contactRemoved, place: 2)) }
        time.jump(to: .seconds(3600))
        for number in 10...12 { check.appended(Self.record(number, .contactRemoved, place: 3)) }
        #expect(check.violations == [])
    }

    @Test("I14: a write that repeats the one before needs a disturbance")
    func writes() {
        let check = WriteCheck(VirtualTime())
        let answers = [("A", 200), ("B", 200), ("B", 412), ("A", 200)]
        for (body, status) in answers { check.answered(Self.write(body), HTTPResponse(status: status)) }
        #expect(check.violations(besides: 0) == [])
        check.answered(Self.write("A"), HTTPResponse(status: 200))
        #expect(check.violations(besides: 0).first?.hasPrefix("I14: 1 writes repeat") == true)
        #expect(check.violations(besides: 1) == [])
        check.disturbed()
        #expect(check.violations(besides: 0) == [])
    }

    @Test("I14: what a user changed in Outlook may be written again")
    func writesAfterOutlook() {
        let check = WriteCheck(VirtualTime())
        check.answered(Self.write("A"), HTTPResponse(status: 200))
        check.changed("item-1=")
        check.answered(Self.write("A"), HTTPResponse(status: 200))
        #expect(check.violations(besides: 0) == [])
    }

    @Test(
        "I14: what a row was settled with is not written again, whatever went wrong; a restored store has forgotten it")
    func writesOfWhatIsSettled() throws {
        let time = VirtualTime(), check = WriteCheck(time)
        check.disturbed(by: 100)
        func write() { check.answered(Self.write("A"), Self.written("W/1")) }
        write()
        // Of the version before, not settled, and of another item.
        check.committed([Self.row("item-1=", "W/0"), Self.row("item-1=", "W/1", .due), Self.row("item-2", "W/1")])
        write()
        #expect(check.violations(besides: 0) == [])
        check.committed([Self.row("item-1=", "W/1")])
        time.jump(to: .seconds(61))
        check.answered(Self.write("A"), HTTPResponse(status: 412))
        #expect(check.violations(besides: 0) == [])
        check.restored()
        write()
        #expect(check.violations(besides: 0) == [])
        check.committed([Self.row("item-1=", "W/1")])
        check.changed("item-1=")
        write()
        #expect(check.violations(besides: 0) == [])
        check.committed([Self.row("item-1=", "W/1")])
        time.jump(to: .seconds(121))
        write()
        #expect(check.violations(besides: 0) == [], "it was begun before, by who has lost the row")
        check.committed([Self.row("item-1=", "W/1")])
        time.jump(to: .seconds(182))
        check.committed([Self.row("item-1=", "W/1")])
        write()
        #expect(check.violations(besides: 0).count == 1)
        #expect(check.violations(besides: 0).first?.hasPrefix("I14: the same is written to item-1= again") == true)
    }

    private static func written(_ etag: String) -> HTTPResponse {
        var response = HTTPResponse(status: 200)
        response.body = Data(#"{"@odata.etag":"\#(etag)","id":"item-1="}"#.utf8)
        return response
    }

    private static func row(_ item: String, _ etag: String, _ state: RowStatus.State = .settled) -> Mutation {
        let id = ContactLinkID(user: SyncUserID(LNUserCode("anna")), company: Company(1300), contact: ContactCode("C1"))
        var row = ContactLink(id: id, status: RowStatus(partition: 0, sequence: .none, priority: .live))
        row.item = .made(ItemID(item), ETag(etag))
        row.status.state = state
        return .contactLink(row)
    }

    private static func write(_ body: String) -> HTTPRequest {
        var request = HTTPRequest(
            method: .patch, scheme: "https", authority: "graph.example", target: "/v1.0/users/u/contacts/item-1%3D")
        request.body = Data(body.utf8)
        return request
    }

    private static func record(_ number: Int, _ type: EventType, place: Int64) -> ProducerRecord {
        let envelope = Envelope(
            id: "\(number)-\(place)", source: "ln", type: type, time: VirtualTime.start, subject: "1300/C\(number)",
            sequence: ReadSequence(epoch: 1, counter: place), contentHash: .removal)
        return ProducerRecord(
            topic: topic, key: [], value: [], headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
    }
}

import Foundation
import HTTPTypes
import LNSandbox
import Testing

@Suite("Attendees by OData")
struct AttendeeTests {
    let harness = Harness(.calendar)
    private let now = "2026-03-01T09:47:12Z"

    private func add(_ body: String) -> HTTPResponse { harness.odata(Harness.attendees, method: .post, body: body) }

    @Test("An edit of an attendee changes his row's time and etag, not the activity's")
    func flags() throws {
        let before = harness.odata(Harness.activity("ACT000451")).json
        let path = Harness.attendee("ACT000451", 2)
        let etag = try #require(harness.odata(path).json.text("@odata.etag"))
        let flags = #"{"Synchronized":"Yes","SentToSynchronizer":"No","AttendanceStatus":"Accepted"}"#
        let changed = harness.odata(path, method: .patch, ["If-Match": etag], body: flags)
        #expect(changed.status == 204 && changed.headerFields["ETag"] != etag)
        #expect(harness.odata(path).json.text("LastModificationDate") == now)
        #expect(harness.odata(path, method: .patch, ["If-Match": etag], body: flags).isError(412))
        let after = harness.odata(Harness.activity("ACT000451")).json
        #expect(after.text("@odata.etag") == before.text("@odata.etag"))
        #expect(after.text("LastModificationDate") == before.text("LastModificationDate"))
        let found = harness.odata("\(Harness.attendees)?$filter=LastModificationDate%20ge%202026-03-01T09:00:00Z")
        #expect(found.rows.map { $0["Sequence"] as? Int } == [2])
    }

    @Test("A new attendee gets the next number, and his name, address and telephone from LN's tables")
    func insert() {
        let answer = add(#"{"Activity":"ACT000451","Type":"Other","FullName":"Guest","Email":"g@visitors.example"}"#)
        #expect(answer.status == 201 && answer.json["Sequence"] as? Int == 11)
        #expect(
            answer.headerFields["Location"]?.hasSuffix("/Attendees(Activity='ACT000451',Sequence=11)") == true)
        let bob = add(#"{"Activity":"ACT000452","Type":"Employee","Attendee":"E00002","Sequence":7}"#).json
        #expect(bob.text("FullName") == "Bob Ray" && bob.text("Email") == "bob@contoso.example")
        #expect(bob["Sequence"] as? Int == 7)
        let path = Harness.attendee("ACT000452", 7)
        let ann = harness.patch(path, #"{"Type":"Contact","Attendee":"C00000001"}"#).json
        #expect(ann.text("FullName") == "Ann B. Lee")
        #expect(harness.odata(path, method: .delete, ["If-Match": "*"]).status == 204)
        #expect(harness.odata(path).isError(404))
    }

    @Test(
        "What LN's rules forbid gets 422 with the reason",
        arguments: [
            (#""Type":"Contact","Attendee":"C00000005","Invite":"Yes""#, "Contact C00000005 has opted out"),
            (#""Type":"Contact","Attendee":"C00000002","Invite":"Yes""#, "Invite needs an e-mail address"),
            (#""Type":"Contact","Attendee":"C00000001","Attendance":"MeetingOrganizer""#, "A Meeting Organizer must"),
            (#""Type":"Other","FullName":"x","Attendance":"MeetingOrganizer""#, "A Meeting Organizer must"),
            (#""Attendee":"E00009""#, "Employee E00009 does not exist"),
            (#""Attendee":"""#, "Employee  does not exist"),
            (#""Type":"Contact","Attendee":"C9""#, "Contact C9 does not exist"),
            (#""Type":"Other","Attendee":"E00001""#, "An attendee of type Other has no code"),
            (#""Type":"Other""#, "An attendee of type Other needs"),
            (#""Type":"Room","Attendee":"E00001""#, "Type has no"),
            (#""Attendee":"E00001","FullName":"\#(String(repeating: "x", count: 153))""#, "FullName has more than 152"),
        ])
    func rules(fields: String, reason: String) {
        let before = harness.sandbox.shop
        let answer = add("{\"Activity\":\"ACT000452\",\(fields)}")
        #expect(answer.isError(422) && answer.details.first?.hasPrefix(reason) == true, "\(answer.details)")
        #expect(harness.sandbox.shop == before)
    }

    @Test("An attendee needs an activity that is there, and is there once")
    func places() {
        #expect(add(#"{"Activity":"ACT9","Attendee":"E00001"}"#).details == ["Activity ACT9 does not exist"])
        #expect(add(#"{"Attendee":"E00001"}"#).details == ["Activity is mandatory"])
        let twice = add(#"{"Activity":"ACT000451","Attendee":"E00002"}"#)
        #expect(twice.details == ["Employee E00002 is an attendee of ACT000451 already"])
        let number = add(#"{"Activity":"ACT000451","Attendee":"E00003","Sequence":2}"#)
        #expect(number.details == ["Attendee ACT000451/2 already exists"])
        let moved = harness.patch(Harness.attendee("ACT000451", 2), #"{"Sequence":3}"#)
        #expect(moved.details == ["Sequence is the key and can't be changed"])
    }

    @Test("An opted-out contact may be noted as an attendee, but not invited then or later")
    func optedOut() {
        let noted = add(#"{"Activity":"ACT000452","Type":"Contact","Attendee":"C00000005"}"#)
        #expect(noted.status == 201 && noted.json.text("Invite") == "No")
        #expect(harness.patch(Harness.attendee("ACT000452", 1), #"{"Invite":"Yes"}"#).isError(422))
    }

    @Test("What was brought in against the rules stays until it is written itself")
    func broughtIn() {
        #expect(harness.screen(.patch, "Contacts/C00000001", #"{"OptedOut":"Yes"}"#).status == 200)
        let path = Harness.attendee("ACT000451", 10)
        #expect(harness.patch(path, #"{"Synchronized":"Yes"}"#).json.text("Invite") == "Yes")
        #expect(harness.patch(path, #"{"Email":"other@example.example"}"#).isError(422))
    }

    @Test("A new Meeting Organizer makes the one before a required attendee, whose row changes too")
    func organizers() {
        #expect(harness.patch(Harness.attendee("ACT000451", 2), #"{"Attendance":"MeetingOrganizer"}"#).status == 200)
        let first = harness.odata(Harness.attendee("ACT000451", 1)).json
        #expect(first.text("Attendance") == "Required" && first.text("LastModificationDate") == now)
    }
}

import Foundation
import HTTPTypes
import LNSandbox
import Testing

@Suite("Activities: writing by OData")
struct ActivityWritingTests {
    let harness = Harness(.calendar)
    private let now = "2026-03-01T09:47:12Z"
    private let times = #""StartDate":"2026-03-12T13:00:00Z","EndDate":"2026-03-12T14:00:00Z""#

    @Test("A deep insert makes the activity and its attendees at one go; the user behind the identity organizes it")
    func deepInsert() throws {
        let answer = harness.insert(
            """
            {"Type":"Appointment","Subject":"Site visit",\(times),"CreatedInInforLN":"No","Synchronize":"Yes",
             "ExchangeId":"AAMkAD","AttendeeRefs":[
              {"Type":"Employee","Attendee":"E00001","Attendance":"MeetingOrganizer","Synchronized":"Yes"},
              {"Type":"Other","FullName":"Bob","Email":"bob@example.example","Invite":"Yes","Synchronized":"Yes"},
              {"Type":"Contact","Attendee":"C00000001","Attendance":"Optional","Invite":"Yes"}]}
            """)
        #expect(answer.status == 201)
        let row = answer.json
        #expect(row.text("Activity") == "ACT000453" && row.text("CreatedInInforLN") == "No")
        #expect(row.text("Owner") == "E00001" && row.text("LastModifiedBy") == "ann")
        #expect(row.text("Guid")?.count == 22 && row.text("LastModificationDate") == now)
        #expect(answer.headerFields["Location"]?.hasSuffix("/Activities('ACT000453')") == true)
        let attendees = try #require(row["AttendeeRefs"] as? [[String: Any]])
        #expect(attendees.map { $0["Sequence"] as? Int } == [1, 2, 3])
        #expect(attendees.map { $0.text("Attendance") } == ["MeetingOrganizer", "Required", "Optional"])
        #expect(attendees.map { $0.text("Synchronized") } == ["Yes", "Yes", "No"])
        #expect(attendees[0].text("Email") == "ann@contoso.example" && attendees[0].text("FullName") == "Ann Lee")
        #expect(attendees[2].text("Email") == "ann.lee@example.example")
        #expect(harness.odata("\(Harness.activities)?$filter=ExchangeId%20eq%20'AAMkAD'").rows.count == 1)
    }

    @Test("LN adds the creator as Meeting Organizer; another one given makes him a required attendee")
    func automaticOrganizer() {
        _ = harness.insert("{\(times)}")
        #expect(harness.attendees("ACT000453").map { $0.text("Attendee") } == ["E00001"])
        #expect(harness.attendees("ACT000453").first?.text("Attendance") == "MeetingOrganizer")
        _ = harness.insert(
            #"{\#(times),"AttendeeRefs":[{"Attendee":"E00002","Attendance":"MeetingOrganizer"}]}"#)
        let both = harness.attendees("ACT000454")
        #expect(both.map { $0.text("Attendee") } == ["E00001", "E00002"])
        #expect(both.map { $0.text("Attendance") } == ["Required", "MeetingOrganizer"])
    }

    @Test("Who is no employee makes no activity: not the service's user, not an unknown one", arguments: [nil, "eve"])
    func creator(user: String?) {
        let answer = harness.insert("{\(times)}", as: user)
        #expect(answer.isError(422) && answer.details.first?.contains("is no employee") == true)
    }

    @Test("Where an attendee is refused, nothing of a deep insert is made")
    func allOrNothing() {
        let before = harness.sandbox.shop
        let answer = harness.insert(
            #"{\#(times),"AttendeeRefs":[{"Attendee":"E00002"},{"Attendee":"E99999"}]}"#)
        #expect(answer.isError(422) && answer.details == ["Employee E99999 does not exist"])
        #expect(harness.sandbox.shop == before)
    }

    @Test("Over OData Synchronize needs neither an organizer nor anybody invited")
    func synchronize() {
        #expect(harness.patch(Harness.activity("ACT000452"), #"{"Synchronize":"Yes"}"#).status == 200)
    }

    @Test("Times are whole minutes; with All Day they are dates")
    func wholeMinutes() {
        let row = harness.patch(
            Harness.activity("ACT000451"),
            #"{"StartDate":"2026-03-10T18:00:59.9+09:00","EndDate":"2026-03-10T10:30:31Z"}"#
        ).json
        #expect(row.text("StartDate") == "2026-03-10T09:00:00Z" && row.text("EndDate") == "2026-03-10T10:30:00Z")
        let day = harness.patch(Harness.activity("ACT000451"), #"{"AllDay":"Yes","EndDate":"2026-03-12T05:00:00Z"}"#)
        #expect(day.json.text("StartDate") == "2026-03-10T00:00:00Z")
        #expect(day.json.text("EndDate") == "2026-03-12T00:00:00Z")
    }

    @Test("A call ends a duration after its start, whichever of them is written")
    func calls() {
        func end(_ body: String) -> (String?, Int?) {
            let row = harness.patch(Harness.activity("ACT000452"), body).json
            return (row.text("EndDate"), row["DurationMinutes"] as? Int)
        }
        #expect(end(#"{"DurationMinutes":90}"#) == ("2026-03-11T10:30:00Z", 90))
        #expect(end(#"{"StartDate":"2026-03-11T08:00:00Z"}"#) == ("2026-03-11T09:30:00Z", 90))
        #expect(end(#"{"EndDate":"2026-03-11T08:10:00Z"}"#) == ("2026-03-11T08:10:00Z", 10))
    }

    @Test(
        "What LN's rules forbid gets 422 with the reason, and nothing is changed",
        arguments: [
            ("ACT000451", #"{"EndDate":"2026-03-10T08:00:00Z"}"#, "EndDate is before StartDate"),
            ("ACT000451", #"{"StartDate":"1970-01-01T00:00:00Z"}"#, "StartDate is mandatory"),
            ("ACT000451", #"{"Type":"Call"}"#, "Type can't be changed"),
            ("ACT000451", #"{"CreatedInInforLN":"No"}"#, "CreatedInInforLN can't be changed"),
            ("ACT000451", #"{"Status":"Completed"}"#, "Status Completed is not one of Appointment"),
            ("ACT000451", #"{"DurationMinutes":5}"#, "Only a Call has DurationMinutes"),
            ("ACT000451", #"{"Contact":"C9"}"#, "Contact C9 does not exist"),
            ("ACT000451", #"{"Guid":"x"}"#, "Guid can't be changed"),
            ("ACT000452", #"{"Location":"Room 3"}"#, "A Call has no Location"),
            ("ACT000452", #"{"AllDay":"Yes"}"#, "A Call can't be AllDay"),
            ("ACT000452", #"{"EndDate":"2026-03-11T08:00:00Z"}"#, "EndDate is before StartDate"),
            (
                "ACT000452", #"{"EndDate":"2026-03-11T09:40:00Z","DurationMinutes":20}"#,
                "EndDate is not DurationMinutes"
            ),
            ("ACT000452", #"{"StartDate":"9999-12-31T23:59:00Z"}"#, "EndDate is behind the end"),
            ("ACT000452", #"{"EndDate":"2027-03-11T09:40:00Z"}"#, "DurationMinutes is not between"),
        ])
    func rules(code: String, body: String, reason: String) {
        let before = harness.sandbox.shop
        let answer = harness.patch(Harness.activity(code), body)
        #expect(answer.isError(422) && answer.details.first?.hasPrefix(reason) == true, "\(answer.details)")
        #expect(harness.sandbox.shop == before)
    }

    @Test("Texts have LN's lengths, counted in characters of Unicode")
    func lengths() {
        let subject = String(repeating: "会", count: 120)
        #expect(harness.patch(Harness.activity("ACT000451"), #"{"Subject":"\#(subject)"}"#).status == 200)
        let longer = harness.patch(Harness.activity("ACT000451"), #"{"Subject":"\#(subject)議"}"#)
        #expect(longer.isError(422) && longer.details == ["Subject has more than 120 characters"])
        let text = String(repeating: "x", count: 100_000)
        #expect(harness.patch(Harness.activity("ACT000451"), #"{"Information":"\#(text)"}"#).status == 200)
    }

    @Test("Another text changes the row of the text and not the activity's time; a text that comes or goes does")
    func texts() throws {
        let path = Harness.activity("ACT000451")
        let etag = harness.odata(path).json.text("@odata.etag")
        let edited = harness.patch(path, #"{"Information":"Bring samples"}"#).json
        #expect(edited.text("LastModificationDate") == "2026-03-01T09:00:00Z" && edited.text("@odata.etag") != etag)
        let text = harness.odata("txcom.ExchangeSync/ActivityTexts('ACT000451')").json
        #expect(text.text("Text") == "Bring samples" && text.text("LastModificationDate") == now)
        #expect(harness.patch(path, #"{"Information":""}"#).json.text("LastModificationDate") == now)
        #expect(harness.odata("txcom.ExchangeSync/ActivityTexts").rows.isEmpty)
        #expect(harness.odata("txcom.ExchangeSync/ActivityTexts", method: .post, body: "{}").isError(405))
    }

    @Test("A change needs the etag: none is 428, an old one 412; attendees aren't written with their activity")
    func etags() throws {
        let path = Harness.activity("ACT000451")
        let etag = try #require(harness.odata(path).json.text("@odata.etag"))
        #expect(harness.odata(path, method: .patch, body: #"{"Subject":"A"}"#).isError(428))
        #expect(harness.odata(path, method: .patch, ["If-Match": etag], body: #"{"Subject":"A"}"#).status == 204)
        #expect(harness.odata(path, method: .patch, ["If-Match": etag], body: #"{"Subject":"B"}"#).isError(412))
        #expect(harness.odata(path, method: .delete, ["If-Match": etag]).isError(412))
        #expect(harness.patch(path, #"{"AttendeeRefs":[]}"#).isError(400))
        #expect(harness.insert(#"{\#(times),"AttendeeRefs":[5]}"#).isError(400))
        #expect(harness.insert(#"{\#(times),"AttendeeRefs":[{"Shoe":"x"}]}"#).isError(400))
    }

    @Test("An activity ends by its status, or is deleted with its attendees and its text")
    func ends() {
        let path = Harness.activity("ACT000451")
        #expect(harness.patch(path, #"{"Status":"NotHeld"}"#).json.text("Status") == "NotHeld")
        #expect(harness.odata(path, method: .delete, ["If-Match": "*"]).status == 204)
        #expect(harness.odata(path).isError(404))
        #expect(harness.odata(path, method: .delete, ["If-Match": "*"]).isError(404))
        #expect(harness.odata(Harness.attendees).rows.isEmpty)
        #expect(harness.odata("txcom.ExchangeSync/ActivityTexts").rows.isEmpty)
    }

    @Test("A task has statuses of its own")
    func tasks() {
        let task = harness.insert(#"{"Type":"Task","Subject":"Send offer"}"#)
        #expect(task.json.text("Status") == "NotStarted")
        let path = Harness.activity("ACT000453")
        #expect(harness.patch(path, #"{"Status":"Completed"}"#).status == 200)
        #expect(harness.patch(path, #"{"Status":"Held"}"#).isError(422))
    }
}

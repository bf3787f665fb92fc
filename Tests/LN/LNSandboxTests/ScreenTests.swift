import Foundation
import HTTPTypes
import LNSandbox
import Testing

@Suite("Activities on LN's screens, and faults")
struct ScreenTests {
    let harness = Harness(.calendar)
    private let times = #""StartDate":"2026-03-12T13:00:00Z","EndDate":"2026-03-12T14:00:00Z""#

    @Test("A user makes a meeting, invites somebody and then ticks Synchronize")
    func whole() {
        let made = harness.screen(.post, "Activities?user=bob", #"{"Subject":"Visit",\#(times)}"#)
        #expect(made.status == 201 && made.json.text("Activity") == "ACT000453")
        #expect(made.json.text("LastModifiedBy") == "bob" && made.json.text("CreatedInInforLN") == "Yes")
        let tick = #"{"Synchronize":"Yes"}"#
        let alone = harness.screen(.patch, "Activities/ACT000453?user=bob", tick)
        #expect(alone.details == ["Synchronize needs another attendee with Invite and an e-mail address"])
        let guest = #"{"Activity":"ACT000453","Type":"Contact","Attendee":"C00000001","Invite":"Yes"}"#
        #expect(harness.screen(.post, "Attendees", guest).status == 201)
        #expect(harness.screen(.patch, "Activities/ACT000453?user=bob", tick).status == 200)
        #expect(harness.attendees("ACT000453").map { $0.text("Attendance") } == ["MeetingOrganizer", "Required"])
    }

    @Test("The code of an activity that was deleted is not given out again")
    func codes() {
        let fields = #"{"Subject":"Visit",\#(times)}"#
        #expect(harness.screen(.post, "Activities?user=bob", fields).json.text("Activity") == "ACT000453")
        #expect(harness.screen(.delete, "Activities/ACT000453").status == 204)
        #expect(harness.screen(.post, "Activities?user=bob", fields).json.text("Activity") == "ACT000454")
    }

    @Test(
        "Synchronize needs a Meeting Organizer, somebody invited, a calendar's kind of activity and the COM parameter")
    func preconditions() {
        let invite = #"{"Attendee":"E00002","Invite":"Yes"}"#
        let whole = #"{\#(times),"Synchronize":"Yes","AttendeeRefs":[\#(invite)]}"#
        #expect(harness.screen(.post, "Activities?user=ann", whole).status == 201)
        #expect(harness.screen(.post, "Activities?user=ann", #"{\#(times),"Synchronize":"Yes"}"#).isError(422))
        let task = #"{"Type":"Task","Synchronize":"Yes"}"#
        #expect(harness.screen(.post, "Activities?user=ann", task).details == ["A Task has no Synchronize"])
        _ = harness.screen(.patch, "Activities/ACT000451", #"{"Synchronize":"No"}"#)
        #expect(harness.screen(.delete, "Attendees/ACT000451/1").status == 204)
        let tick = harness.screen(.patch, "Activities/ACT000451", #"{"Synchronize":"Yes"}"#)
        #expect(tick.details == ["Synchronize needs an attendee who is Meeting Organizer"])
        _ = harness.screen(.patch, "ComParameters", #"{"SynchronizeActivities":"No"}"#)
        #expect(harness.screen(.post, "Activities?user=ann", whole).details.first?.contains("COM Parameters") == true)
    }

    @Test("An activity needs a user who is an employee; on a screen it is created in Infor LN")
    func creators() {
        #expect(harness.screen(.post, "Activities", "{\(times)}").isError(400))
        #expect(harness.screen(.post, "Activities?user=eve", "{\(times)}").isError(422))
        let other = harness.screen(.post, "Activities?user=ann", #"{\#(times),"CreatedInInforLN":"No"}"#)
        #expect(other.details == ["CreatedInInforLN can't be changed"])
    }

    @Test("Invite is offered while the activity is planned")
    func invite() {
        _ = harness.screen(.patch, "Activities/ACT000452", #"{"Status":"Held"}"#)
        let late = #"{"Activity":"ACT000452","Attendee":"E00001","Invite":"Yes"}"#
        #expect(harness.screen(.post, "Attendees", late).details == ["Invite needs an activity that is Planned"])
    }

    @Test("Attendees are listed by activity, edited and taken away; the edit's time can be that of a long transaction")
    func attendees() throws {
        let list = harness.screen(.get, "Attendees/ACT000451")
        let rows = try #require(try JSONSerialization.jsonObject(with: list.body) as? [[String: Any]])
        #expect(rows.map { $0["Sequence"] as? Int } == [1, 2, 10])
        let edited = harness.screen(.patch, "Attendees/ACT000451/10?secondsAgo=30", #"{"Invite":"No"}"#)
        #expect(edited.json.text("LastModificationDate") == "2026-03-01T09:46:42Z")
        #expect(harness.screen(.delete, "Attendees/ACT000451/2").status == 204)
        #expect(harness.attendees("ACT000451").count == 2)
        #expect(harness.screen(.get, "Attendees/ACT000451/2").isError(404))
        #expect(harness.screen(.patch, "Attendees/ACT000451", "{}").isError(405))
        #expect(harness.screen(.get, "Activities/ACT000451/1").isError(404))
        #expect(harness.screen(.patch, "ActivityTexts/ACT000451", #"{"Text":"x"}"#).isError(422))
        #expect(harness.screen(.delete, "Activities/ACT000451").status == 204)
        #expect(harness.screen(.get, "Attendees/ACT000451").body == Data("[]".utf8))
    }

    @Test("An answer is lost after a write and only there: the activity is made all the same")
    func lostAnswer() {
        let fault = #"{"kind":"lostAnswer","path":"txcom.ExchangeSync/Activities","method":"POST"}"#
        #expect(harness.send(.post, "/sandbox/faults", [:], fault).status == 204)
        func outcome(_ method: HTTPMethod, _ body: String = "") -> LNOutcome {
            harness.sandbox.outcome(
                of: HTTPRequest(
                    method: method, scheme: "http", authority: "ln.example",
                    target: "/\(harness.installation.tenant)/LN/lnapi/odata/\(Harness.activities)",
                    headerFields: [
                        "Authorization": "Bearer \(harness.signIn())", "X-Infor-LnCompany": "1300",
                        "X-Infor-LnIdentity": "lnapi_ann",
                    ], body: Data(body.utf8)))
        }
        #expect(!outcome(.get).isLost)
        let lost = outcome(.post, "{\(times)}")
        #expect(lost.isLost && lost.response.status == 201)
        #expect(!outcome(.post, "{\(times)}").isLost)
        #expect(harness.odata(Harness.activities).rows.count == 4)
    }

    @Test("Each fault meets activities as it meets contacts", arguments: ["status", "statusAfter", "u14", "errorBody"])
    func faults(kind: String) {
        let fault = #"{"kind":"\#(kind)","path":"txcom.ExchangeSync/Att","status":503,"retryAfter":2}"#
        #expect(harness.send(.post, "/sandbox/faults", [:], fault).status == 204)
        let answer = harness.patch(Harness.attendee("ACT000451", 2), #"{"Synchronized":"Yes"}"#)
        #expect(answer.isError(["u14": 401, "errorBody": 200][kind] ?? 503))
        #expect(answer.headerFields["Retry-After"] == "2")
        let flag = harness.odata(Harness.attendee("ACT000451", 2)).json.text("Synchronized")
        #expect(flag == (kind == "statusAfter" ? "Yes" : "No"))
    }
}

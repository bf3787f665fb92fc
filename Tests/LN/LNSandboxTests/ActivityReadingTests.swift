import Foundation
import HTTPTypes
import LNSandbox
import Testing

@Suite("Activities: reading by OData")
struct ActivityReadingTests {
    let harness = Harness(.calendar)

    private func codes(_ query: KeyValuePairs<String, String>, of set: String = "Activities") -> [String] {
        let options = query.map { "\($0.key)=\(Harness.escape($0.value))" }.joined(separator: "&")
        return harness.odata("txcom.ExchangeSync/\(set)?\(options)").rows.map {
            [$0.text("Activity"), ($0["Sequence"] as? Int).map(String.init)].compactMap(\.self).joined(separator: "/")
        }
    }

    @Test("Changed activities come with their attendees, each row with its own etag and modification time")
    func expanded() throws {
        let filter =
            "Synchronize eq txcom.ExchangeSync.AnswerOnQuestionYn'Yes' and EndDate ge 2026-03-01T00:00:00Z"
            + " and LastModificationDate ge 2026-03-01T08:45:00Z"
        let answer = harness.odata(
            "\(Harness.activities)?$filter=\(Harness.escape(filter))&$expand=AttendeeRefs&$orderby=LastModificationDate,Activity&$top=200"
        )
        let row = try #require(answer.rows.first)
        #expect(answer.rows.count == 1 && row.text("Activity") == "ACT000451" && row.text("Type") == "Appointment")
        #expect(row.text("StartDate") == "2026-03-10T09:00:00Z" && row.text("AllDay") == "No")
        #expect(row.text("Status") == "Planned" && row.text("CreatedInInforLN") == "Yes")
        #expect(row.text("Information") == "Bring figures" && row.text("Sensitivity") == "Normal")
        let attendees = try #require(row["AttendeeRefs"] as? [[String: Any]])
        #expect(attendees.map { $0["Sequence"] as? Int } == [1, 2, 10])
        #expect(attendees.map { $0.text("Type") } == ["Employee", "Employee", "Contact"])
        #expect(attendees[0].text("Attendance") == "MeetingOrganizer" && attendees[0].text("Invite") == "No")
        #expect(attendees[2].text("AttendanceStatus") == "None" && attendees[2].text("Synchronized") == "No")
        #expect(Set(attendees.compactMap { $0.text("@odata.etag") } + [row.text("@odata.etag")]).count == 4)
        #expect(attendees.allSatisfy { $0.text("LastModificationDate") == "2026-02-25T06:13:20Z" })
    }

    @Test("An activity without attendees has an empty array; of expanded ones only what is selected comes")
    func nested() {
        let call = harness.odata(Harness.activity("ACT000452") + "?$expand=AttendeeRefs").json
        #expect((call["AttendeeRefs"] as? [Any])?.isEmpty == true && call["DurationMinutes"] as? Int == 30)
        let some = harness.odata(
            "\(Harness.activities)?$select=Activity&$expand=AttendeeRefs($select=Email)&$top=1"
        ).rows
        #expect(Set(some[0].keys) == ["@odata.etag", "Activity", "AttendeeRefs"])
        #expect((some[0]["AttendeeRefs"] as? [[String: Any]])?[1].keys.sorted() == ["@odata.etag", "Email"])
        #expect(harness.odata("\(Harness.activities)?$expand=ContactRef").isError(400))
    }

    @Test("Filters, orders and pages go over activities and attendees as over contacts")
    func queries() {
        #expect(codes(["$filter": "Type eq txcom.ExchangeSync.ActivityType'Call'"]) == ["ACT000452"])
        #expect(codes(["$filter": "EndDate gt 2026-03-10T10:00:00Z"]) == ["ACT000452"])
        #expect(codes(["$orderby": "StartDate desc"]) == ["ACT000452", "ACT000451"])
        #expect(codes(["$filter": "Activity in ('ACT000451','ACT9')"], of: "Attendees").count == 3)
        #expect(
            codes(["$filter": "Sequence gt 1", "$orderby": "Sequence desc"], of: "Attendees") == [
                "ACT000451/10", "ACT000451/2",
            ])
        #expect(codes(["$top": "2", "$skip": "1"], of: "Attendees") == ["ACT000451/2", "ACT000451/10"])
        #expect(codes(["$filter": "contains(tolower(Email),'bob@')"], of: "Attendees") == ["ACT000451/2"])
        #expect(
            harness.odata("\(Harness.attendees)?$filter=LastModificationDate%20ge%202026-03-01T00:00:00Z").rows.isEmpty)
    }

    @Test("An attendee is read by his two keys, in either order")
    func keys() {
        for key in ["(Activity='ACT000451',Sequence=10)", "(Sequence=10,Activity='ACT000451')"] {
            #expect(harness.odata(Harness.attendees + key).json.text("Attendee") == "C00000001", "\(key)")
        }
        #expect(harness.odata(Harness.attendee("ACT000451", 3)).isError(404))
        for key in [
            "('ACT000451')", "(Activity='ACT000451')", "(Activity='ACT000451',Sequence='1')", "(1)",
            "(Activity='ACT000451',Activity='ACT000451')", "(Activity='ACT000451',Sequence=1,Type=1)", "()",
        ] {
            #expect(harness.odata(Harness.attendees + key).isError(400), "\(key)")
        }
    }

    @Test("$metadata has the three sets with keys, lengths, the collection and that deep inserts are taken")
    func metadata() throws {
        let document = harness.odata("txcom.ExchangeSync/$metadata").json
        let schema = try #require(document["txcom.ExchangeSync"] as? [String: [String: Any]])
        let activity = try #require(schema["Activity"])
        func part(_ type: String, _ name: String) -> [String: Any] { schema[type]?[name] as? [String: Any] ?? [:] }
        #expect(schema["Attendee"]?["$Key"] as? [String] == ["Activity", "Sequence"])
        #expect(part("Activity", "Subject")["$MaxLength"] as? Int == 120)
        #expect(part("Activity", "Information").text("$Type") == "txcom.ExchangeSync.MultiLineText")
        #expect(part("Activity", "Guid")["@Org.OData.Core.V1.Computed"] as? Bool == true)
        let refs = part("Activity", "AttendeeRefs")
        #expect(refs["$Collection"] as? Bool == true && refs.text("$Type") == "txcom.ExchangeSync.Attendee")
        #expect(schema["ShowTimeAs"]?["OutOfOffice"] as? Int == 4)
        let set = part("Container", "Activities")
        #expect(set["@Org.OData.Core.V1.OptimisticConcurrency"] is [Any])
        #expect((set["@Org.OData.Capabilities.V1.DeepInsertSupport"] as? [String: Bool])?["Supported"] == true)
        #expect(activity.text("@Core.Description")?.hasSuffix("Deletable") == true)
        #expect(schema["ActivityText"]?.text("@Core.Description")?.hasSuffix("Readable") == true)
        let row = harness.odata(Harness.activity("ACT000451")).json
        #expect(row.keys.allSatisfy { $0.contains("@") || activity[$0] != nil })
        #expect(harness.odata("tcapi.comContact/Activities").isError(404))
    }

    @Test("Each of the sets may be without a modification time; activities are of the company")
    func installation() {
        var installation = LNInstallation()
        installation.setsWithoutTimes = [.activities, .attendees]
        let harness = Harness(.calendar, installation: installation)
        #expect(harness.odata(Harness.activity("ACT000451")).json["LastModificationDate"] == nil)
        #expect(harness.attendees("ACT000451").allSatisfy { $0["LastModificationDate"] == nil })
        #expect(
            harness.odata(Harness.activities, company: "0").details == ["Table tccom600 of company 0 does not exist"])
    }
}

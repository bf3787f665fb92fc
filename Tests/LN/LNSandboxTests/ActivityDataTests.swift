import Foundation
import HTTPTypes
import Testing

@testable import LNSandbox

@Suite("Activities as data")
struct ActivityDataTests {
    private func activities(_ shop: LNShop) -> [Record] { shop[.activities].rows.map { Record(.activity, $0) } }

    @Test(
        "A sample shop has activities of every kind, past and to come, private ones too", arguments: [1, 7] as [UInt64])
    func kinds(seed: UInt64) {
        let shop = LNShop.generate(seed: seed)
        let all = activities(shop)
        #expect(all.count == 200)
        let kinds = Dictionary(grouping: all) { $0.text("Type") }.mapValues(\.count)
        #expect(kinds == ["Appointment": 120, "Call": 40, "Task": 20, "Mailing": 10, "Email": 10])
        let middle = LNTime.seconds("2026-03-02T00:00:00Z") ?? 0
        #expect((60...140).contains(all.filter { $0.time("StartDate") < middle }.count))
        #expect(all.contains { $0.is("Sensitivity", "Private") } && all.contains { $0.is("AllDay") })
        let synchronized = all.filter { $0.is("Synchronize") }
        #expect(synchronized.count > 80)
        #expect(synchronized.allSatisfy { ["Appointment", "Call"].contains($0.text("Type")) })
        let invited = synchronized.filter { activity in
            shop.attendees(ofActivity: activity.text("Activity")).contains { $0.is("Invite") }
        }
        #expect(invited.count > 60)
        #expect(shop.count(.activityTexts) == all.filter { !$0.text("Information").isEmpty }.count)
    }

    @Test("Its attendees are whom LN's rules allow: one organizer, nobody twice, nobody invited who opted out")
    func guests() {
        let shop = LNShop.generate(seed: 3, contacts: 100, activeUsers: 5)
        for activity in activities(shop) {
            let attendees = shop.attendees(ofActivity: activity.text("Activity"))
            #expect(attendees.filter { $0.is("Attendance", "MeetingOrganizer") }.count == 1)
            let codes = attendees.map { $0.text("Attendee") }.filter { !$0.isEmpty }
            #expect(Set(codes).count == codes.count)
            for attendee in attendees where attendee.is("Invite") {
                #expect(!attendee.text("Email").isEmpty)
                let optedOut = shop.value("OptedOut", of: attendee.text("Attendee"), in: .contacts)
                #expect(!attendee.is("Type", "Contact") || optedOut == .member("No"))
            }
        }
    }

    @Test("Contacts and users of a sample shop are the same with and without activities")
    func contactsStay() {
        let without = LNShop.generate(seed: 5, activities: 0)
        let shop = LNShop.generate(seed: 5)
        for set in LNSet.allCases where ![.activities, .attendees, .activityTexts].contains(set) {
            #expect(shop[set] == without[set], "\(set)")
        }
        #expect(without.count(.activities) == 0 && without.count(.attendees) == 0)
    }

    @Test(
        "The published cases are taken as they are, with what no screen would allow",
        .enabled("needs ../shared/data", { FileManager.default.fileExists(atPath: Self.file.path()) }))
    func cases() throws {
        let shop = try LNShop(json: Data(contentsOf: Self.file), modified: 1_772_000_000)
        let harness = Harness(shop)
        func field(_ code: String, _ name: String) -> String? {
            harness.odata(Harness.activity(code)).json.text(name)
        }
        #expect(shop.count(.attendees) == 139)
        #expect(field("ACT200015", "Subject")?.count == 300)
        #expect(field("ACT200008", "EndDate") == "2026-12-05T02:00:00Z")
        #expect(field("ACT200010", "Type") == "Task" && field("ACT200013", "Sensitivity") == "Private")
        #expect(harness.odata(Harness.activity("ACT200002")).json["DurationMinutes"] as? Int == 30)
        #expect(harness.attendees("ACT200014").contains { $0.text("Synchronized") == "Yes" })
        #expect(harness.attendees("ACT200016").count == 51)
        #expect(harness.attendees("ACT200019").allSatisfy { $0.text("Attendance") != "MeetingOrganizer" })
        #expect(harness.attendees("ACT200012").contains { $0.text("Invite") == "Yes" })
        // What was brought in can be written, field by field.
        #expect(harness.patch(Harness.attendee("ACT200012", 2), #"{"Synchronized":"Yes"}"#).status == 200)
        #expect(harness.patch(Harness.activity("ACT200008"), #"{"Subject":"x"}"#).status == 200)
    }

    @Test("A file may have texts in their own set; that text counts")
    func texts() throws {
        let json = """
            {"Activities": [{"Activity": "A1", "Type": "Task", "Information": "old"}, {"Activity": "A2", "Type": "Task", "Information": "b"}],
             "ActivityTexts": [{"Activity": "A1", "Text": "new"}]}
            """
        let shop = try LNShop(json: Data(json.utf8), modified: 5)
        #expect(shop.value("Information", of: "A1", in: .activities) == .text("new"))
        #expect(shop.value("Text", of: "A2", in: .activityTexts) == .text("b"))
        #expect(shop.value("LastModificationDate", of: "A2", in: .activityTexts) == .time(5))
    }

    @Test("A bad attendee, a missing time and a field nobody knows are named, each with its key")
    func mistakes() {
        let json = """
            {"Activities": [{"Activity": "A1", "EndDate": "2026-03-01T09:00:00Z", "AttendeeRefs": [{"Shoe": 5}, 7]},
                            {"Activity": "A2", "AttendeeRefs": 5}, {"Activity": "A3", "Kind": "x"}],
             "Attendees": [{"Activity": "A1"}]}
            """
        let error = #expect(throws: LNShopError.self) { try LNShop(json: Data(json.utf8), modified: 0) }
        #expect(
            error?.problems == [
                "Attendees A1/1: there is no field Shoe", "Attendees row 2 is no object",
                "Activities A1: StartDate is not given", "Activities A2: AttendeeRefs is no array of rows",
                "Activities A3: there is no field Kind", "Attendees row 1 has no Sequence, which is its key",
            ])
    }

    @Test("Activities, attendees and texts survive a restart")
    func survives() throws {
        let harness = Harness(.calendar)
        let guest = #"{"Type":"Other","FullName":"Guest","Email":"g@visitors.example","Invite":"Yes"}"#
        let body = #"""
            {"Subject":"視察","StartDate":"2026-03-12T13:00:00Z","EndDate":"2026-03-12T14:00:00Z","Information":"Line 1\nLine 2",
             "AttendeeRefs":[\#(guest)]}
            """#
        #expect(harness.insert(body).status == 201)
        let again = try LNShop(json: harness.sandbox.shop.json(), modified: 0)
        #expect(again == harness.sandbox.shop)
        #expect(Harness(again).attendees("ACT000453").count == 2)
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/data/ln-cases.json").standardizedFileURL
}

import Foundation
import Testing

@testable import LNSandbox

@Suite("The shop as data")
struct ShopTests {
    @Test("A sample shop is the same for a seed and another for another")
    func determinism() {
        let shop = LNShop.generate(seed: 7)
        #expect(shop == LNShop.generate(seed: 7))
        #expect(shop.json() == LNShop.generate(seed: 7).json())
        #expect(shop != LNShop.generate(seed: 8))
    }

    @Test("It has the users and contacts it promises", arguments: [1, 2, 2026] as [UInt64])
    func counts(seed: UInt64) {
        let shop = LNShop.generate(seed: seed)
        #expect(shop.count(.contacts) == 500)
        #expect(shop.count(.syncUsers) == 25)
        #expect(
            shop.keys(.syncUsers).filter { shop.value("Active", of: $0, in: .syncUsers) == .member("Yes") }.count == 20)
        func contacts(_ property: String, _ value: LNValue) -> Int {
            shop.keys(.contacts).filter { shop.value(property, of: $0, in: .contacts) == value }.count
        }
        #expect(contacts("Synchronize", .member("No")) == 40)
        #expect(contacts("Active", .member("No")) == 15)
        #expect(contacts("OptedOut", .member("Yes")) == 20)
        #expect(contacts("Language", .text("X")) == 10)
        #expect(contacts("Email", .text("")) == 15)
        #expect(contacts("Language", .text("JPN")) > 100)
        #expect(
            shop.keys(.addresses).filter { shop.value("Country", of: $0, in: .addresses) == .text("XYZ") }.count == 10)
        #expect(shop.count(.businessPartners) == 83 && shop.count(.employees) == 30 && shop.count(.users) == 30)
    }

    @Test(
        "Every value fits LN's fields, every reference leads somewhere",
        arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func rules(seed: UInt64) throws {
        let shop = LNShop.generate(seed: seed)
        for set in LNSet.allCases {
            let type = EntityType.of(set)
            for row in shop[set].rows {
                for (property, value) in zip(type.properties, row) { try property.check(value) }
                for navigation in type.navigations
                where !navigation.isCollection && row[navigation.property] != .text("") {
                    #expect(shop[navigation.target][row[navigation.property].description] != nil)
                }
            }
        }
    }

    @Test("All addresses are under .example and each is one person's", arguments: [1, 9] as [UInt64])
    func emails(seed: UInt64) {
        let shop = LNShop.generate(seed: seed)
        var seen: Set<String> = []
        for set in [LNSet.contacts, .syncUsers] {
            for key in shop.keys(set) {
                guard let email = shop.value("Email", of: key, in: set)?.description, !email.isEmpty else { continue }
                #expect(email.wholeMatch(of: /[a-z0-9.'-]+@[a-z0-9]+\.example/) != nil, "\(email)")
                #expect(seen.insert(email).inserted, "\(email)")
            }
        }
    }

    @Test("Its JSON makes the same shop again")
    func roundTrip() throws {
        let shop = LNShop.generate(seed: 3)
        #expect(try LNShop(json: shop.json(), modified: 0) == shop)
    }

    @Test("A larger shop is made as asked")
    func larger() {
        let shop = LNShop.generate(seed: 1, contacts: 3000, activeUsers: 60, inactiveUsers: 10)
        #expect(shop.count(.contacts) == 3000 && shop.count(.syncUsers) == 70)
    }

    @Test(
        "What is no shop is refused with its place",
        arguments: [
            ("", "not a JSON object"), ("[]", "not a JSON object"), (#"{"Things": []}"#, "Things"),
            (#"{"Contacts": 5}"#, "Contacts"),
            (#"{"Contacts": [{"Contact": "C1"}, 5]}"#, "Contacts row 2 is no object"),
            (#"{"Contacts": [{"FullName": "x"}]}"#, "no Contact"),
            (#"{"Contacts": [{"Contact": "C1", "Shoe": "x"}]}"#, "Shoe"),
            (#"{"Contacts": [{"Contact": 1}]}"#, "Contacts row 1 has no Contact, which is its key"),
            (
                #"{"Contacts": [{"Contact": "C1", "Active": "Perhaps"}]}"#,
                #"Contacts C1: Active is "Perhaps", not one of Yes, No"#
            ),
            (
                #"{"Contacts": [{"Contact": "C1", "Birthday": "29 February"}]}"#,
                #"Contacts C1: Birthday is "29 February", not a time like"#
            ),
            (#"{"Contacts": [{"Contact": "C1"}, {"Contact": "C1"}]}"#, "Contacts C1 is there twice: rows 1 and 2"),
            (#"{"ComParameters": [{}, {}]}"#, "ComParameters has 2 rows; in LN it is one"),
            (
                #"{"Activities": [{"Activity": "A1", "StartDate": ""}]}"#,
                #"Activities A1: StartDate is "", not a time like"#
            ),
        ])
    func refusals(json: String, place: String) {
        let error = #expect(throws: LNShopError.self) { try LNShop(json: Data(json.utf8), modified: 0) }
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }

    @Test("Every bad row is named, each in one line")
    func allProblems() {
        let json = """
            {"Contacts": [{"Contact": "C1", "Email": 5, "Fax": null}, {"Contact": "C2"}, {"FullName": "x"}],
             "Countries": [{"Country": "XYZ", "Iso": "XY\\n"}], "Activities": [{}]}
            """
        let error = #expect(throws: LNShopError.self) { try LNShop(json: Data(json.utf8), modified: 0) }
        #expect(
            error?.problems == [
                "Activities row 1 has no Activity, which is its key",
                "Contacts C1: Email is 5, not a text; Fax is null, not a text",
                "Contacts row 3 has no Contact, which is its key", "Countries XYZ: there is no field Iso",
            ])
    }

    @Test("Activities keep their attendees; moved to a moment, they keep whole minutes, and all-day ones whole days")
    func shifting() throws {
        func shop(_ times: [(start: String, end: String, allDay: String)]) throws -> LNShop {
            let rows = times.enumerated().map { index, times in
                """
                {"Activity": "A\(index)", "StartDate": "\(times.start)", "EndDate": "\(times.end)", "AllDay": "\(times.allDay)",
                 "ReminderMinutes": 15, "AttendeeRefs": [{"Type": "Other", "FullName": "Bob"}]}
                """
            }
            return try LNShop(json: Data("{\"Activities\": [\(rows.joined(separator: ","))]}".utf8), modified: 0)
        }
        var moved = try shop([
            ("2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z", "No"),
            ("2026-01-03T12:00:00Z", "2026-01-03T12:30:00Z", "No"),
            ("2026-01-05T00:00:00Z", "2026-01-07T00:00:00Z", "Yes"),
        ])
        let now = try #require(LNTime.seconds("2026-03-03T15:20:47Z"))
        moved.shiftActivities(middleTo: now)
        #expect(
            moved
                == (try shop([
                    ("2026-03-01T12:20:00Z", "2026-03-01T13:20:00Z", "No"),
                    ("2026-03-03T15:20:00Z", "2026-03-03T15:50:00Z", "No"),
                    ("2026-03-05T00:00:00Z", "2026-03-07T00:00:00Z", "Yes"),
                ])))
        #expect(try LNShop(json: moved.json(), modified: 0) == moved)
    }

    private static let shared = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/data").standardizedFileURL

    @Test(
        "The published data sets are shops",
        .enabled("needs ../shared/data", { FileManager.default.fileExists(atPath: Self.shared.path()) }),
        arguments: [("ln-cases", 40, 9, 20), ("ln-congress", 537, 25, 147)])
    func published(name: String, contacts: Int, users: Int, activities: Int) throws {
        let data = try Data(contentsOf: Self.shared.appending(path: "\(name).json"))
        let shop = try LNShop(json: data, modified: 1_772_000_000)
        #expect(shop.count(.contacts) == contacts && shop.count(.syncUsers) == users)
        #expect(shop.count(.activities) == activities)
        #expect(try LNShop(json: shop.json(), modified: 0) == shop)
        let harness = Harness(shop)
        #expect(
            harness.odata("txcom.ExchangeSync/Contacts?$expand=WorkAddressRef,PrivateAddressRef").rows.count
                == min(100, contacts))
    }

    @Test(
        "Times are read and written as LN has them",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-03-01T09:47:12Z", 1_772_358_432), ("1968-02-29T00:00:00Z", -58_060_800),
            ("2000-02-29T23:59:59Z", 951_868_799), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
        ])
    func times(text: String, seconds: Int) {
        #expect(LNTime.seconds(text) == seconds)
        #expect(LNTime.text(seconds) == text)
    }
}

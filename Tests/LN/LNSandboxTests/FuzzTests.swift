import Foundation
import HTTPTypes
import Runtime
import Testing

@testable import LNSandbox

@Suite("Whatever comes, there is an answer")
struct FuzzTests {
    let harness = Harness(.calendar)

    @Test("Queries made of OData's pieces", arguments: 1...8 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) {
        let randomness = SeededRandomness(seed: seed)
        let words = [
            "Contact", "eq", "'C00000001'", "(", ")", "and", "or", "not", "in", ",", "contains", "tolower", "'", "''",
            "null",
            "2026-03-01T09:00:00Z", "txcom.ExchangeSync.AnswerOnQuestionYn'Yes'", "Active", "LastModificationDate", "-",
            "%",
            "%2", "%00", "%FF", "%C3%A4", "$", "=", ";", "/", "*", "+", "&", "$select=", "$expand=WorkAddressRef(",
            "$top=", "9",
            "$orderby=", "desc", "#", "?", ".", "_", "99999999999999999999",
        ]
        for _ in 0..<1500 {
            var text = ""
            for _ in 0..<randomness.next(in: 1...14) {
                if randomness.next(in: 0...9) == 0 {
                    text += "%" + String(randomness.next(in: 16...255), radix: 16)
                } else {
                    text +=
                        words[randomness.next(in: 0...words.count - 1)] + (randomness.next(in: 0...1) == 0 ? "%20" : "")
                }
            }
            let place = ["?$filter=", "?$expand=", "?$select=", "?$orderby=", "?$top=", "?", "(", "/", ""]
            let answer = harness.odata(
                "txcom.ExchangeSync/Contacts\(place[randomness.next(in: 0...place.count - 1)])\(text)")
            #expect(answer.status == 200 || answer.isError(answer.status), "\(text)")
        }
    }

    @Test("Requests of any bytes to any place", arguments: 11...18 as ClosedRange<UInt64>)
    func requests(seed: UInt64) {
        let randomness = SeededRandomness(seed: seed)
        let places = [
            "", "/", "/sandbox", "/sandbox/", "/sandbox/data/", "/sandbox/data/Contacts/", "/sandbox/data/SyncSettings",
            "/sandbox/faults", "/sandbox/tokens/", "/sandbox/counters", "/HOKUTO_DEM/as/token.oauth2",
            "/HOKUTO_DEM/LN/lnapi/odata/", "/HOKUTO_DEM/LN/lnapi/odata/txcom.ExchangeSync/",
            "/HOKUTO_DEM/LN/lnapi/odata/txcom.ExchangeSync/Contacts('C00000001')",
            "/HOKUTO_DEM/LN/lnapi/odata/txcom.ExchangeSync/Contacts", "/sandbox/data/Activities?user=ann",
            "/sandbox/data/Attendees/ACT000451/1", "/HOKUTO_DEM/LN/lnapi/odata/txcom.ExchangeSync/Activities",
            "/HOKUTO_DEM/LN/lnapi/odata/txcom.ExchangeSync/Attendees(Activity='ACT000451',Sequence=1)",
        ]
        let bodies = [
            "", "{", "[]", "null", "{}", #"{"Contact":"C\r\n"}"#, #"{"kind":"latency","delayMilliseconds":1e300}"#,
            #"{"kind":"status","count":-1}"#, #"{"FirstName":"x","Active":"No"}"#, #"{"ContactPullInterval":1e18}"#,
            "grant_type=%", "a=b&a=b", "=", String(repeating: "[", count: 5000), #"{"JobTitle":"\ud800"}"#,
            #"{"StartDate":"9999-12-31T23:59:59Z","EndDate":"9999-12-31T23:59:59Z","Type":"Call","AttendeeRefs":[{"Attendee":"E00001"}]}"#,
            #"{"Activity":"ACT000451","Sequence":999999,"Type":"Other","Email":"x"}"#, #"{"AttendeeRefs":[null]}"#,
        ]
        let methods: [HTTPMethod] = [.get, .post, .patch, .delete, .put, .head, HTTPMethod(rawValue: "")]
        for _ in 0..<1500 {
            var text = randomness.pick(places)
            for _ in 0..<randomness.next(in: 0...6) {
                let scalar = Unicode.Scalar(UInt32(randomness.next(in: 0...0x2FF))) ?? "x"
                text +=
                    randomness.next(in: 0...2) == 0
                    ? randomness.pick(["/", "?", "%", "'", "(", ")", "&", "="]) : String(scalar)
            }
            let headers: HTTPFields = [
                "Authorization": randomness.pick(["Bearer \(harness.signIn())", "Bearer", "", "Basic Og==", "Basic !"]),
                "X-Infor-LnCompany": randomness.pick(["1300", "", "-1", "99999999999999999999", "１３００"]),
                "If-Match": randomness.pick(["*", "", "W/", ",,"]),
                "X-Infor-LnIdentity": randomness.pick(["lnapi_ann", "", "lnapi_"]),
                "Prefer": randomness.pick(["odata.maxpagesize=-1", "=", "a=b=c"]),
            ]
            let answer = harness.send(randomness.pick(methods), text, headers, randomness.pick(bodies))
            #expect((200...599).contains(answer.status))
            #expect(answer.body.isEmpty || (try? JSONSerialization.jsonObject(with: answer.body)) != nil, "\(text)")
            #expect(answer.headerFields.fields.allSatisfy { !$0.value.contains("\r") && !$0.value.contains("\n") })
        }
    }

    @Test("Files with a byte changed are a shop or an error", arguments: 21...24 as ClosedRange<UInt64>)
    func files(seed: UInt64) {
        let randomness = SeededRandomness(seed: seed)
        let whole = LNShop.calendar.json()
        for _ in 0..<60 {
            var data = whole
            for _ in 0..<randomness.next(in: 1...4) {
                data[randomness.next(in: 0...data.count - 1)] = UInt8(randomness.next(in: 0...255))
            }
            if let shop = try? LNShop(json: data, modified: 0) { #expect(shop.json().isEmpty == false) }
        }
    }
}

extension SeededRandomness {
    func pick<Element>(_ elements: [Element]) -> Element { elements[next(in: 0...elements.count - 1)] }
}

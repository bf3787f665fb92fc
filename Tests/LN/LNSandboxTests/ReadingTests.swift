import Foundation
import HTTPTypes
import LNSandbox
import Testing

@Suite("Reading by OData")
struct ReadingTests {
    let harness = Harness()

    @Test("A contact has the shape that was captured from LN")
    func shape() throws {
        let query =
            "$filter=Active%20eq%20tcapi.comContact.AnswerOnQuestionYn'Yes'&$select=Contact,FullName,FirstName,MobilePhone,Language,"
            + "Birthday,OptedOut&$expand=WorkAddressRef,LanguageRef,BusinessPartnerRef&$orderby=Contact&$top=1&$skip=0&$count=true"
        let answer = harness.odata(
            "tcapi.comContact/Contacts?\(query)",
            ["Accept": "application/json", "Content-Language": "en-US", "Prefer": "odata.maxpagesize=200"])
        #expect(answer.status == 200)
        let text = try #require(String(data: answer.body, encoding: .utf8))
        let row = try #require(answer.rows.first)
        let etag = try #require(row["@odata.etag"] as? String)
        #expect(etag.hasPrefix("W/\"") && etag.hasSuffix("\""))
        #expect(
            text.hasPrefix(
                """
                {"@odata.context":"$metadata#Contacts","@odata.count":4,"value":[{"@odata.etag":"W/\\"
                """))
        #expect(row["Contact"] as? String == "C00000001")
        #expect(row["MobilePhone"] as? String == "")
        #expect(row["Birthday"] as? String == "1970-01-01T00:00:00Z")
        #expect(row["OptedOut"] as? String == "No")
        #expect(row["LastName"] == nil)
        let address = try #require(row["WorkAddressRef"] as? [String: Any])
        #expect(address["AddressCode"] as? String == "A00000077")
        #expect(address["ZIPCodePostalCode"] as? String == "1011AB")
        #expect((row["LanguageRef"] as? [String: Any])?["ISOCode"] as? String == "en")
        #expect((row["BusinessPartnerRef"] as? [String: Any])?["Name"] as? String == "Contoso")
    }

    @Test("The standard service knows neither Synchronize nor a modification time; a reference to nothing is null")
    func standardService() throws {
        let row = try #require(
            harness.odata("tcapi.comContact/Contacts('C00000002')?$expand=WorkAddressRef").json as [String: Any]?)
        #expect(row["@odata.context"] as? String == "$metadata#Contacts/$entity")
        #expect(row.keys.filter { !$0.contains("@") && !$0.contains("Ref") }.count == 58)
        #expect(row["Synchronize"] == nil && row["LastModificationDate"] == nil)
        #expect(row["WorkAddressRef"] is NSNull)
        #expect(harness.odata("tcapi.comContact/Contacts?$select=Synchronize").isError(400))
        #expect(harness.odata("tcapi.comContact/Contacts?$expand=PrivateAddressRef").isError(400))
        #expect(harness.odata("txcom.ExchangeSync/Contacts('C00000002')").json["Synchronize"] as? String == "Yes")
    }

    @Test("One entity is read by its key in both forms, quotes doubled, escapes decoded")
    func keys() {
        for key in ["('C00000001')", "(Contact='C00000001')", "(%27C00000001%27)", "('C00000001%20')"] {
            #expect(harness.odata("txcom.ExchangeSync/Contacts\(key)").json["FullName"] as? String == "Ann B. Lee")
        }
        for key in ["('C99999999')", "('O''Hara')", "('')"] {
            #expect(harness.odata("txcom.ExchangeSync/Contacts\(key)").isError(404))
        }
        for key in [
            "()", "(C00000001)", "(Name='C00000001')", "('a','b')", "(Contact='a',Sequence=1)", "('a'", "(5)", "('a')x",
        ] {
            #expect(harness.odata("txcom.ExchangeSync/Contacts\(key)").isError(400), "\(key)")
        }
        #expect(harness.odata("txcom.ExchangeSync/Contacts('C00000001')?$filter=Contact%20eq%20'a'").isError(400))
    }

    @Test("Short codes are shown with leading blanks, and found with them and without")
    func padding() {
        #expect(harness.odata("txcom.ExchangeSync/Languages('X')").json["Language"] as? String == "  X")
        #expect(harness.odata("txcom.ExchangeSync/Languages('%20%20X')").json["Language"] as? String == "  X")
        #expect(harness.odata("txcom.ExchangeSync/Addresses('A00000078')").json["Country"] as? String == "  X")
    }

    @Test("Pages are capped whatever is asked for, and end with an empty one; nothing names the next")
    func paging() {
        var installation = LNInstallation()
        installation.pageCap = 2
        let harness = Harness(installation: installation)
        var seen: [String] = []
        for skip in stride(from: 0, through: 10, by: 2) {
            let answer = harness.odata("txcom.ExchangeSync/Contacts?$top=200&$skip=\(skip)&$count=true")
            #expect(answer.json["@odata.nextLink"] == nil)
            #expect(answer.json["@odata.count"] as? Int == 5)
            seen += answer.rows.compactMap { $0["Contact"] as? String }
        }
        #expect(seen == (1...5).map { "C0000000\($0)" })
        let preferred = harness.odata("txcom.ExchangeSync/Contacts", ["Prefer": "return=minimal, odata.maxpagesize=1"])
        #expect(preferred.rows.count == 1)
    }

    @Test("With the switch on, next links lead through all pages, $top kept")
    func nextLinks() throws {
        var installation = LNInstallation()
        installation.pageCap = 2
        installation.writesNextLinks = true
        let harness = Harness(installation: installation)
        var seen: [String] = []
        var target = "txcom.ExchangeSync/Contacts?$orderby=Contact%20desc&$top=4"
        for _ in 0..<5 {
            let answer = harness.odata(target)
            seen += answer.rows.compactMap { $0["Contact"] as? String }
            guard let link = answer.json["@odata.nextLink"] as? String else { break }
            target = String(try #require(link.split(separator: "/odata/").last))
        }
        #expect(seen == [5, 4, 3, 2].map { "C0000000\($0)" })
    }

    @Test("Rows are ordered as asked, ties by key")
    func order() {
        #expect(
            harness.contacts(["$orderby": "LastModificationDate desc,Contact asc"]).map(\.last) == [
                "4", "3", "1", "2", "5",
            ])
        #expect(harness.contacts(["$orderby": "LastModificationDate"]).map(\.last) == ["5", "1", "2", "3", "4"])
        #expect(harness.contacts(["$orderby": "Contact", "$skip": "1", "$top": "2"]).map(\.last) == ["2", "3"])
        #expect(harness.contacts(["$top": "0"]).isEmpty)
    }

    @Test(
        "A query option that LN doesn't understand gets its error",
        arguments: [
            "$orderby=Nothing", "$orderby=Contact%20up", "$orderby=", "$top=-1", "$top=x", "$top=+1", "$skip=1.5",
            "$top=99999999999999999999", "$count=yes", "$select=Nothing", "$select=", "$select=Contact,",
            "$expand=Nothing",
            "$expand=WorkAddressRef(", "$expand=WorkAddressRef($top=1)", "$expand=WorkAddressRef,WorkAddressRef",
            "$search=a",
            "$apply=aggregate(Contact)", "$deltatoken=1", "$format=xml", "$top=1&$top=2", "$filter=%2", "$filter=%FF",
        ])
    func refusesOptions(query: String) {
        let answer = harness.odata("txcom.ExchangeSync/Contacts?\(query)")
        #expect(answer.isError(400), "\(query): \(answer.status)")
    }

    @Test("Of an expanded entity only what is selected comes; options without $ are ignored")
    func nestedSelect() throws {
        let answer = harness.odata(
            "txcom.ExchangeSync/Contacts('C00000001')?$select=*&$expand=WorkAddressRef($select=City,Country)&trace=1")
        let address = try #require(answer.json["WorkAddressRef"] as? [String: Any])
        #expect(Set(address.keys) == ["@odata.etag", "City", "Country"])
        #expect(answer.json["JobTitle"] as? String == "Buyer")
    }

    @Test("A set may be without a modification time: it is neither shown nor asked for, nor in $metadata")
    func withoutTimes() throws {
        var installation = LNInstallation()
        installation.setsWithoutTimes = [.addresses, .languages]
        let harness = Harness(installation: installation)
        #expect(harness.odata("txcom.ExchangeSync/Addresses").rows.allSatisfy { $0["LastModificationDate"] == nil })
        #expect(harness.odata("txcom.ExchangeSync/Addresses?$orderby=LastModificationDate").isError(400))
        #expect(harness.odata("txcom.ExchangeSync/Contacts").rows.allSatisfy { $0["LastModificationDate"] != nil })
        let schema = try #require(
            harness.odata("txcom.ExchangeSync/$metadata").json["txcom.ExchangeSync"] as? [String: [String: Any]])
        #expect(schema["Address"]?["LastModificationDate"] == nil && schema["Contact"]?["LastModificationDate"] != nil)
    }

    @Test("Settings are single entities")
    func singletons() {
        let settings = harness.odata("txcom.ExchangeSync/SyncSettings").json
        #expect(settings["ContactPullInterval"] as? Int == 1)
        #expect(settings["ContactPullIntervalUnit"] as? String == "Hour")
        #expect(harness.odata("txcom.ExchangeSync/ComParameters").json["SynchronizeContacts"] as? String == "Yes")
        #expect(harness.odata("txcom.ExchangeSync/SyncSettings('1')").isError(400))
    }

    @Test("A wrong company, one that isn't active, and one without the table get 422; LN's own tables are everywhere")
    func companies() {
        let wrong = harness.odata("txcom.ExchangeSync/Contacts", company: "100")
        #expect(wrong.isError(422) && wrong.message == "Switch to company 100 failed")
        for company in [nil, "0", ""] {
            let missing = harness.odata("txcom.ExchangeSync/Contacts", company: company)
            #expect(missing.isError(422) && missing.details == ["Table tccom140 of company 0 does not exist"])
            #expect(harness.odata("txcom.ExchangeSync/SyncUsers", company: company).rows.count == 2)
        }
        #expect(harness.odata("txcom.ExchangeSync/SyncUsers", company: "1300").rows.count == 2)
        #expect(harness.odata("txcom.ExchangeSync/Contacts", company: "abc").isError(400))
        #expect(harness.odata("txcom.ExchangeSync/Contacts", company: "10000").isError(400))
    }

    @Test("An identity that isn't on the list gets 403, a language tag of another form 400")
    func headers() {
        var installation = LNInstallation()
        installation.identities = ["lnapi_ann"]
        let harness = Harness(installation: installation)
        #expect(harness.odata("txcom.ExchangeSync/Contacts", ["X-Infor-LnIdentity": "lnapi_ann"]).status == 200)
        #expect(harness.odata("txcom.ExchangeSync/Contacts", ["X-Infor-LnIdentity": "lnapi_eve"]).isError(403))
        #expect(harness.odata("txcom.ExchangeSync/Contacts", ["Content-Language": "japanese"]).isError(400))
    }

    @Test(
        "What isn't there gets 404",
        arguments: [
            "tcapi.comActivity/Activities", "txcom.ExchangeSync/Nothing", "tcapi.comContact/Countries",
            "txcom.ExchangeSync/Contacts('C00000001')/FullName", "",
        ])
    func unknown(path: String) {
        #expect(harness.odata(path).isError(404))
    }

    @Test("Another tenant's path gets 404, a method that isn't offered 405")
    func elsewhere() {
        #expect(harness.send(.get, "/OTHER_TEN/LN/lnapi/odata/txcom.ExchangeSync/Contacts").isError(404))
        #expect(harness.odata("txcom.ExchangeSync/Contacts", method: .put).isError(405))
        #expect(harness.odata("txcom.ExchangeSync/Countries", method: .post, body: "{}").isError(405))
        #expect(harness.odata("txcom.ExchangeSync/Countries('NLD')", method: .delete).isError(405))
    }

    @Test("$metadata names what the service shows, as CSDL JSON")
    func metadata() throws {
        let document = harness.odata("txcom.ExchangeSync/$metadata").json
        #expect(document["$Version"] as? String == "4.01")
        let schema = try #require(document["txcom.ExchangeSync"] as? [String: [String: Any]])
        let contact = try #require(schema["Contact"])
        #expect(contact["$Key"] as? [String] == ["Contact"])
        #expect((contact["@Core.Description"] as? String)?.hasSuffix("Deletable") == true)
        #expect((contact["Email"] as? [String: Any])?["$MaxLength"] as? Int == 100)
        #expect((contact["LastModificationDate"] as? [String: Any])?["@Org.OData.Core.V1.Computed"] as? Bool == true)
        #expect((contact["Active"] as? [String: Any])?["$Type"] as? String == "txcom.ExchangeSync.AnswerOnQuestionYn")
        #expect(schema["AnswerOnQuestionYn"]?["Yes"] as? Int == 1)
        let row = harness.odata("txcom.ExchangeSync/Contacts('C00000001')").json
        #expect(row.keys.allSatisfy { $0.contains("@") || contact[$0] != nil })
        let standard = try #require(
            harness.odata("tcapi.comContact/$metadata").json["tcapi.comContact"] as? [String: [String: Any]])
        #expect(standard["Contact"]?["Synchronize"] == nil)
        #expect(harness.odata("tcapi.comContact").rows.count == 5)
    }
}

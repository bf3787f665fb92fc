import Foundation
import HTTPTypes
import SyncModel
import Testing

@testable import LNClient

@Suite("Reads of LN")
struct ReadingTests {
    private static let ann = """
        {"@odata.etag":"W/\\"a1b2\\"","Contact":" C00000123 ","Synchronize":"Yes","Active":"Yes","OptedOut":"No","FullName":"Ann B. Lee","FirstName":"Ann","MiddleName":"B.","LastName":"Lee","JobTitle":"Buyer","Email":"ann.lee@example.com","OfficePhone":"+31 20 5551234","PrimaryOfficePhone2":"","MobilePhone":"","Birthday":"1970-01-01T00:00:00Z","Language":"ENG","BusinessPartner":"BP0000042","WorkAddress":"A00000077","PrivateAddress":"","LastModificationDate":"2026-03-01T09:45:00Z","WorkAddressRef":{"AddressCode":"A00000077","Street":"Main Street","HouseNumber":"1","ZIPCodePostalCode":"1011AB","City":"Amsterdam","StateProvince":"","Country":"NLD"},"PrivateAddressRef":null,"BusinessPartnerRef":{"BusinessPartner":"BP0000042","Name":"Contoso"}}
        """

    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test("A contact comes with its address and partner in one request; empty texts and 1970 are nothing")
    func contact() async throws {
        let ln = ScriptedLN()
        ln.answer(200, "{\"value\":[\(Self.ann)]}")
        let page = try await client(ln).contacts(changedSince: date("2026-03-01T09:40:00Z"), limit: 200)
        let contact = try #require(page.elements.first)
        #expect(contact.code.rawValue == "C00000123")
        #expect(contact.isInScope)
        #expect(contact.fullName == "Ann B. Lee")
        #expect(contact.mobilePhone == nil)
        #expect(contact.birthday == nil)
        #expect(contact.language?.rawValue == "ENG")
        #expect(contact.businessPartner == BusinessPartnerName(code: BusinessPartnerCode("BP0000042"), name: "Contoso"))
        #expect(contact.workAddress?.city == "Amsterdam")
        #expect(contact.workAddress?.country?.rawValue == "NLD")
        #expect(contact.privateAddress == nil)
        #expect(try contact.modified == date("2026-03-01T09:45:00Z"))
        #expect(ln.requests.count == 1)
        let query = try #require(ln.queries.first)
        #expect(query.contains("$filter=LastModificationDate ge 2026-03-01T09:40:00Z&"))
        #expect(query.contains("$orderby=LastModificationDate,Contact&$top=200"))
        #expect(query.contains("$expand=WorkAddressRef,PrivateAddressRef,BusinessPartnerRef"))
    }

    @Test("Changes page on behind the last time and key, the time as LN wrote it")
    func changes() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answer(
            200, #"{"value":[{"AddressCode":"A1","LastModificationDate":"2026-03-01T09:45:00.5Z"}]}"#)
        let first = try await client.addresses(changedSince: date("2026-03-01T09:40:00Z"), limit: 1)
        #expect(first.elements.map(\.code.rawValue) == ["A1"])
        let next = try #require(first.next)
        let last = try await client.addresses(changedSince: .distantPast, after: next, limit: 1)
        #expect(last.next == nil)
        #expect(
            ln.queries.last?.contains(
                "$filter=(LastModificationDate gt 2026-03-01T09:45:00.5Z) or (LastModificationDate eq 2026-03-01T09:45:00.5Z and AddressCode gt 'A1')&"
            ) == true)
    }

    @Test("What the service does not expand is read by key")
    func byKey() async throws {
        let ln = ScriptedLN()
        let mapping = try LNMapping(
            file: Data(
                #"{"sets":{"Contacts":{"properties":{"WorkAddressRef":null,"PrivateAddressRef":null,"BusinessPartnerRef":null}}}}"#
                    .utf8))
        ln.answer(
            200,
            #"{"value":[{"Contact":"C1","Synchronize":"Yes","Active":"No","OptedOut":"No","BusinessPartner":"BP1","WorkAddress":"A1","PrivateAddress":"A2"}]}"#
        )
        ln.answer(200, #"{"value":[{"AddressCode":"A1","City":"Oslo"},{"AddressCode":"A2","City":"Bergen"}]}"#)
        ln.answer(200, #"{"value":[{"BusinessPartner":"BP1","Name":"Fabrikam"}]}"#)
        let contact = try #require(
            try await client(ln, mapping: mapping).contactsInScope(after: nil, limit: 50).elements.first)
        #expect(contact.workAddress?.city == "Oslo")
        #expect(contact.privateAddress?.city == "Bergen")
        #expect(contact.businessPartner?.name == "Fabrikam")
        #expect(ln.queries.allSatisfy { !$0.contains("$expand") })
        #expect(ln.queries[1].contains("$filter=(AddressCode eq 'A1') or (AddressCode eq 'A2')"))
    }

    @Test("Contacts are read by key, 50 a query; what is not among them is absent")
    func keyed() async throws {
        let ln = ScriptedLN()
        let codes = (1...51).map { ContactCode("C\($0)") }
        let found = try await client(ln).contacts(codes)
        #expect(found.isEmpty)
        #expect(ln.requests.count == 2)
        #expect(ln.queries.map { $0.components(separatedBy: " eq ").count - 1 } == [50, 1])
    }

    @Test("Addresses and partners are turned into the codes of their contacts")
    func owners() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answer(200, #"{"value":[{"Contact":"C1"},{"Contact":"C2"}]}"#)
        ln.answer(200, #"{"value":[]}"#)
        #expect(try await client.contactKeys(at: [AddressCode("A1")]) == [ContactCode("C1"), ContactCode("C2")])
        #expect(ln.queries[0].contains("$filter=(WorkAddress eq 'A1') or (PrivateAddress eq 'A1')&"))
        #expect(
            ln.queries[1].contains(
                "$filter=((WorkAddress eq 'A1') or (PrivateAddress eq 'A1')) and Contact gt 'C2'&"))
        ln.answer(200, #"{"value":[{"Contact":"C3"}]}"#)
        #expect(try await client.contactKeys(of: [BusinessPartnerCode("BP1")]) == [ContactCode("C3")])
    }

    @Test("Settings, switches and codes come as the model's values")
    func settings() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answer(
            200,
            #"{"@odata.context":"$metadata#SyncSettings","ExchangeAddress":"x","ContactPullInterval":15,"ContactPullIntervalUnit":"Minute","CalendarPullInterval":1,"CalendarPullIntervalUnit":"Hours","EnablePushSynchronization":"No"}"#
        )
        #expect(
            try await client.syncSettings()
                == SyncSettings(
                    contactPullInterval: #require(PullInterval(15, .minute)),
                    calendarPullInterval: #require(PullInterval(1, .hour)), isPushEnabled: false))
        ln.answer(200, #"{"value":[{"SynchronizeContacts":"Yes","SynchronizeActivities":"No"}]}"#)
        #expect(
            try await client.comParameters() == ComParameters(synchronizeContacts: true, synchronizeActivities: false))
        ln.answer(200, #"{"value":[{"Country":"NLD","ISOCodeAlpha2":"nl"},{"Country":"XXX","ISOCodeAlpha2":""}]}"#)
        ln.answer(200, #"{"value":[]}"#)
        ln.answer(200, #"{"value":[{"Language":"ENG","ISOCode":"EN"}]}"#)
        ln.answer(200, #"{"value":[]}"#)
        #expect(
            try await client.isoCodes()
                == ISOCodes(countries: [CountryCode("NLD"): "NL"], languages: [LanguageCode("ENG"): "en"]))
    }

    @Test("A property that the service lacks is named, with what to do")
    func missingProperty() async throws {
        let ln = ScriptedLN()
        ln.answer(200, #"{"value":[{"User":"anna","Name":"","Email":""}]}"#)
        let error = await #expect(throws: LNError.self) { try await client(ln).syncUsers() }
        #expect(error?.message.contains("property Active of txcom.ExchangeSync/SyncUsers is missing") == true)
        #expect(error?.message.contains("mapping") == true)
    }

    @Test("A mapping file renames what differs, and what it misspells is named")
    func mapping() async throws {
        let ln = ScriptedLN()
        let file =
            #"{"service":"txacm.Sync","sets":{"SyncUsers":{"company":100,"name":"Users","properties":{"Email":"Mail"}}}}"#
        ln.answer(200, #"{"value":[{"User":"anna","Name":"","Active":"Yes","Mail":"a@acme.example"}]}"#)
        let users = try await client(ln, mapping: LNMapping(file: Data(file.utf8))).syncUsers()
        #expect(users.first?.email.rawValue == "a@acme.example")
        #expect(ln.requests.first?.path.hasSuffix("/txacm.Sync/Users") == true)
        #expect(ln.requests.first?.headerFields["X-Infor-LnCompany"] == "100")
        for (text, word) in [
            (#"{"sets":{"Persons":{}}}"#, "Persons"),
            (#"{"sets":{"Contacts":{"properties":{"Synchronise":"S"}}}}"#, "Synchronise"),
            (#"{"sets":{"SyncUsers":{"properties":{"Active":null}}}}"#, "Active"), ("[", "not JSON"),
            (#"{"sets":{"SyncUsers":7}}"#, "sets.SyncUsers"), ("[]", "its top"),
            (#"{"set":{}}"#, "a member set at its top"), (#"{"sets":{"SyncUsers":{"property":{}}}}"#, "of SyncUsers"),
        ] {
            let error = #expect(throws: LNError.self) { try LNMapping(file: Data(text.utf8)) }
            #expect(error?.message.contains(word) == true)
        }
    }
}

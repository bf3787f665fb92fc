import HTTPTypes
import LNSandbox
import Testing

@Suite("Writing by OData")
struct WritingTests {
    let harness = Harness()
    let contact = "txcom.ExchangeSync/Contacts('C00000001')"

    @Test("A change needs the row's etag, and gives it another; an old etag gets 412")
    func etags() throws {
        let before = try #require(harness.odata(contact).headerFields["ETag"])
        #expect(harness.odata(contact, method: .patch, body: #"{"JobTitle":"Head"}"#).isError(428))
        let changed = harness.odata(contact, method: .patch, ["If-Match": before], body: #"{"JobTitle":"Head"}"#)
        #expect(changed.status == 204 && changed.body.isEmpty)
        let after = try #require(harness.odata(contact).json["@odata.etag"] as? String)
        #expect(after == changed.headerFields["ETag"] && after != before)
        #expect(
            harness.odata(contact, method: .patch, ["If-Match": before], body: #"{"JobTitle":"Boss"}"#).isError(412))
        #expect(harness.odata(contact, method: .delete, ["If-Match": before]).isError(412))
        let represented = harness.odata(
            contact, method: .patch, ["If-Match": "*", "Prefer": "return=representation"], body: #"{"JobTitle":"Boss"}"#
        )
        #expect(represented.status == 200 && represented.json["JobTitle"] as? String == "Boss")
        #expect(harness.odata(contact, method: .delete, ["If-Match": "*"]).status == 204)
        #expect(harness.odata(contact).isError(404))
        #expect(harness.odata(contact, method: .delete, ["If-Match": "*"]).isError(404))
    }

    @Test("The modification time is LN's clock in whole seconds, and only moves where something changed")
    func modification() {
        #expect(harness.odata(contact, method: .patch, ["If-Match": "*"], body: #"{"JobTitle":"Buyer"}"#).status == 204)
        #expect(harness.odata(contact).json["LastModificationDate"] as? String == "2026-03-01T09:00:00Z")
        _ = harness.odata(contact, method: .patch, ["If-Match": "*"], body: #"{"JobTitle":"Head"}"#)
        #expect(harness.odata(contact).json["LastModificationDate"] as? String == "2026-03-01T09:47:12Z")
    }

    @Test("What the standard service doesn't show doesn't change its etag")
    func partialEtag() {
        let standard = "tcapi.comContact/Contacts('C00000001')"
        let before = harness.odata(standard).headerFields["ETag"]
        _ = harness.odata(contact, method: .patch, ["If-Match": "*"], body: #"{"Synchronize":"No"}"#)
        #expect(harness.odata(standard).headerFields["ETag"] == before)
    }

    @Test("A new contact gets the next code, its full name and LN's defaults")
    func insert() throws {
        let answer = harness.odata(
            "txcom.ExchangeSync/Contacts", method: .post,
            body: #"{"FirstName":"Eva","LastName":"Stein","Synchronize":"Yes"}"#)
        #expect(answer.status == 201)
        #expect(answer.json["Contact"] as? String == "C00000006")
        #expect(answer.json["FullName"] as? String == "Eva Stein")
        #expect(answer.json["SearchKey"] as? String == "STEIN")
        #expect(answer.json["Active"] as? String == "Yes")
        #expect(answer.headerFields["Location"]?.hasSuffix("/txcom.ExchangeSync/Contacts('C00000006')") == true)
    }

    @Test(
        "A value LN doesn't take gets its error, and nothing is changed",
        arguments: [
            (#"{"JobTitle":5}"#, 400), (#"{"Nothing":"a"}"#, 400), ("[]", 400), ("{", 400), ("", 400),
            (#"{"Birthday":"1958"}"#, 400),
            (#"{"Active":"Maybe"}"#, 422), (#"{"WorkAddress":"A99"}"#, 422), (#"{"Contact":"C9"}"#, 422),
            (#"{"LastModificationDate":"2026-03-01T09:47:12Z"}"#, 422), (#"{"JobTitle":null}"#, 400),
            (#"{"City":"x"}"#, 400), (#"{"JobTitle":"0123456789012345678901234567890123456789012345678901"}"#, 422),
        ])
    func refusals(body: String, status: Int) {
        let before = harness.sandbox.shop
        let answer = harness.odata(contact, method: .patch, ["If-Match": "*"], body: body)
        #expect(answer.isError(status), "\(body): \(answer.status)")
        if status == 422 { #expect(answer.details.count == 1) }
        #expect(harness.sandbox.shop == before)
    }

    @Test("Of a sync user, Active and Email can be changed, a new one added, none deleted")
    func syncUsers() {
        let user = "txcom.ExchangeSync/SyncUsers('bob')"
        #expect(
            harness.odata(user, method: .patch, ["If-Match": "*"], body: #"{"Active":"Yes"}"#, company: "0").status
                == 204)
        #expect(harness.odata(user, method: .patch, ["If-Match": "*"], body: #"{"Name":"Rob"}"#).isError(422))
        #expect(harness.odata(user, method: .delete, ["If-Match": "*"]).isError(405))
        let new = harness.odata(
            "txcom.ExchangeSync/SyncUsers", method: .post, body: #"{"User":"eve","Email":"eve@contoso.example"}"#)
        #expect(new.status == 201 && new.json["Active"] as? String == "No")
        #expect(harness.odata("txcom.ExchangeSync/SyncUsers", method: .post, body: #"{"User":"eve"}"#).isError(422))
    }
}

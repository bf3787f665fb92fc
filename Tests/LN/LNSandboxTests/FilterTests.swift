import HTTPTypes
import LNSandbox
import Testing

@Suite("$filter")
struct FilterTests {
    let harness = Harness()

    @Test(
        "Selects by LN's grammar",
        arguments: [
            ("Contact eq 'C00000001'", "1"),
            ("'C00000001' eq Contact", "1"),
            ("Contact ne 'C00000001'", "2345"),
            ("Contact gt 'C00000003'", "45"),
            ("Contact ge 'C00000003'", "345"),
            ("Contact lt 'C00000003'", "12"),
            ("Contact le 'C00000003'", "123"),
            ("LastName eq 'O''Hara'", "2"),
            ("FullName eq '山田 太郎'", "3"),
            ("FullName eq 'Jürgen Groß'", "4"),
            ("JobTitle eq 'Buyer  '", "1"),
            ("JobTitle eq 'buyer'", ""),
            ("Active eq txcom.ExchangeSync.AnswerOnQuestionYn'No'", "3"),
            (
                "Active ne txcom.ExchangeSync.AnswerOnQuestionYn'No' and Synchronize eq txcom.ExchangeSync.AnswerOnQuestionYn'Yes'",
                "125"
            ),
            ("Type in (txcom.ExchangeSync.ContactType'Prospect',txcom.ExchangeSync.ContactType'Suspect')", "4"),
            ("Contact in ('C00000002', 'C00000005','C9')", "25"),
            ("not (Contact in ('C00000002'))", "1345"),
            ("not Contact eq 'C00000001' and Contact lt 'C00000004'", "23"),
            (
                "Contact eq 'C00000001' or Contact eq 'C00000002' and Active eq txcom.ExchangeSync.AnswerOnQuestionYn'No'",
                "1"
            ),
            (
                "(Contact eq 'C00000001' or Contact eq 'C00000003') and Active eq txcom.ExchangeSync.AnswerOnQuestionYn'No'",
                "3"
            ),
            ("LastModificationDate ge 2026-03-01T10:00:00Z", "34"),
            ("LastModificationDate gt 2026-03-01T10:00:00Z", "4"),
            ("LastModificationDate eq 2026-03-01T19:00:00+09:00", "3"),
            ("LastModificationDate ge 2026-03-01T09:59:59.999Z", "34"),
            (
                "LastModificationDate gt 2026-03-01T09:00:00Z or (LastModificationDate eq 2026-03-01T09:00:00Z and Contact gt 'C00000001')",
                "234"
            ),
            ("Birthday eq 1970-01-01T00:00:00Z", "12345"),
            ("contains(FullName,'Lee')", "1"),
            ("contains(FullName,'')", "12345"),
            ("contains(FullName,'Lee') eq false", "2345"),
            ("startswith(FullName,'Ann') eq true", "1"),
            ("endswith(FullName,'Hara')", "2"),
            ("contains(tolower(Email),'nobody')", "5"),
            ("tolower(Email) eq tolower('Nobody@EXAMPLE.example')", "5"),
            ("not contains(FullName, 'a')", "1345"),
            ("FullName eq null", ""),
            ("FullName ne null", "12345"),
            ("Language eq 'X'", "2"),
            ("Language eq '  X'", "2"),
            ("Language in ('  X','ENG')", "12"),
            ("FirstName eq LastName", "45"),
            ("  Contact   eq\t'C00000001'  ", "1"),
        ])
    func selects(filter: String, codes: String) {
        #expect(harness.contacts(where: filter) == codes.map { "C0000000\($0)" })
    }

    @Test(
        "Gets LN's error for what LN doesn't understand",
        arguments: [
            "", "Contact", "Contact eq", "eq 'x'", "Contact = 'x'", "Contact eq 'x", "Contact eq C00000001",
            "Contact eq \"x\"",
            "Contact eq 'a' 'b'", "Contact eq 'a' and", "(Contact eq 'a'", "Contact eq 'a')", "Contact like 'a'",
            "Contact EQ 'a'", "Nothing eq 'a'", "contact eq 'a'", "WorkAddressRef/City eq 'a'", "Contact eq 5",
            "LastModificationDate gt '2026-03-01T09:00:00Z'", "LastModificationDate gt 2026-03-01",
            "LastModificationDate gt 2026-02-30T09:00:00Z", "LastModificationDate gt 2026-03-01T25:00:00Z",
            "LastModificationDate gt datetime'2026-03-01T09:00:00'", "Active eq 'Yes'", "Active eq true", "Active",
            "Active eq AnswerOnQuestionYn'Yes'", "Active eq tcapi.comContact.AnswerOnQuestionYn'Yes'",
            "Active eq txcom.ExchangeSync.AnswerOnQuestionYn'Maybe'",
            "Active eq txcom.ExchangeSync.ContactType'Contact'",
            "Active gt txcom.ExchangeSync.AnswerOnQuestionYn'Yes'", "Contact in ()", "Contact in 'a'",
            "Contact in ('a',)",
            "Contact in ('a',5)", "Contact in (FullName)", "contains(FullName)", "contains(FullName,'a','b')",
            "contains(LastModificationDate,'a')", "contains(FullName,null)", "length(FullName) gt 3",
            "any(FullName,'a')", "Contact gt null", "not", "'a'", "5 add 3 eq 8", "99999999999999999999 eq 5", "-",
            "Contact eq 'a'\u{0}", "💥 eq 'a'", "contains(FullName,'a') eq 'true'",
            "Contact eq 'a' or or Contact eq 'b'",
        ])
    func refuses(filter: String) {
        let answer = harness.odata("txcom.ExchangeSync/Contacts?$filter=\(Harness.escape(filter))")
        #expect(answer.isError(400), "\(filter): \(answer.status)")
    }

    @Test("A plus in a query is a plus, not a blank")
    func plus() {
        #expect(harness.odata("txcom.ExchangeSync/Contacts?$filter=Contact+eq+'C00000001'").isError(400))
        #expect(harness.odata("txcom.ExchangeSync/Contacts?$filter=Contact%20eq%20'C00000001'").rows.count == 1)
        #expect(harness.odata("txcom.ExchangeSync/Contacts?%24filter=Contact%20eq%20%27C00000001%27").rows.count == 1)
    }

    @Test("Depth is bounded: no filter exhausts the stack")
    func depth() {
        for text in ["(", "not ", "tolower(", "not("] {
            let filter = String(repeating: text, count: 2000)
            #expect(harness.odata("txcom.ExchangeSync/Contacts?$filter=\(Harness.escape(filter))").status >= 400)
            let short = String(repeating: text, count: 300).replacing(" ", with: "%20")
            #expect(harness.odata("txcom.ExchangeSync/Contacts?$filter=\(short)").isError(400))
        }
    }

    @Test("Fifty keys of a query fit; a target of more than 8 KiB gets 414")
    func length() {
        let keys = (1...50).map { "Contact eq 'C\(String(repeating: "0", count: 6))\(10 + $0)'" }.joined(
            separator: " or ")
        #expect(harness.odata("txcom.ExchangeSync/Contacts?$filter=\(Harness.escape(keys))").status == 200)
        #expect(
            harness.odata("txcom.ExchangeSync/Contacts?$filter=\(Harness.escape(String(repeating: keys, count: 6)))")
                .isError(
                    414))
    }
}

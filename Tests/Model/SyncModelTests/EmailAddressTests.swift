import SyncModel
import Testing

@Suite("Addresses that somebody can be invited at (CAL-8)")
struct EmailAddressTests {
    @Test(
        "One is kept in lower case and NFC, without blanks around it",
        arguments: [
            ("bob@x.example", "bob@x.example"), (" Bob@X.Example\r\n", "bob@x.example"),
            ("anna.o'neil+x@shop.example", "anna.o'neil+x@shop.example"), ("a@b", "a@b"),
            ("Zoe\u{308}@b\u{FC}ro.example", "zo\u{EB}@b\u{FC}ro.example"), ("\u{3000}o@x.example", "o@x.example"),
            (String(repeating: "x", count: 90) + "@x.example", String(repeating: "x", count: 90) + "@x.example"),
        ])
    func usable(text: String, address: String) throws {
        let usable = try #require(EmailAddress(text).usable)
        #expect(Array(usable.rawValue.utf8) == Array(address.utf8))
        #expect(usable.usable == usable && usable.folded == usable.rawValue)
    }

    @Test(
        "What one of the systems would refuse, change or read otherwise is none",
        arguments: [
            "", " ", "@", "x@", "@x.example", "bob", "a@b@c", "\"q\"@out.example", "a b@x.example",
            "a\u{A0}b@x.example",
            "a\u{0}@x.example", "a\u{202E}@x.example", "a\u{200B}@x.example", "bob@.x.example", "bob@x.example.",
            "bob@x..example", "Bob <bob@x.example>", "a@x.example;b", "mailto:bob@x.example", "bob(b)@x.example",
            "bob@[10.0.0.1]", "shop\\bob@x.example", "/o=ExchangeLabs/ou=x/cn=Recipients/cn=left",
            String(repeating: "x", count: 91) + "@x.example", String(repeating: "\u{E9}", count: 50) + "@x.example",
        ])
    func unusable(text: String) {
        #expect(EmailAddress(text).usable == nil)
        #expect(EmailAddress(text).isTooLong == (text.hasSuffix("@x.example") && text.utf8.count > 100))
    }
}

/// A contact of ln-cases.json, and how it is to be seen in Outlook.
struct CaseContact {
    let code: String
    let title: String
    /// Fields as `DataMailbox.Contact.shown` names them; `nil`: empty.
    var fields: [String: String?] = [:]
    /// What `lnsync item explain` says of it.
    var journal: [String] = []

    static let all = [
        CaseContact(
            code: "C20000001", title: "Japanese name and address, birthday on 29 February",
            fields: [
                "displayName": "山田 太郎", "fileAs": "山田 太郎", "surname": "山田", "givenName": "太郎",
                "companyName": "株式会社北斗精機", "birthday": "1968-02-29", "street": "丸の内1-1-1", "city": "千代田区",
                "state": "東京都", "postalCode": "100-0005", "country": "Japan", "language": "ja",
            ]),
        CaseContact(
            code: "C20000002", title: "language without ISO code",
            fields: ["displayName": "木村 さくら", "language": nil, "birthday": nil, "country": "Japan"],
            journal: ["language X has no ISO code in Languages (tcmcs0146m000)"]),
        CaseContact(
            code: "C20000003", title: "umlauts, hyphenated name",
            fields: [
                "displayName": "Jürgen Müller-Lüdenscheidt", "fileAs": "Müller-Lüdenscheidt, Jürgen",
                "companyName": "Müller & Söhne GmbH", "street": "Königstraße 1b", "country": "Germany",
                "language": "de",
            ]),
        CaseContact(
            code: "C20000004", title: "apostrophe in name and e-mail",
            fields: ["displayName": "Ana O'Neil", "surname": "O'Neil", "email": "ana.o'neil@trading.example"]),
        CaseContact(
            code: "C20000005", title: "country without ISO code",
            fields: ["displayName": "Intern Kontakt", "country": nil],
            journal: ["country XYZ has no ISO code in Countries (tcmcs0510m000)"]),
        CaseContact(
            code: "C20000006", title: "no name at all, only an e-mail",
            fields: [
                "displayName": "only.mail@trading.example", "fileAs": "only.mail@trading.example", "surname": nil,
                "givenName": nil, "email": "only.mail@trading.example",
            ]),
        CaseContact(
            code: "C20000007", title: "no e-mail", fields: ["displayName": "名前だけ", "surname": "名前だけ", "email": nil]),
        CaseContact(
            code: "C20000008", title: "300 characters of name",
            fields: ["displayName": "Long " + String(repeating: "x", count: 295), "givenName": "Long"]),
        CaseContact(
            code: "C20000009", title: "emoji, joined emoji, bidi control",
            fields: [
                "displayName": "Emoji \u{1F38C} Person", "givenName": "Emoji \u{1F38C}",
                "notes": "Family \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} and \u{202E}RTL",
            ]),
        CaseContact(
            code: "C20000010", title: "control characters, NUL",
            fields: [
                "displayName": "Control Char", "givenName": "Control", "surname": "Char", "notes": "line1\nline2 end",
            ]),
        CaseContact(
            code: "C20000011", title: "same e-mail as the next",
            fields: ["displayName": "同姓 同名", "email": "dup@trading.example"]),
        CaseContact(
            code: "C20000012", title: "same e-mail as the one before, other case",
            fields: ["displayName": "同姓 同名", "email": "DUP@trading.example"]),
        CaseContact(
            code: "C20000015", title: "opted out",
            fields: ["displayName": "Opted Out", "email": "optout@trading.example"]),
        CaseContact(
            code: "C20000016", title: "e-mail that is no address",
            fields: ["displayName": "Bad Mail", "email": "not-an-address"]),
        CaseContact(
            code: "C20000017", title: "spaces around everything",
            fields: [
                "displayName": "Spaces   Around", "givenName": "Spaces", "surname": "Around",
                "email": "spaces@trading.example",
            ]),
        CaseContact(
            code: "C20000018", title: "decomposed accents beside composed",
            fields: ["displayName": "\u{E9}mile Compos\u{E9}", "givenName": "\u{E9}mile", "surname": "Compos\u{E9}"]),
        CaseContact(
            code: "C20000019", title: "half-width katakana",
            fields: ["displayName": "ﾊﾝｶｸ ﾀﾛｳ", "fileAs": "ﾊﾝｶｸ ﾀﾛｳ", "surname": "ﾊﾝｶｸ", "givenName": "ﾀﾛｳ"]),
        CaseContact(
            code: "C20000020", title: "five numbers, two in one field",
            fields: [
                "businessPhones": "03-5555-0001;03-5555-0002 | 03-5555-0003", "fax": "03-5555-0004",
                "homePhones": "03-5555-0005", "mobilePhone": nil,
            ]),
    ]
}

extension DataMailbox.Contact {
    /// A field as one text; `nil` where it is empty.
    func shown(_ field: String) -> String? {
        switch field {
        case "email": email
        case "fax": fax
        case "language": language
        case "birthday": self["birthday"].map { String($0.prefix(10)) }
        case "notes": self["personalNotes"]
        case "country": address("businessAddress")["countryOrRegion"]
        case "street", "city", "state", "postalCode": address("businessAddress")[field]
        case "businessPhones", "homePhones": list(field).isEmpty ? nil : list(field).joined(separator: " | ")
        default: self[field]
        }
    }
}

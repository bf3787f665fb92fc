import SyncModel
import SyncStore

/// Finds the contact that somebody means, by its code as he writes it. The store knows codes alone, no names or addresses.
struct ContactSearch: Sendable {
    /// A code without what people leave out: case, blanks, and the zeros before its number.
    struct Form: Hashable {
        let letters: String
        let number: String

        init(_ code: String) {
            let text = code.filter { !$0.isWhitespace }.uppercased()
            let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }
            letters = String(text.dropLast(digits.count))
            number = String(String(digits.reversed()).drop { $0 == "0" })
        }

        /// A number alone means it with any letters.
        func means(_ other: Form) -> Bool { number == other.number && (letters.isEmpty || letters == other.letters) }
    }

    let store: any SyncStore
    let company: Company

    /// The codes that may be meant, the likeliest first: as it stands, then those that are published.
    /// - Throws: `AdministrationError` where several published ones are meant.
    func codes(_ text: String) async throws -> [ContactCode] {
        let trimmed = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        let asWritten = [ContactCode(trimmed), ContactCode(trimmed.uppercased())]
        let wanted = Form(trimmed)
        guard !wanted.number.isEmpty else { return asWritten }
        var found: [ContactCode] = []
        var after: String?
        var sample: String?
        while true {
            let keys = try await store.publishedKeys(
                company, EntitySet("Contacts"), after: after, upTo: nil, limit: Self.pageSize)
            sample = sample ?? keys.first
            found += keys.filter { wanted.means(Form($0)) }.map { ContactCode($0) }
            guard keys.count == Self.pageSize, let last = keys.last else { break }
            after = last
        }
        if found.contains(asWritten[0]) { return [asWritten[0]] }
        guard found.count < 2 else {
            throw AdministrationError(
                "“\(text)” may be \(found.map(\.rawValue).joined(separator: ", ")): give the whole code")
        }
        return asWritten + found + (sample.flatMap { wanted.filled(like: $0) }.map { [ContactCode($0)] } ?? [])
    }

    private static let pageSize = 1000

    /// What was looked for, and where.
    func notFound(_ text: String) -> String {
        let hint =
            text.contains("@") || text.contains(where: \.isWhitespace) || Form(text).number.isEmpty
            ? " A contact is named by its code; names and addresses are not kept here: Contacts (tccom4540m000) in LN finds the code."
            : ""
        return
            "no contact with the code “\(text)” is known in company \(company): neither in a mailbox, nor among those published "
            + "from LN, nor in the journal. It was never in scope, or no pull has read it yet. Check the code, Synchronize and "
            + "Active in Contacts (tccom1640m000), then lnsync status.\(hint)"
    }
}

extension ContactSearch.Form {
    /// The code of this number, with the letters and the length of another code: a contact that left the scope is not among the
    /// published ones.
    func filled(like code: String) -> String? {
        let letters = letters.isEmpty ? ContactSearch.Form(code).letters : letters
        let zeros = code.count - letters.count - number.count
        return zeros < 0 ? nil : letters + String(repeating: "0", count: zeros) + number
    }
}

import Runtime

/// Makes a sample shop, table by table.
struct SampleMaker {
    var shop = LNShop()
    let randomness: SeededRandomness
    var partners: [(code: String, address: String, country: SampleCountry, domain: String, city: SampleCountry.City)] =
        []
    private var addressNumber = 0
    private var usedAddresses: Set<String> = []

    init(seed: UInt64) {
        randomness = SeededRandomness(seed: seed)
    }

    // MARK: Codes, settings, users

    mutating func addCodes() {
        for country in SampleCountry.all {
            put(
                [
                    "Country": .text(country.code), "Description": .text(country.description),
                    "ISOCodeAlpha2": .text(country.isoAlpha2), "ISOCodeAlpha3": .text(country.isoAlpha3),
                ], into: .countries)
        }
        put(["Country": .text("XYZ"), "Description": .text("Intercompany")], into: .countries)
        let languages = [
            ("JPN", "日本語", "ja"), ("ENG", "English", "en"), ("GER", "Deutsch", "de"), ("NLD", "Nederlands", "nl"),
            ("FRA", "Français", "fr"), ("POL", "Polski", "pl"), ("GRE", "Ελληνικά", "el"), ("X", "Internal", ""),
        ]
        for (code, description, iso) in languages {
            put(
                [
                    "Language": .text(code), "Description": .text(description), "ISOCode": .text(iso),
                    "SystemLanguage": .member(["JPN", "ENG"].contains(code) ? "Yes" : "No"),
                ], into: .languages)
        }
        for (code, description) in [("BUY", "Buyer"), ("DEC", "Decision Maker"), ("USR", "User")] {
            put(["BuyerRole": .text(code), "Description": .text(description)], into: .buyerRoles)
        }
        put(
            [
                "ExchangeAddress": .text("https://graph.example/v1.0"), "ContactPullInterval": .number(15),
                "ContactPullIntervalUnit": .member("Minute"), "CalendarPullInterval": .number(15),
            ], into: .syncSettings)
    }

    /// Sync users, each an employee; some more employees and LN users who aren't.
    mutating func addUsers(active: Int, inactive: Int) {
        var codes: Set<String> = []
        for index in 0..<active + inactive + 5 {
            let country = index % 5 < 3 ? SampleCountry.japan : pick(SampleCountry.all)
            let person = Person(country, randomness)
            let base = String((person.given.latin.prefix(1) + person.family.latin.filter(\.isLetter)).prefix(12))
            let code = Self.unique(base, in: codes)
            codes.insert(code)
            let email = uniqueEmail(person, "hokuto.example")
            let name: LNValue = .text(String(person.fullName.prefix(35)))
            put(["User": .text(code), "Name": name, "Email": .text(email)], into: .users)
            put(
                [
                    "Employee": .text("E" + digits(index + 1, 5)), "Name": name, "User": .text(code),
                    // One whose address is written in another case: it counts, and is reported.
                    "Email": .text(index == 1 ? email.uppercased() : email),
                ], into: .employees)
            guard index < active + inactive else { continue }
            put(
                [
                    "User": .text(code), "Name": name, "Active": .member(index < active ? "Yes" : "No"),
                    "Email": .text(email),
                ], into: .syncUsers)
        }
    }

    // MARK: Partners and addresses

    mutating func addPartners(_ count: Int) {
        for index in 0..<count {
            let country = index % 5 < 2 ? SampleCountry.japan : pick(SampleCountry.all)
            let firm = pick(country.firms)
            let city = pick(country.cities)
            let branch = index < country.firms.count ? "" : " " + city.name
            let name = String((firm.written + branch).prefix(60))
            let address = addAddress(named: name, in: city, of: country)
            let code = "BP" + digits(index + 1, 7)
            put(
                ["BusinessPartner": .text(code), "Name": .text(name), "AddressCode": .text(address)],
                into: .businessPartners)
            partners.append((code, address, country, "\(firm.latin).example", city))
        }
    }

    mutating func addAddress(
        named name: String, in city: SampleCountry.City, of country: SampleCountry, countryCode: String? = nil
    ) -> String {
        addressNumber += 1
        let code = "A" + digits(addressNumber, 8)
        let number = randomness.next(in: 1...140)
        let block = "\(randomness.next(in: 1...6))-\(randomness.next(in: 1...24))-\(randomness.next(in: 1...18))"
        let street = pick(country.streets)
        put(
            [
                "AddressCode": .text(code), "Name": .text(name),
                "Street": .text(country.numbersInStreet ? street + block : street),
                "HouseNumber": .text(country.numbersInStreet ? "" : String(number)),
                "ZIPCodePostalCode": .text(filled(city.postalCode)), "City": .text(city.name),
                "StateProvince": .text(city.state), "Country": .text(countryCode ?? country.code),
            ], into: .addresses)
        return code
    }

    // MARK: Pieces

    func pick<Element>(_ elements: [Element]) -> Element { elements[randomness.next(in: 0...elements.count - 1)] }

    func happens(_ percent: Int) -> Bool { randomness.next(in: 1...100) <= percent }

    /// A pattern with digits for `#` and letters for `@`.
    func filled(_ pattern: String) -> String {
        let letters = Array("ABCDEFGHJKLNPRSTUVWXYZ")
        return String(
            pattern.map { character in
                switch character {
                case "#": Character(String(randomness.next(in: 0...9)))
                case "@": pick(letters)
                default: character
                }
            })
    }

    func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    mutating func uniqueEmail(_ person: Person, _ domain: String) -> String {
        let local = Self.unique(
            "\(person.given.latin).\(person.family.latin)".replacing(" ", with: ""), in: usedAddresses,
            suffix: "@" + domain)
        usedAddresses.insert(local + "@" + domain)
        return local + "@" + domain
    }

    private static func unique(_ base: String, in taken: Set<String>, suffix: String = "") -> String {
        var number = 1
        var candidate = base
        while taken.contains(candidate + suffix) {
            number += 1
            candidate = base + String(number)
        }
        return candidate
    }

    /// Adds a row as it is: last changed on a working day of the second half of 2025.
    mutating func put(_ values: [String: LNValue], into set: LNSet) {
        let type = EntityType.of(set)
        var row = (type.key.isEmpty ? shop[set][""] : nil) ?? type.properties.map(\.initial)
        for (name, value) in values {
            guard let position = type.position(of: name) else {
                preconditionFailure("\(type.name) has no field \(name)")
            }
            row[position] = value
        }
        if let modification = type.modification {
            row[modification] = .time(1_751_328_000 + randomness.next(in: 0...15_897_599))
        }
        shop[set].put(row)
    }
}

extension SampleMaker {
    /// Somebody with a name.
    struct Person {
        let country: SampleCountry
        let isWoman: Bool
        let given: SampleCountry.Name
        let family: SampleCountry.Name

        init(_ country: SampleCountry, _ randomness: SeededRandomness) {
            self.country = country
            isWoman = randomness.next(in: 0...1) == 0
            let givenNames = (isWoman ? country.women : country.men).givenNames
            given = givenNames[randomness.next(in: 0...givenNames.count - 1)]
            family = country.familyNames[randomness.next(in: 0...country.familyNames.count - 1)]
        }

        var title: String { (isWoman ? country.women : country.men).title }

        var fullName: String {
            country.writesFamilyNameFirst
                ? "\(family.written) \(given.written)" : "\(given.written) \(family.written)"
        }
    }
}

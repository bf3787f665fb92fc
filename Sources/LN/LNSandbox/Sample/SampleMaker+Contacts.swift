import Runtime

extension SampleMaker {
    mutating func addContacts(_ count: Int) {
        let marks = marks(count)
        for index in 0..<count {
            let partner = pick(partners)
            let person = Person(partner.country, randomness)
            var values = names(of: person)
            values["Contact"] = .text("C" + digits(index + 1, 8))
            values["BusinessPartner"] = .text(partner.code)
            values["WorkAddress"] = .text(partner.address)
            values["Language"] = .text(marks.strangeLanguage.contains(index) ? "X" : partner.country.language)
            values["JobTitle"] = .text(pick(partner.country.jobTitles))
            values["Department"] = .text(pick(partner.country.departments))
            if !marks.noEmail.contains(index) { values["Email"] = .text(uniqueEmail(person, partner.domain)) }
            addPhones(of: partner.country, partner.city, to: &values)
            addPersonal(person, partner.domain, to: &values)
            if marks.strangeCountry.contains(index) {
                values["WorkAddress"] = .text(
                    addAddress(named: person.fullName, in: partner.city, of: partner.country, countryCode: "XYZ"))
            }
            values["Synchronize"] = .member(marks.unsynchronized.contains(index) ? "No" : "Yes")
            values["Active"] = .member(marks.inactive.contains(index) ? "No" : "Yes")
            values["OptedOut"] = .member(marks.optedOut.contains(index) ? "Yes" : "No")
            put(values, into: .contacts)
        }
    }

    /// Which contacts are out of the ordinary, by their number.
    private struct Marks {
        var unsynchronized: Set<Int> = []
        var inactive: Set<Int> = []
        var optedOut: Set<Int> = []
        var strangeCountry: Set<Int> = []
        var strangeLanguage: Set<Int> = []
        var noEmail: Set<Int> = []
    }

    private func marks(_ count: Int) -> Marks {
        var order = Array(0..<count)
        for index in order.indices.reversed() { order.swapAt(index, randomness.next(in: 0...index)) }
        var rest = order[...]
        func take(_ percent: Int) -> Set<Int> {
            let share = rest.prefix((count * percent + 99) / 100)
            rest = rest.dropFirst(share.count)
            return Set(share)
        }
        return Marks(
            unsynchronized: take(8), inactive: take(3), optedOut: take(4), strangeCountry: take(2),
            strangeLanguage: take(2),
            noEmail: take(3))
    }

    private func names(of person: Person) -> [String: LNValue] {
        var values: [String: LNValue] = [
            "FullName": .text(person.fullName), "FirstName": .text(person.given.written),
            "LastName": .text(person.family.written), "Title": .text(person.title),
            "SearchKey": .text(String(person.family.written.prefix(16)).uppercased()),
            "Gender": .member(person.isWoman ? "Female" : "Male"),
        ]
        if !person.country.writesFamilyNameFirst {
            values["Initials"] = .text("\(person.given.written.prefix(1)).")
            if happens(12) {
                let middle = "\(pick(Array("ABCDEFGHJKLMNPRST")))."
                values["MiddleName"] = .text(middle)
                values["FullName"] = .text("\(person.given.written) \(middle) \(person.family.written)")
            }
            if happens(8) { values["GivenName"] = .text(String(person.given.written.prefix(3))) }
        }
        return values
    }

    /// A number whole and in its parts.
    private func addPhones(
        of country: SampleCountry, _ city: SampleCountry.City, to values: inout [String: LNValue]
    ) {
        func add(_ name: String, area: String, local: String) {
            let separator = country.code == "JPN" || country.code == "USA" ? "-" : " "
            values[name] = .text(
                "+\(country.callingCode) \([area, local].filter { !$0.isEmpty }.joined(separator: separator))")
            values["CountryFor\(name)"] = .text(country.callingCode)
            values["CityAreaCodeFor\(name)"] = .text(area)
            values["LocalNumberFor\(name)"] = .text(local)
        }
        if happens(90) { add("OfficePhone", area: city.area, local: filled(country.localNumber)) }
        if happens(65) {
            add("MobilePhone", area: country.code == "USA" ? city.area : "", local: filled(country.mobileNumber))
        }
        if happens(10) { add("HomePhone", area: city.area, local: filled(country.localNumber)) }
        if happens(30) { add("Fax", area: city.area, local: filled(country.localNumber)) }
        if happens(8) {
            values["PrimaryOfficePhone2"] = .text("+\(country.callingCode) \(city.area) \(filled(country.localNumber))")
        }
    }

    private mutating func addPersonal(_ person: Person, _ domain: String, to values: inout [String: LNValue]) {
        if happens(35), let day = LNTime.day(randomness.next(in: 1950...2001), 1, 1) {
            values["Birthday"] = .time((day + randomness.next(in: 0...364)) * 86_400)
        }
        if happens(20) { values["Website"] = .text("https://www.\(domain)") }
        if happens(15) {
            let home = pick(person.country.cities)
            values["PrivateAddress"] = .text(addAddress(named: person.fullName, in: home, of: person.country))
        }
        if happens(10) { values["Assistant"] = .text(Person(person.country, randomness).fullName) }
        if happens(15) { values["ReportsTo"] = .text(Person(person.country, randomness).fullName) }
        if happens(10) {
            values["MessengerType"] = .member("Skype")
            values["ElectronicMessengerAddress"] = .text("\(person.given.latin).\(person.family.latin)")
        }
        if happens(30) { values["BuyerRole"] = .text(pick(["BUY", "DEC", "USR"])) }
        if happens(20) {
            let notes =
                person.country.code == "JPN"
                ? ["展示会で名刺交換。\n次回は見積りを持参。", "電話は午前中がよい。", "新型ポンプに関心あり。"]
                : [
                    "Met at the trade fair.\nSend the new catalogue.", "Prefers e-mail to calls.",
                    "Decides on \"Series 7\" orders.",
                ]
            values["Text"] = .text(pick(notes))
        }
    }
}

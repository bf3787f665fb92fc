/// What people, firms and places of a country look like in the sample shop. All of it is made up or a place's public name.
struct SampleCountry: Sendable {
    /// A name as it is written, and as it stands in an e-mail address.
    struct Name: Sendable {
        let written: String
        let latin: String

        init(_ written: String, _ latin: String? = nil) {
            self.written = written
            self.latin = latin ?? written.lowercased()
        }
    }

    /// A city with its part of a postal code (`#`: a digit, `@`: a letter) and its telephone area.
    struct City: Sendable {
        let name: String
        let state: String
        let postalCode: String
        let area: String

        init(_ name: String, _ state: String, _ postalCode: String, _ area: String) {
            self.name = name
            self.state = state
            self.postalCode = postalCode
            self.area = area
        }
    }

    /// Titles and job titles of one gender.
    struct People: Sendable {
        let givenNames: [Name]
        let title: String
    }

    let code: String
    let description: String
    let isoAlpha2: String
    let isoAlpha3: String
    let language: String
    let men: People
    let women: People
    let familyNames: [Name]
    /// 山田 太郎, not 太郎 山田.
    var writesFamilyNameFirst = false
    let jobTitles: [String]
    let departments: [String]
    let firms: [Name]
    let cities: [City]
    let streets: [String]
    /// The house number follows within the street, as in Japan.
    var numbersInStreet = false
    /// The telephone's country code.
    let callingCode: String
    /// A local number, and a mobile one with its prefix.
    let localNumber: String
    let mobileNumber: String

    static let all = [japan, unitedStates, germany, netherlands, france, unitedKingdom, poland, greece]
}

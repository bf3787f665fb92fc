extension SampleCountry {
    static let unitedStates = SampleCountry(
        code: "USA", description: "United States", isoAlpha2: "US", isoAlpha3: "USA", language: "ENG",
        men: People(
            givenNames: ["James", "Michael", "Robert", "Daniel", "Ethan", "Carlos", "Andre", "William"].map {
                Name($0)
            },
            title: "Mr."),
        women: People(
            givenNames: ["Mary", "Jennifer", "Linda", "Ashley", "Sofia", "Grace", "Hannah", "Denise"].map { Name($0) },
            title: "Ms."),
        familyNames: [
            Name("Smith"), Name("Johnson"), Name("Williams"), Name("Brown"), Name("Garcia"), Name("Miller"),
            Name("Davis"),
            Name("Nguyen"), Name("Martinez"), Name("O'Connor", "oconnor"), Name("Washington"), Name("Park"),
        ],
        jobTitles: ["Buyer", "Purchasing Manager", "VP Operations", "Plant Manager", "Engineer", "Account Executive"],
        departments: ["Purchasing", "Operations", "Engineering", "Sales", "Quality", "IT"],
        firms: [
            Name("Blue Ridge Pumps, Inc.", "blueridge"), Name("Lakeside Controls LLC", "lakeside"),
            Name("Prairie Tool & Die Co.", "prairie"), Name("Harbor Metals, Inc.", "harbor"),
            Name("\"Red Barn\" Equipment", "redbarn"),
        ],
        cities: [
            City("Boston", "MA", "021##", "617"), City("Chicago", "IL", "606##", "312"),
            City("Seattle", "WA", "981##", "206"),
            City("Austin", "TX", "787##", "512"), City("Cleveland", "OH", "441##", "216"),
        ],
        streets: ["Main Street", "Oak Avenue", "Industrial Parkway", "Lake Drive", "Market Street", "2nd Street"],
        callingCode: "1", localNumber: "555-01##", mobileNumber: "555-01##")
}

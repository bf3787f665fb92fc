extension SampleCountry {
    static let germany = SampleCountry(
        code: "DEU", description: "Deutschland", isoAlpha2: "DE", isoAlpha3: "DEU", language: "GER",
        men: People(
            givenNames: [
                Name("Jürgen", "juergen"), Name("Thomas"), Name("Stefan"), Name("Karl-Heinz"), Name("Björn", "bjoern"),
                Name("Lukas"), Name("Uwe"),
            ], title: "Herr"),
        women: People(
            givenNames: [
                Name("Sabine"), Name("Käthe", "kaethe"), Name("Anna"), Name("Ulrike"), Name("Jörgine", "joergine"),
                Name("Lena"), Name("Anne-Marie"),
            ], title: "Frau"),
        familyNames: [
            Name("Müller", "mueller"), Name("Schmidt"), Name("Groß", "gross"), Name("Weiß", "weiss"),
            Name("Schäfer", "schaefer"),
            Name("von der Heide", "vonderheide"), Name("Böhm", "boehm"), Name("Fischer"),
            Name("Meyer-Lüdenscheidt", "meyer"),
            Name("Vogel"),
        ],
        jobTitles: ["Einkäufer", "Leitung Einkauf", "Geschäftsführung", "Werksleitung", "Projektleitung", "Vertrieb"],
        departments: ["Einkauf", "Vertrieb", "Konstruktion", "Fertigung", "Qualitätssicherung", "IT"],
        firms: [
            Name("Nordwind Maschinenbau GmbH", "nordwind"), Name("Feinwerk Groß & Söhne KG", "feinwerk"),
            Name("Talbrücke Logistik AG", "talbruecke"), Name("Süddeutsche Hydraulik GmbH", "hydraulik"),
        ],
        cities: [
            City("Hamburg", "Hamburg", "20###", "40"), City("München", "Bayern", "80###", "89"),
            City("Stuttgart", "Baden-Württemberg", "70###", "711"), City("Köln", "Nordrhein-Westfalen", "50###", "221"),
        ],
        streets: ["Hauptstraße", "Bahnhofstraße", "Gartenweg", "Am Hafen", "Lindenallee", "Industriestraße"],
        callingCode: "49", localNumber: "5550###", mobileNumber: "171 5550###")

    static let netherlands = SampleCountry(
        code: "NLD", description: "Nederland", isoAlpha2: "NL", isoAlpha3: "NLD", language: "NLD",
        men: People(givenNames: ["Jan", "Pieter", "Daan", "Willem", "Sven", "Bram"].map { Name($0) }, title: "Dhr."),
        women: People(
            givenNames: [
                Name("Anneke"), Name("Sanne"), Name("Fleur"), Name("Zoë", "zoe"), Name("Marijke"), Name("Ilse"),
            ],
            title: "Mevr."),
        familyNames: [
            Name("de Vries", "devries"), Name("Jansen"), Name("van den Berg", "vandenberg"), Name("Bakker"),
            Name("Visser"),
            Name("'t Hart", "thart"), Name("van Dijk", "vandijk"), Name("Mulder"),
        ],
        jobTitles: ["Inkoper", "Hoofd inkoop", "Directeur", "Bedrijfsleider", "Projectleider", "Accountmanager"],
        departments: ["Inkoop", "Verkoop", "Techniek", "Productie", "Kwaliteit", "ICT"],
        firms: [
            Name("Polder Pompen B.V.", "polderpompen"), Name("Waterlijn Techniek B.V.", "waterlijn"),
            Name("Tulp & Zonen N.V.", "tulp"), Name("Noordzee Logistiek B.V.", "noordzee"),
        ],
        cities: [
            City("Amsterdam", "", "10## @@", "20"), City("Rotterdam", "", "30## @@", "10"),
            City("Utrecht", "", "35## @@", "30"),
            City("'s-Hertogenbosch", "", "52## @@", "73"),
        ],
        streets: ["Kerkstraat", "Dorpsstraat", "Keizersgracht", "Havenweg", "Stationsplein", "Molenlaan"],
        callingCode: "31", localNumber: "555 0###", mobileNumber: "6 5555 0###")

    static let france = SampleCountry(
        code: "FRA", description: "France", isoAlpha2: "FR", isoAlpha3: "FRA", language: "FRA",
        men: People(
            givenNames: [
                Name("François", "francois"), Name("Jean-Luc"), Name("Théo", "theo"), Name("Olivier"),
                Name("Noël", "noel"),
                Name("Antoine"),
            ], title: "M."),
        women: People(
            givenNames: [
                Name("Chloé", "chloe"), Name("Hélène", "helene"), Name("Camille"), Name("Anaïs", "anais"),
                Name("Marie-Ange"),
                Name("Inès", "ines"),
            ], title: "Mme"),
        familyNames: [
            Name("Lefèvre", "lefevre"), Name("Martin"), Name("d'Angelo", "dangelo"), Name("Bernard"),
            Name("Garçon", "garcon"),
            Name("Dubois"), Name("L'Hôpital", "lhopital"), Name("Moreau"),
        ],
        jobTitles: [
            "Acheteur", "Responsable achats", "Directeur général", "Chef de projet", "Ingénieur", "Commercial",
        ],
        departments: ["Achats", "Ventes", "Études", "Production", "Qualité", "Informatique"],
        firms: [
            Name("Ateliers du Rhône SAS", "ateliersrhone"), Name("Mécanique Générale d'Armor", "armor"),
            Name("Société Pompes & Vannes SA", "pompesvannes"),
        ],
        cities: [
            City("Paris", "", "750##", "1"), City("Lyon", "", "690##", "4"), City("Nantes", "", "440##", "2"),
            City("Besançon", "", "250##", "3"),
        ],
        streets: [
            "rue de la République", "avenue Victor Hugo", "place de l'Église", "quai des Forges", "rue du Moulin",
        ],
        callingCode: "33", localNumber: "55 50 1# ##", mobileNumber: "6 55 50 1# ##")

    static let unitedKingdom = SampleCountry(
        code: "GBR", description: "United Kingdom", isoAlpha2: "GB", isoAlpha3: "GBR", language: "ENG",
        men: People(
            givenNames: ["Oliver", "Harry", "George", "Alistair", "Rhys", "Mohammed"].map { Name($0) }, title: "Mr"),
        women: People(
            givenNames: [
                Name("Amelia"), Name("Siân", "sian"), Name("Charlotte"), Name("Fiona"), Name("Priya"), Name("Eleanor"),
            ], title: "Mrs"),
        familyNames: [
            Name("Taylor"), Name("Evans"), Name("MacDonald", "macdonald"), Name("O'Hara", "ohara"),
            Name("Smythe-Jones", "smythe"),
            Name("Patel"), Name("Wright"),
        ],
        jobTitles: ["Buyer", "Head of Procurement", "Managing Director", "Site Manager", "Chartered Engineer"],
        departments: ["Procurement", "Operations", "Engineering", "Sales", "Quality", "IT"],
        firms: [
            Name("Thornbury Valves Ltd", "thornbury"), Name("Pennine Bearings plc", "pennine"),
            Name("Kestrel & Finch Ltd", "kestrelfinch"),
        ],
        cities: [
            City("London", "", "EC1A #@@", "20"), City("Manchester", "", "M1 #@@", "161"),
            City("Leeds", "", "LS1 #@@", "113"),
            City("Cardiff", "", "CF10 #@@", "29"),
        ],
        streets: ["High Street", "Station Road", "Mill Lane", "Church Street", "King's Parade", "Victoria Road"],
        callingCode: "44", localNumber: "555 0###", mobileNumber: "7700 900###")

    static let poland = SampleCountry(
        code: "POL", description: "Polska", isoAlpha2: "PL", isoAlpha3: "POL", language: "POL",
        men: People(
            givenNames: [
                Name("Paweł", "pawel"), Name("Łukasz", "lukasz"), Name("Jan"), Name("Michał", "michal"),
                Name("Zbigniew"),
            ],
            title: "Pan"),
        women: People(
            givenNames: [
                Name("Małgorzata", "malgorzata"), Name("Zofia"), Name("Agnieszka"), Name("Ewa"),
                Name("Żaneta", "zaneta"),
            ],
            title: "Pani"),
        familyNames: [
            Name("Wójcik", "wojcik"), Name("Nowak"), Name("Wiśniewski", "wisniewski"), Name("Dąbrowski", "dabrowski"),
            Name("Źrebiec", "zrebiec"), Name("Kozłowski", "kozlowski"),
        ],
        jobTitles: ["Kupiec", "Kierownik zakupów", "Dyrektor", "Inżynier", "Handlowiec"],
        departments: ["Zakupy", "Sprzedaż", "Produkcja", "Jakość", "Informatyka"],
        firms: [
            Name("Wisła Hydraulika Sp. z o.o.", "wislahydraulika"), Name("Łódzkie Zakłady Pomp S.A.", "lodzkiepompy"),
        ],
        cities: [
            City("Warszawa", "mazowieckie", "00-###", "22"), City("Łódź", "łódzkie", "90-###", "42"),
            City("Kraków", "małopolskie", "30-###", "12"),
        ],
        streets: ["ul. Długa", "ul. Kwiatowa", "al. Jana Pawła II", "ul. Fabryczna", "ul. Leśna"],
        callingCode: "48", localNumber: "555 0# ##", mobileNumber: "600 555 ###")

    static let greece = SampleCountry(
        code: "GRC", description: "Ελλάδα", isoAlpha2: "GR", isoAlpha3: "GRC", language: "GRE",
        men: People(
            givenNames: [
                Name("Γιώργος", "giorgos"), Name("Νίκος", "nikos"), Name("Δημήτρης", "dimitris"),
                Name("Αλέξανδρος", "alexandros"),
            ],
            title: "κ."),
        women: People(
            givenNames: [
                Name("Μαρία", "maria"), Name("Ελένη", "eleni"), Name("Κατερίνα", "katerina"), Name("Σοφία", "sofia"),
            ],
            title: "κα"),
        familyNames: [
            Name("Παπαδόπουλος", "papadopoulos"), Name("Γεωργίου", "georgiou"), Name("Νικολάου", "nikolaou"),
            Name("Οικονόμου", "oikonomou"), Name("Βλάχος", "vlachos"),
        ],
        jobTitles: ["Αγοραστής", "Διευθυντής", "Μηχανικός", "Πωλητής"],
        departments: ["Προμήθειες", "Πωλήσεις", "Παραγωγή", "Πληροφορική"],
        firms: [Name("Αιγαίο Αντλίες Α.Ε.", "aegeanpumps"), Name("Όλυμπος Μηχανική Ε.Π.Ε.", "olymposeng")],
        cities: [City("Αθήνα", "Αττική", "105 ##", "21"), City("Θεσσαλονίκη", "Κεντρική Μακεδονία", "546 ##", "231")],
        streets: ["Ερμού", "Σταδίου", "Εγνατία", "Τσιμισκή"],
        callingCode: "30", localNumber: "555 0###", mobileNumber: "690 555 0###")
}

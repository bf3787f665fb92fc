/// An enumeration's type: members with their numbers, as LN's domains have them.
struct Enumeration: Sendable, Hashable {
    let name: String
    let members: [Member]

    struct Member: Sendable, Hashable {
        let name: String
        let number: Int
    }

    init(_ name: String, _ members: KeyValuePairs<String, Int>) {
        self.name = name
        self.members = members.map { Member(name: $0.key, number: $0.value) }
    }

    func contains(_ name: String) -> Bool { members.contains { $0.name == name } }

    static let yesNo = Enumeration("AnswerOnQuestionYn", ["Yes": 1, "No": 2])
    static let contactType = Enumeration(
        "ContactType", ["Suspect": 1, "Prospect": 2, "Contact": 3, "Miscellaneous": 4])
    static let gender = Enumeration("Gender", ["Male": 1, "Female": 2, "NotKnown": 3, "NotApplicable": 100])
    static let messenger = Enumeration(
        "ElectronicMessengerType",
        ["NotApplicable": 10, "Skype": 20, "MSN": 30, "AOL": 40, "Yahoo": 50, "Lync": 60])
    static let intervalUnit = Enumeration("IntervalUnit", ["Minute": 1, "Hour": 2, "Day": 3])
}

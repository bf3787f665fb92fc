/// `microsoft.graph.singleValueLegacyExtendedProperty`.
struct GraphProperty: Codable {
    let id: String
    let value: String?

    /// Our own of contacts; CON-2.
    static let contact = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"
    /// Our own of events; CAL-5.
    static let activity = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"
    /// PidTagBusinessFaxNumber.
    static let fax = "String 0x3A24"
    /// PidTagLanguage.
    static let language = "String 0x3A0C"

    /// Ids are compared without regard to case: Exchange writes the hexadecimal digits its own way.
    func isProperty(_ id: String) -> Bool { self.id.lowercased() == id.lowercased() }

    /// The value of `$expand` that shows these properties.
    static func expansion(_ properties: [String]) -> String {
        let conditions = properties.map { "id eq \(GraphURL.literal($0))" }
        return "singleValueExtendedProperties($filter=\(conditions.joined(separator: " or ")))"
    }

    /// The value of `$filter` that finds items by a property's value. Exchange compares values without regard to case.
    static func condition(_ property: String, _ value: String) -> String {
        "singleValueExtendedProperties/any(ep: ep/id eq \(GraphURL.literal(property))"
            + " and ep/value eq \(GraphURL.literal(value)))"
    }
}

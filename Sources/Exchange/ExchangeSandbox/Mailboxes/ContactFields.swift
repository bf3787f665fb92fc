import Foundation

/// A contact's fields in Graph's names, checked and normalised as Exchange does it.
struct ContactFields: Sendable, Hashable, Codable {
    /// Fields that have a value.
    private(set) var values: [String: JSON] = [:]
    /// Extended properties by their ids in normal form.
    private(set) var extended: [String: String] = [:]
    private var hasOwnFileAs = false
    private var hasOwnDisplayName = false

    private enum Kind {
        case text
        /// At most so many.
        case texts(Int)
        case addresses
        case physicalAddress
        case time
    }

    private static let kinds: [String: Kind] = {
        var kinds: [String: Kind] = [
            "businessPhones": .texts(2), "homePhones": .texts(2), "imAddresses": .texts(3), "categories": .texts(100),
            "children": .texts(100), "emailAddresses": .addresses, "businessAddress": .physicalAddress,
            "homeAddress": .physicalAddress, "otherAddress": .physicalAddress, "birthday": .time,
            "personalNotes": .text,
        ]
        for name in [
            "assistantName", "businessHomePage", "companyName", "department", "displayName", "fileAs", "generation",
            "givenName", "initials", "jobTitle", "manager", "middleName", "mobilePhone", "nickName", "officeLocation",
            "profession", "spouseName", "surname", "title", "yomiCompanyName", "yomiGivenName", "yomiSurname",
        ] { kinds[name] = .text }
        return kinds
    }()

    /// All fields as an answer has them: what has no value is an empty list, an empty address or `null`.
    var shown: [String: JSON] {
        var shown = Self.empty.merging(values) { _, value in value }
        let addresses = values["emailAddresses"]?.array ?? []
        for (index, name) in Self.numbered.enumerated() {
            shown[name] = index < addresses.count ? addresses[index] : .null
        }
        return shown
    }

    private static let numbered = ["primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"]

    private static let empty: [String: JSON] = kinds.mapValues { kind in
        switch kind {
        case .text, .time: .null
        case .texts, .addresses: []
        case .physicalAddress: [:]
        }
    }.merging(["personalNotes": ""]) { _, new in new }

    /// Whether an answer's contact has a member of that name.
    static func isKnown(_ name: String) -> Bool { kinds[name] != nil || numbered.contains(name) }

    /// Takes the members of a request's body: those that are there change, `null` and `[]` empty a field.
    mutating func apply(_ body: JSON) throws(GraphError) {
        guard let members = body.object else { throw .badRequest("The body is not a JSON object.") }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if name == "singleValueExtendedProperties" {
                extended = try ExtendedProperties.applied(value, to: extended)
            } else if name.hasPrefix("@odata.") {
                continue
            } else if let kind = Self.kinds[name] {
                try set(name, kind, value)
            } else {
                throw GraphError(
                    400, "RequestBodyRead",
                    "The property '\(name)' does not exist on type 'microsoft.graph.contact'. Make sure to only use property names "
                        + "that are defined by the type.")
            }
        }
        derive()
    }

    private mutating func set(_ name: String, _ kind: Kind, _ value: JSON) throws(GraphError) {
        if name == "fileAs" { hasOwnFileAs = value.text?.isEmpty == false }
        if name == "displayName" { hasOwnDisplayName = value.text?.isEmpty == false }
        switch (kind, value) {
        case (_, .null):
            values[name] = nil
        case (.text, .text(let text)):
            values[name] = text.isEmpty ? nil : value
        case (.texts(let most), .array(let texts)):
            guard texts.allSatisfy({ $0.text != nil }) else { throw Self.wrongType(name) }
            guard texts.count <= most else {
                throw GraphError(400, "ErrorPropertyValidationFailure", "\(name) has more than \(most) elements.")
            }
            values[name] = texts.isEmpty ? nil : value
        case (.addresses, .array(let addresses)):
            guard addresses.count <= 3 else {
                throw GraphError(400, "ErrorPropertyValidationFailure", "emailAddresses has more than 3 elements.")
            }
            var kept: [JSON] = []
            for address in addresses {
                guard let text = address["address"]?.text, !text.isEmpty else {
                    throw GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
                }
                // Exchange shows the address where there is no name.
                kept.append(["address": .text(text), "name": .text(address["name"]?.text ?? text)])
            }
            values[name] = kept.isEmpty ? nil : .array(kept)
        case (.physicalAddress, .object(let parts)):
            let known = ["street", "city", "state", "postalCode", "countryOrRegion"]
            guard parts.keys.allSatisfy({ known.contains($0) || $0.hasPrefix("@") }) else { throw Self.wrongType(name) }
            let kept = parts.filter { known.contains($0.key) && $0.value.text?.isEmpty == false }
            values[name] = kept.isEmpty ? nil : .object(kept)
        case (.time, .text(let text)):
            guard let date = Self.date(text) else { throw Self.wrongType(name) }
            // Exchange keeps the day, and shows it at 11:59.
            values[name] = .text(date.formatted(.iso8601.year().month().day()) + "T11:59:00Z")
        default:
            throw Self.wrongType(name)
        }
    }

    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    private static func wrongType(_ name: String) -> GraphError {
        GraphError(400, "RequestBodyRead", "Cannot convert the value of property '\(name)' to the expected type.")
    }

    /// What Outlook makes of the names where nobody gave it.
    private mutating func derive() {
        let (given, last) = (values["givenName"]?.text, values["surname"]?.text)
        if !hasOwnDisplayName {
            let name = [given, values["middleName"]?.text, last].compactMap(\.self).joined(separator: " ")
            values["displayName"] = name.isEmpty ? nil : .text(name)
        }
        if !hasOwnFileAs {
            let name = [last, given].compactMap(\.self).joined(separator: ", ")
            values["fileAs"] = name.isEmpty ? values["displayName"] : .text(name)
        }
    }
}

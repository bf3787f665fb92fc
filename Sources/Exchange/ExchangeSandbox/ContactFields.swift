import Foundation

/// A contact's fields in Graph's names, checked and normalised as Exchange does it.
struct ContactFields: Sendable, Hashable {
    /// Fields that have a value.
    private(set) var values: [String: JSON] = [:]
    /// Extended properties in normal form: `String {guid} Name X` with the guid in lower case, `String 0x3a24` with the tag in
    /// lower case.
    private(set) var extended: [String: String] = [:]
    private var hasOwnFileAs = false
    private var hasOwnDisplayName = false

    private enum Kind {
        case text(Int)
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
            "personalNotes": .text(1 << 16),
        ]
        for name in [
            "assistantName", "businessHomePage", "companyName", "department", "displayName", "fileAs", "generation",
            "givenName", "initials", "jobTitle", "manager", "middleName", "mobilePhone", "nickName", "officeLocation",
            "profession", "spouseName", "surname", "title", "yomiCompanyName", "yomiGivenName", "yomiSurname",
        ] { kinds[name] = .text(255) }
        return kinds
    }()

    /// Names of all fields, as an answer without `$select` has them.
    static var names: [String] { kinds.keys.sorted() }

    /// Takes the members of a request's body: those that are there change, `null` and `[]` empty a field.
    mutating func apply(_ body: JSON) throws(GraphError) {
        guard let members = body.object else { throw .badRequest("The body is not a JSON object.") }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if name == "singleValueExtendedProperties" {
                try applyExtended(value)
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
        case (.text(let length), .text(let text)):
            guard text.count <= length else {
                throw GraphError(400, "ErrorPropertyValidationFailure", "\(name) is longer than \(length) characters.")
            }
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
            guard let date = try? Date(text, strategy: .iso8601) else { throw Self.wrongType(name) }
            values[name] = .text(date.formatted(.iso8601))
        default:
            throw Self.wrongType(name)
        }
    }

    private static func wrongType(_ name: String) -> GraphError {
        GraphError(400, "RequestBodyRead", "Cannot convert the value of property '\(name)' to the expected type.")
    }

    private mutating func applyExtended(_ value: JSON) throws(GraphError) {
        guard let properties = value.array else { throw Self.wrongType("singleValueExtendedProperties") }
        for property in properties {
            guard let id = property["id"]?.text, let normal = Self.normalized(id) else {
                throw GraphError(400, "ErrorInvalidPropertyId", "The property id is not valid.")
            }
            switch property["value"] {
            case .text(let text)?: extended[normal] = text
            case .null?, nil: extended[normal] = nil
            default: throw Self.wrongType("value")
            }
        }
    }

    /// `nil` where the text is no property id. The name is case-sensitive, the rest is not.
    static func normalized(_ id: String) -> String? {
        let parts = id.split(separator: " ", maxSplits: 3).map(String.init)
        guard let type = parts.first, type.lowercased() == "string" else { return nil }
        if parts.count == 2, parts[1].lowercased().hasPrefix("0x"), UInt16(parts[1].dropFirst(2), radix: 16) != nil {
            return "String " + parts[1].lowercased()
        }
        guard parts.count == 4, parts[2].lowercased() == "name", parts[1].hasPrefix("{"), parts[1].hasSuffix("}"),
            let set = UUID(uuidString: String(parts[1].dropFirst().dropLast()))
        else { return nil }
        return "String {\(set.uuidString.lowercased())} Name \(parts[3])"
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

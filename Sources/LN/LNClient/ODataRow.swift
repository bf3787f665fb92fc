import Foundation
import SyncModel

/// A value of an OData answer.
enum ODataValue: Sendable, Decodable {
    case null
    case text(String)
    case number(Double)
    case flag(Bool)
    case row([String: ODataValue])
    case list([ODataValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let row = try? container.decode([String: ODataValue].self) {
            self = .row(row)
        } else {
            self = .list(try container.decode([ODataValue].self))
        }
    }
}

/// One row of an entity set, asked by our names of the properties.
struct ODataRow: Sendable {
    let set: LNEntitySet
    let mapping: LNMapping
    let values: [String: ODataValue]

    /// A property that must be there.
    private func value(_ property: String) throws(LNError) -> ODataValue {
        guard let name = mapping.name(of: property, in: set), let value = values[name] else {
            throw unusable(property, "is missing: model it in the service, or name it in the mapping file")
        }
        return value
    }

    private func unusable(_ property: String, _ why: String) -> LNError {
        let name = mapping.name(of: property, in: set) ?? property
        return LNError(
            .invalidAnswer, "property \(name) of \(mapping.service(of: set))/\(mapping.name(of: set)) \(why)")
    }

    /// `nil` where LN has "" or the service has no such property.
    func text(_ property: String) throws(LNError) -> String? {
        guard let name = mapping.name(of: property, in: set) else { return nil }
        switch values[name] {
        case nil, .null: return nil
        case .text(let text): return text.allSatisfy(\.isWhitespace) ? nil : text
        case .number(let number):
            guard let whole = Int(exactly: number) else { return String(number) }
            return String(whole)
        default: throw unusable(property, "is no text")
        }
    }

    /// A code without the blanks that LN pads it with; `nil` where it is empty.
    func code<Code: TextIdentifier>(_ property: String, _ type: Code.Type = Code.self) throws(LNError) -> Code? {
        guard let text = try text(property) else { return nil }
        return Code(text.trimmingCharacters(in: .whitespaces))
    }

    /// The code of the row itself.
    func key<Code: TextIdentifier>(_ type: Code.Type = Code.self) throws(LNError) -> Code {
        let property = set.key ?? ""
        guard let code = try code(property, type) else { throw unusable(property, "is empty") }
        return code
    }

    /// Yes or No, as a member's name.
    func isYes(_ property: String) throws(LNError) -> Bool {
        switch try value(property) {
        case .text(let text):
            switch text.lowercased() {
            case "yes", "true": return true
            case "no", "false", "": return false
            default: throw unusable(property, "is \(text), not Yes or No")
            }
        case .flag(let flag): return flag
        // tcyesno: 1 yes, 2 no.
        case .number(1): return true
        case .number(2), .number(0): return false
        default: throw unusable(property, "is not Yes or No")
        }
    }

    func count(_ property: String) throws(LNError) -> Int {
        switch try value(property) {
        case .number(let number):
            if let count = Int(exactly: number) { return count }
        case .text(let text):
            if let count = Int(text) { return count }
        default: break
        }
        throw unusable(property, "is no whole number")
    }

    /// `nil` where it is 1970-01-01, which is LN's empty date.
    func time(_ property: String) throws(LNError) -> LNTime? {
        guard let text = try text(property) else { return nil }
        guard let time = LNTime(text) else { throw unusable(property, "is \(text), no time") }
        return time.date.timeIntervalSince1970 == 0 ? nil : time
    }

    /// `nil` where it is 1970-01-01, which is LN's empty date.
    func day(_ property: String) throws(LNError) -> CalendarDate? {
        guard let text = try text(property) else { return nil }
        guard let day = CalendarDate(text) else { throw unusable(property, "is \(text), no date") }
        return day.description == "1970-01-01" ? nil : day
    }

    /// The rows that a navigation leads to; `nil` where the answer has none.
    func collection(_ navigation: String, _ set: LNEntitySet) -> [ODataRow]? {
        guard let name = mapping.name(of: navigation, in: self.set), case .list(let list)? = values[name] else {
            return nil
        }
        return list.compactMap { value in
            guard case .row(let values) = value else { return nil }
            return ODataRow(set: set, mapping: mapping, values: values)
        }
    }

    /// The row's version.
    func etag() throws(LNError) -> ETag {
        guard case .text(let etag)? = values["@odata.etag"], !etag.isEmpty else {
            throw LNError(
                .invalidAnswer,
                "\(mapping.service(of: set))/\(mapping.name(of: set)) answers without @odata.etag: turn Optimistic Concurrency on for it"
            )
        }
        return ETag(etag)
    }

    /// An enumeration's member in lower case, letters alone: `outofoffice`. Empty where the service has no such property.
    func member(_ property: String) throws(LNError) -> String {
        String((try text(property) ?? "").lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// Yes or No; what is neither, and what the service has not, is No.
    func isOn(_ property: String) -> Bool { (try? isYes(property)) ?? false }

    /// The row that a navigation leads to; `nil` where the answer has none.
    func expanded(_ navigation: String, _ set: LNEntitySet) -> ODataRow? {
        guard let name = mapping.name(of: navigation, in: self.set), case .row(let values)? = values[name] else {
            return nil
        }
        return ODataRow(set: set, mapping: mapping, values: values)
    }
}

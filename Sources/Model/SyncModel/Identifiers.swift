public import Foundation

/// An identifier that is text: a code of LN's, an id of Exchange's. Each kind is a type of its own.
public protocol TextIdentifier: RawRepresentable, Sendable, Hashable, Comparable, Codable, CustomStringConvertible
where RawValue == String {
    init(rawValue: String)
}

extension TextIdentifier {
    public init(_ text: String) { self.init(rawValue: text) }
    public var description: String { rawValue }
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// An LN company's number, 0 to 9999.
public struct Company: RawRepresentable, Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }
    public init(_ number: Int) { rawValue = number }
    public var description: String { String(rawValue) }
    public static func < (one: Company, other: Company) -> Bool { one.rawValue < other.rawValue }
}

/// The code of a contact in LN (`tccom140.ccnt`), without the blanks LN pads it with.
public struct ContactCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The code of an address in LN (`tccom130.cadr`).
public struct AddressCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The code of a business partner in LN (`tccom100.bpid`).
public struct BusinessPartnerCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The code of a country in LN (`tcmcs010.ccty`), which is not its ISO code.
public struct CountryCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The code of a language in LN (`tcmcs046.clan`), which is not its ISO code.
public struct LanguageCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// An LN user's code, as sessions show it (`tccom001.loco`).
public struct LNUserCode: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A sync user's id, derived from the LN user code: a renamed address moves nothing, and no key holds personal data.
public struct SyncUserID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) { self.uuid = uuid }

    /// `nil` where the text is no UUID.
    public init?(_ text: some StringProtocol) {
        guard let uuid = UUID(uuidString: String(text)) else { return nil }
        self.uuid = uuid
    }

    public var description: String { uuid.uuidString.lowercased() }

    public static func < (one: SyncUserID, other: SyncUserID) -> Bool { one.description < other.description }

    public init(from decoder: any Decoder) throws {
        uuid = try decoder.singleValueContainer().decode(UUID.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A user's address in Exchange, as LN has it. Exchange does not tell upper from lower case (USR-1).
public struct EmailAddress: TextIdentifier, CodingKeyRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The form in which addresses are compared.
    public var folded: String { rawValue.lowercased() }
}

/// The id of an item or folder in Exchange: case-sensitive, immutable within a mailbox (Graph: `IdType="ImmutableId"`).
public struct ItemID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A version of an item in Exchange or LN, opaque: equal or not, nothing else.
public struct ETag: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

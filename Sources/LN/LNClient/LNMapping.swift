public import Foundation
import Runtime
public import SyncModel

/// How LN's services, entity sets and properties are called, and in which company each set is. A customer models the service in
/// LN's REST API Modeler (ttadv2570m700), so names may differ from the shipped ones; a file says where they do.
///
/// The file is JSON: `service`, `yesNo`, and `sets`, by our names of the sets, each with `service`, `name`, `company` and
/// `properties`, by our names of the properties. A property that the service does not have is `null`.
public struct LNMapping: Sendable, Hashable {
    /// The service of the sets that name no other.
    public var service: String
    /// The enumeration type of yes and no, within its service.
    public var yesNo: String
    /// What differs from the shipped names, by set.
    private var sets: [String: Names]
    /// A new activity may bring its attendees with it: the service says so.
    var takesDeepInserts = false

    private struct Names: Sendable, Hashable, Codable {
        var service: String?
        var name: String?
        var company: Int?
        var properties: [String: String?]?

        enum CodingKeys: String, CodingKey, CaseIterable { case service, name, company, properties }
    }

    /// The shipped names.
    public static let standard = LNMapping(
        service: "txcom.ExchangeSync", yesNo: "AnswerOnQuestionYn",
        // SET-1: ttaad2140 and ttaad2141 are in company 0000.
        sets: [LNEntitySet.syncSettings.rawValue: Names(company: 0), LNEntitySet.syncUsers.rawValue: Names(company: 0)])

    private init(service: String, yesNo: String, sets: [String: Names]) {
        self.service = service
        self.yesNo = yesNo
        self.sets = sets
    }

    /// The shipped names, with those of a file in place of theirs.
    /// - Throws: `LNError` that names what is unknown or missing.
    public init(file: Data) throws(LNError) {
        let overrides = try Self.decoded(file)
        self = .standard
        if let service = overrides.service { self.service = service }
        if let yesNo = overrides.yesNo { self.yesNo = yesNo }
        for (name, names) in overrides.sets ?? [:] {
            guard let set = LNEntitySet(rawValue: name) else {
                throw LNError(
                    .configuration,
                    "the mapping file names a set \(name), which does not exist: there are \(Self.list(LNEntitySet.allCases.map(\.rawValue)))"
                )
            }
            for property in (names.properties ?? [:]).keys.sorted()
            where !set.properties.contains(property) && !set.navigations.contains(property) {
                throw LNError(
                    .configuration,
                    "the mapping file names a property \(property) of \(name), which does not exist: there are \(Self.list(set.properties + set.navigations))"
                )
            }
            if let company = names.company, !(0...9999).contains(company) {
                throw LNError(.configuration, "company \(company) of \(name) in the mapping file is not 0 to 9999")
            }
            try Self.requireKey(of: set, names)
            var known = sets[name] ?? Names()
            known.service = names.service ?? known.service
            known.name = names.name ?? known.name
            known.company = names.company ?? known.company
            known.properties = (known.properties ?? [:]).merging(names.properties ?? [:]) { _, new in new }
            sets[name] = known
        }
    }

    private static func decoded(_ file: Data) throws(LNError) -> File {
        do {
            let decoded = try JSONDecoder().decode(File.self, from: file)
            let members = try JSONSerialization.jsonObject(with: file) as? [String: Any] ?? [:]
            try requireKnown(members, File.CodingKeys.allCases, "at its top")
            let sets = members["sets"] as? [String: [String: Any]] ?? [:]
            for (set, members) in sets.sorted(by: { $0.key < $1.key }) {
                try requireKnown(members, Names.CodingKeys.allCases, "of \(set)")
            }
            return decoded
        } catch let error as LNError {
            throw error
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw LNError(
                .configuration,
                "the mapping file has another kind of value at \(place.isEmpty ? "its top" : place) than docs/ln-service.md shows"
            )
        } catch {
            throw LNError(.configuration, "the mapping file is not JSON: docs/ln-service.md shows how one looks")
        }
    }

    /// What is misspelt would change nothing, and nobody would know.
    private static func requireKnown(
        _ members: [String: Any], _ known: [some CodingKey], _ place: String
    ) throws(LNError) {
        let known = known.map(\.stringValue)
        guard let unknown = members.keys.sorted().first(where: { !known.contains($0) }) else { return }
        throw LNError(
            .configuration,
            "the mapping file has a member \(unknown) \(place), which means nothing: there are \(list(known))")
    }

    private static func requireKey(of set: LNEntitySet, _ names: Names) throws(LNError) {
        // Without these nothing can be decided.
        for property in set.properties where set.requires(property) {
            if let name = names.properties?[property], name == nil {
                throw LNError(
                    .configuration,
                    "the mapping file takes \(property) of \(set.rawValue) away, without which nothing can be synchronised"
                )
            }
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    private struct File: Decodable {
        var service: String?
        var yesNo: String?
        var sets: [String: Names]?

        enum CodingKeys: String, CodingKey, CaseIterable { case service, yesNo, sets }
    }

    // MARK: Names

    func service(of set: LNEntitySet) -> String { sets[set.rawValue]?.service ?? service }

    func name(of set: LNEntitySet) -> String { sets[set.rawValue]?.name ?? set.rawValue }

    /// The company that the set is read in; `nil`: the one that is synchronised.
    public func company(of set: LNEntitySet) -> Company? { sets[set.rawValue]?.company.map { Company($0) } }

    /// LN's name of a property or navigation; `nil` where the service has none.
    func name(of property: String, in set: LNEntitySet) -> String? {
        if let name = sets[set.rawValue]?.properties?[property] { name } else { property }
    }

    /// The service has no such property.
    mutating func remove(_ property: String, from set: LNEntitySet) {
        var names = sets[set.rawValue] ?? Names()
        var properties = names.properties ?? [:]
        properties.updateValue(nil, forKey: property)
        names.properties = properties
        sets[set.rawValue] = names
    }

    /// Whether an activity keeps the event it was made for (`ExchangeId`). Without that none is made for Outlook's events: nobody could
    /// tell afterwards which is whose (CAL-7).
    public var keepsMeetingKeys: Bool { name(of: "ExchangeId", in: .activities) != nil }

    /// Whether the set's rows carry their modification times: without them changes can't be asked for.
    public func hasModificationTime(_ set: LNEntitySet) -> Bool { name(of: LNEntitySet.modified, in: set) != nil }
}

/// What the modelled services lack of what the mapping names, and what each gap costs.
public struct LNServiceReport: Sendable, Hashable {
    public struct Gap: Sendable, Hashable, CustomStringConvertible {
        /// What is missing, by LN's names: `txcom.ExchangeSync/Contacts: Synchronize`.
        public var what: String
        /// What it costs, and what to do where nothing works without it.
        public var cost: String
        /// Nothing can be synchronised without it.
        public var isFatal: Bool

        public var description: String { "\(what): \(cost)" }
    }

    /// In the order of sets and properties.
    public var gaps: [Gap] = []
    /// The mapping without what the services lack.
    public internal(set) var mapping: LNMapping

    /// All that must be mended, as one error; `nil` where synchronisation can go on.
    public var error: LNError? {
        let fatal = gaps.filter(\.isFatal)
        guard !fatal.isEmpty else { return nil }
        return LNError(
            .configuration,
            "the LN service lacks what nothing works without (docs/ln-service.md tells how to model it): "
                + fatal.map(\.description).joined(separator: "; "))
    }
}

/// Compares the mapping with what the services say of themselves.
struct ServiceCheck {
    private let metadata: [String: ServiceMetadata]
    private var report: LNServiceReport
    private let mapping: LNMapping

    /// - Parameter metadata: by service; sets of a service that is not among them are not checked.
    init(_ mapping: LNMapping, _ metadata: [String: ServiceMetadata]) {
        self.mapping = mapping
        self.metadata = metadata
        report = LNServiceReport(mapping: mapping)
    }

    static func report(
        on sets: [LNEntitySet], _ mapping: LNMapping, _ metadata: [String: ServiceMetadata]
    ) -> LNServiceReport {
        var check = ServiceCheck(mapping, metadata)
        for set in sets { check.check(set) }
        return check.report
    }

    private mutating func check(_ set: LNEntitySet) {
        let service = mapping.service(of: set)
        guard let metadata = metadata[service] else { return }
        let place = "\(service)/\(mapping.name(of: set))"
        guard let known = metadata.sets[mapping.name(of: set)] else {
            if set.isRequired {
                add(place, "there is no such set: model it, or name it in the mapping file", isFatal: true)
            } else {
                add(place, "there is no such set: \(set.cost(of: set.rawValue))")
                for property in set.properties { report.mapping.remove(property, from: set) }
            }
            return
        }
        if set == .activities, known.takesDeepInserts { report.mapping.takesDeepInserts = true }
        for property in set.properties + set.navigations {
            guard let name = mapping.name(of: property, in: set) else {
                // Taken away by the mapping file: what it costs is said all the same where it changes how LN is read.
                if property == LNEntitySet.modified { add("\(place): \(property)", set.cost(of: property)) }
                continue
            }
            guard let type = known.properties[name] else {
                let isFatal = set.requires(property)
                add(
                    "\(place): \(name)",
                    isFatal ? "model it, or name it in the mapping file" : set.cost(of: property), isFatal: isFatal)
                if !isFatal { report.mapping.remove(property, from: set) }
                continue
            }
            if set == .contacts && ["Synchronize", "Active"].contains(property)
                || set == .activities && property == "Synchronize"
            {
                checkYesNo("\(place): \(name)", type, service, metadata)
            }
        }
    }

    /// Contacts and activities are asked for by these, so their type has to be the one that filters name.
    private mutating func checkYesNo(
        _ what: String, _ type: String, _ service: String, _ metadata: ServiceMetadata
    ) {
        let expected = "\(service).\(mapping.yesNo)"
        guard let members = metadata.enumerations[type] else {
            add(what, "its type is \(type), not an enumeration with Yes and No (\(expected))", isFatal: true)
            return
        }
        if !members.isSuperset(of: ["Yes", "No"]) {
            add(what, "the members of its type \(type) are not named Yes and No", isFatal: true)
        } else if type.split(separator: ".").last.map(String.init) != mapping.yesNo {
            add(what, "its type is \(type), not \(expected): name it as yesNo in the mapping file", isFatal: true)
        }
    }

    private mutating func add(_ what: String, _ cost: String, isFatal: Bool = false) {
        report.gaps.append(LNServiceReport.Gap(what: what, cost: cost, isFatal: isFatal))
    }
}

extension LNEntitySet {
    /// Whether nothing that needs this set can be synchronised without it.
    var isRequired: Bool { self != .employees && self != .activityTexts }

    /// Whether nothing that needs this set can be synchronised without this property.
    func requires(_ property: String) -> Bool {
        guard isRequired else { return false }
        if property == key { return true }
        switch self {
        case .contacts: return property == "Synchronize" || property == "Active"
        case .syncUsers: return property == "Active" || property == "Email"
        case .comParameters, .syncSettings: return true
        case .activities:
            return ["Type", "StartDate", "EndDate", "Status", "Synchronize"].contains(property)
        case .attendees:
            return property != Self.modified && property != "FullName"
        case .addresses, .businessPartners, .countries, .languages, .employees, .activityTexts: return false
        }
    }

    /// What goes without a property that is not required.
    fileprivate func cost(of property: String) -> String {
        switch (self, property) {
        case (.contacts, Self.modified):
            "changed contacts can't be asked for; at every pull all contacts in scope are read and compared, and all keys, to find those that left it"
        case (.addresses, Self.modified), (.businessPartners, Self.modified):
            "changed rows can't be asked for; at every pull all contacts in scope are read and compared"
        case (.contacts, "OptedOut"):
            "who has opted out is not known"
        case (.contacts, "WorkAddressRef"), (.contacts, "PrivateAddressRef"):
            "addresses are read by requests of their own"
        case (.contacts, "BusinessPartnerRef"):
            "business partners are read by requests of their own"
        case (.countries, "ISOCodeAlpha2"):
            "addresses go out without their country"
        case (.languages, "ISOCode"):
            "contacts go out without their language"
        case (.syncUsers, "Name"):
            "users are shown without their names"
        case (.employees, _):
            "differences between the addresses of sync users and of their employees are not reported, a Meeting Organizer without an address in his row is not found, and no activity is made for an event of Outlook's"
        case (.activities, Self.modified), (.attendees, Self.modified):
            "changed rows can't be asked for; at every pull all present and future activities are read and compared"
        case (.activityTexts, Self.modified), (.activityTexts, Self.activityTexts.rawValue):
            "an activity whose text alone was edited is found late, by the daily comparison"
        case (.activities, "ExchangeId"):
            "no activity is made for an event of Outlook's: nobody could tell afterwards which is whose"
        case (.activities, "AttendeeRefs"):
            "attendees are read by requests of their own"
        case (.activities, "CreatedInInforLN"):
            "where a text was changed on both sides, LN's counts"
        case (.activities, "DurationMinutes"):
            "a call ends at its EndDate"
        case (.activities, "AllDay"):
            "all-day activities are taken for meetings from midnight to midnight"
        case (.activities, "ReminderMinutes"):
            "reminders are not kept in step"
        case (.activities, _):
            "it is not kept in step"
        case (.attendees, _):
            "attendees who are no employees and no contacts have no name in LN"
        default:
            "contacts go out without it"
        }
    }
}

extension LNClient {
    /// Compares these sets' services with the mapping, by their `$metadata`.
    ///
    /// A service whose metadata LN does not give as CSDL JSON is not checked: `unchecked` takes why, and what is missing shows when
    /// it is asked for.
    /// - Throws: where LN can't be asked at the moment, or not with these credentials.
    public func report(
        on sets: [LNEntitySet], unchecked: inout [String]
    ) async throws(LNError) -> LNServiceReport {
        var metadata: [String: ServiceMetadata] = [:]
        var asked: Set<String> = []
        for set in sets where asked.insert(mapping.service(of: set)).inserted {
            do {
                metadata[mapping.service(of: set)] = try await odata.metadata(of: set)
            } catch {
                guard [.notFound, .refused, .invalidAnswer, .forbidden].contains(error.code) else { throw error }
                unchecked.append(error.message)
            }
        }
        return ServiceCheck.report(on: sets, mapping, metadata)
    }

    /// The same client with another mapping; it keeps the tokens.
    public func with(_ mapping: LNMapping) -> LNClient {
        var copy = odata
        copy.fit = ServiceFit(mapping)
        return LNClient(copy)
    }
}

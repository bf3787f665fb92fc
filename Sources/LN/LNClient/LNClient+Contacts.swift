public import Foundation
public import SyncModel

extension LNClient {
    /// The largest modification time of a set: where its watermark begins. `nil` where no row has one.
    public func newestModification(_ set: LNEntitySet) async throws(LNError) -> Date? {
        try await newest(set)?.date
    }

    /// Contacts that LN changed at or after `since`, in the order of their changes, whatever *Synchronize* and *Active* say.
    public func contacts(
        changedSince since: Date, after: LNContinuation? = nil, limit: Int
    ) async throws(LNError) -> LNPage<Contact> {
        let page = try await changedRows(
            of: .contacts, since: LNTime(since), isExpanded: true, after: after, limit: limit)
        return LNPage(elements: try await contacts(of: page.elements), next: page.next)
    }

    /// Contacts with *Synchronize* and *Active* on, in the order of their codes, those behind `after`.
    public func contactsInScope(after: ContactCode?, limit: Int) async throws(LNError) -> LNPage<Contact> {
        let page = try await rows(
            of: .contacts, filter: try inScope(), isExpanded: true, after: after.map(Self.behind), limit: limit)
        return LNPage(elements: try await contacts(of: page.elements), next: page.next)
    }

    /// The codes of contacts with *Synchronize* and *Active* on, in their order, those behind `after`.
    public func contactKeysInScope(after: ContactCode?, limit: Int) async throws(LNError) -> LNPage<ContactCode> {
        let page = try await rows(
            of: .contacts, filter: try inScope(), properties: ["Contact"], after: after.map(Self.behind), limit: limit)
        var codes: [ContactCode] = []
        for row in page.elements { codes.append(try row.key()) }
        return LNPage(elements: codes, next: page.next)
    }

    /// These contacts, whatever *Synchronize* and *Active* say. One that is not among them is proven to be absent.
    public func contacts(_ codes: [ContactCode]) async throws(LNError) -> [ContactCode: Contact] {
        var found: [ContactCode: Contact] = [:]
        for piece in codes.pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(try comparisons("Contact", piece.map(\.rawValue)))
            for contact in try await contacts(filter, expected: piece.count) { found[contact.code] = contact }
        }
        return found
    }

    /// The addresses that LN changed at or after `since`, and the largest of their modification times.
    public func addresses(
        changedSince since: Date, after: LNContinuation? = nil, limit: Int
    ) async throws(LNError) -> LNPage<LNChange<AddressCode>> {
        try await changes(of: .addresses, since, after, limit)
    }

    /// The business partners that LN changed at or after `since`.
    public func businessPartners(
        changedSince since: Date, after: LNContinuation? = nil, limit: Int
    ) async throws(LNError) -> LNPage<LNChange<BusinessPartnerCode>> {
        try await changes(of: .businessPartners, since, after, limit)
    }

    /// The codes of the contacts whose work or private address is one of these.
    public func contactKeys(at addresses: [AddressCode]) async throws(LNError) -> Set<ContactCode> {
        var found: Set<ContactCode> = []
        // Two comparisons a code.
        for piece in addresses.pieces(of: Self.keysPerQuery / 2) {
            let codes = piece.map(\.rawValue)
            found.formUnion(
                try await keys(try comparisons("WorkAddress", codes) + comparisons("PrivateAddress", codes)))
        }
        return found
    }

    /// The codes of the contacts that work for one of these business partners.
    public func contactKeys(of partners: [BusinessPartnerCode]) async throws(LNError) -> Set<ContactCode> {
        var found: Set<ContactCode> = []
        for piece in partners.pieces(of: Self.keysPerQuery) {
            found.formUnion(try await keys(try comparisons("BusinessPartner", piece.map(\.rawValue))))
        }
        return found
    }

    // MARK: Queries

    private static func behind(_ code: ContactCode) -> LNContinuation {
        LNContinuation(place: .row(key: code.rawValue, part: nil, time: nil))
    }

    private func inScope() throws(LNError) -> ODataFilter {
        let type = "\(mapping.service(of: .contacts)).\(mapping.yesNo)"
        var filters: [ODataFilter] = []
        for property in ["Synchronize", "Active"] {
            guard let name = mapping.name(of: property, in: .contacts) else {
                throw LNError(.configuration, "Contacts has no \(property) in the mapping")
            }
            filters.append(.member(name, .equal, type: type, "Yes"))
        }
        return .all(filters)
    }

    /// None where the service has no such property.
    private func comparisons(_ property: String, _ values: [String]) throws(LNError) -> [ODataFilter] {
        guard let name = mapping.name(of: property, in: .contacts) else { return [] }
        return values.map { .text(name, .equal, $0) }
    }

    private func keys(_ alternatives: [ODataFilter]) async throws(LNError) -> [ContactCode] {
        guard !alternatives.isEmpty else { return [] }
        var codes: [ContactCode] = []
        var after: LNContinuation?
        repeat {
            let page = try await rows(
                of: .contacts, filter: .any(alternatives), properties: ["Contact"], after: after, limit: 1000)
            for row in page.elements { codes.append(try row.key()) }
            after = page.next
        } while after != nil
        return codes
    }

    /// - Parameter expected: how many there are at most; no page is asked for behind the last of them.
    private func contacts(_ filter: ODataFilter, expected: Int) async throws(LNError) -> [Contact] {
        var found: [Contact] = []
        var after: LNContinuation?
        repeat {
            let page = try await rows(of: .contacts, filter: filter, isExpanded: true, after: after, limit: 200)
            found += try await contacts(of: page.elements)
            after = found.count < expected ? page.next : nil
        } while after != nil
        return found
    }

    private func changes<Code: TextIdentifier>(
        of set: LNEntitySet, _ since: Date, _ after: LNContinuation?, _ limit: Int
    ) async throws(LNError) -> LNPage<LNChange<Code>> {
        guard let key = set.key else { return LNPage(elements: [], next: nil) }
        let page = try await changedRows(
            of: set, since: LNTime(since), properties: [key, LNEntitySet.modified], after: after, limit: limit)
        var changes: [LNChange<Code>] = []
        for row in page.elements {
            changes.append(LNChange(code: try row.key(), part: nil, modified: try row.time(LNEntitySet.modified)?.date))
        }
        return LNPage(elements: changes, next: page.next)
    }
}

/// A row that LN changed, without its content.
public struct LNChange<Code: TextIdentifier>: Sendable, Hashable {
    public let code: Code
    /// Of several rows of one key: which.
    public let part: Int?
    public let modified: Date?
}

extension Array {
    func pieces(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

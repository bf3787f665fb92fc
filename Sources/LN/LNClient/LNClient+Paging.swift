import Foundation
import SyncModel

extension LNClient {
    /// A page of a set in the order of its keys, behind `after`.
    ///
    /// Paging is by key, never by skip: rows that come or go meanwhile shift nothing. LN caps pages as it likes, so only an empty
    /// page is the last, unless LN's own link says where it goes on.
    func rows(
        of set: LNEntitySet, filter: ODataFilter?, properties: [String]? = nil, isExpanded: Bool = false,
        after: LNContinuation?, limit: Int
    ) async throws(LNError) -> LNPage<ODataRow> {
        let key = try keyName(of: set)
        let answer: OData.Answer
        switch after?.place {
        case .link(let link)?:
            answer = try await odata.follow(link, of: set)
        case .row(let last, _)?:
            answer = try await odata.read(
                set,
                OData.Query(
                    filter: .all([filter, .text(key, .greater, last)].compactMap(\.self)), properties: properties,
                    isExpanded: isExpanded, order: [key], limit: limit))
        case nil:
            answer = try await odata.read(
                set,
                OData.Query(
                    filter: filter, properties: properties, isExpanded: isExpanded, order: [key], limit: limit))
        }
        return LNPage(elements: answer.rows, next: try next(answer, set, after, time: nil))
    }

    /// A page of the rows that LN changed at or after `since`, in the order of their changes, behind `after`.
    func changedRows(
        of set: LNEntitySet, since: LNTime, properties: [String]? = nil, isExpanded: Bool = false,
        after: LNContinuation?, limit: Int
    ) async throws(LNError) -> LNPage<ODataRow> {
        let key = try keyName(of: set)
        guard let modified = mapping.name(of: LNEntitySet.modified, in: set) else {
            throw LNError(
                .configuration,
                "\(set.rawValue) has no modification time in the mapping: its changes can't be asked for")
        }
        let filter: ODataFilter
        switch after?.place {
        case .link(let link)?:
            let answer = try await odata.follow(link, of: set)
            return LNPage(elements: answer.rows, next: try next(answer, set, after, time: LNEntitySet.modified))
        case .row(let last, let time?)?:
            filter = .any([
                .time(modified, .greater, time),
                .all([.time(modified, .equal, time), .text(key, .greater, last)]),
            ])
        default:
            filter = .time(modified, .greaterOrEqual, since)
        }
        let answer = try await odata.read(
            set,
            OData.Query(
                filter: filter, properties: properties, isExpanded: isExpanded, order: [modified, key], limit: limit))
        return LNPage(elements: answer.rows, next: try next(answer, set, after, time: LNEntitySet.modified))
    }

    /// The largest modification time of a set; `nil` where it has no row with one.
    func newest(_ set: LNEntitySet) async throws(LNError) -> LNTime? {
        guard let modified = mapping.name(of: LNEntitySet.modified, in: set) else { return nil }
        let answer = try await odata.read(
            set,
            OData.Query(properties: [LNEntitySet.modified], order: ["\(modified) desc"], limit: 1))
        return try answer.rows.first?.time(LNEntitySet.modified)
    }

    private func next(
        _ answer: OData.Answer, _ set: LNEntitySet, _ after: LNContinuation?, time: String?
    ) throws(LNError) -> LNContinuation? {
        if let link = answer.next { return LNContinuation(place: .link(link)) }
        guard let last = answer.rows.last, let property = set.key, let key = try last.text(property) else { return nil }
        let place = LNContinuation.Place.row(
            key: key, time: try time.flatMap { name throws(LNError) in try last.time(name) })
        if place == after?.place {
            throw LNError(
                .invalidAnswer,
                "\(mapping.name(of: set)) answers with the same page again: its $filter or $orderby does not work")
        }
        return LNContinuation(place: place)
    }

    private func keyName(of set: LNEntitySet) throws(LNError) -> String {
        guard let property = set.key, let name = mapping.name(of: property, in: set) else {
            throw LNError(.configuration, "\(set.rawValue) has no key in the mapping")
        }
        return name
    }
}

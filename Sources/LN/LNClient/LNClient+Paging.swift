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
        let order = try keyNames(of: set)
        let answer: OData.Answer
        if case .link(let link)? = after?.place {
            answer = try await odata.follow(link, of: set)
        } else {
            let filters = [filter, behind(after?.place, order, time: nil)].compactMap(\.self)
            answer = try await odata.read(
                set,
                OData.Query(
                    filter: filters.isEmpty ? nil : .all(filters), properties: properties, isExpanded: isExpanded,
                    order: order, limit: limit))
        }
        return LNPage(elements: answer.rows, next: try next(answer, set, after, time: nil))
    }

    /// A page of the rows that LN changed at or after `since`, in the order of their changes, behind `after`.
    func changedRows(
        of set: LNEntitySet, since: LNTime, properties: [String]? = nil, isExpanded: Bool = false,
        after: LNContinuation?, limit: Int
    ) async throws(LNError) -> LNPage<ODataRow> {
        let keys = try keyNames(of: set)
        guard let modified = mapping.name(of: LNEntitySet.modified, in: set) else {
            throw LNError(
                .configuration,
                "\(set.rawValue) has no modification time in the mapping: its changes can't be asked for")
        }
        let answer: OData.Answer
        if case .link(let link)? = after?.place {
            answer = try await odata.follow(link, of: set)
        } else {
            answer = try await odata.read(
                set,
                OData.Query(
                    filter: behind(after?.place, keys, time: modified) ?? .time(modified, .greaterOrEqual, since),
                    properties: properties, isExpanded: isExpanded, order: [modified] + keys, limit: limit))
        }
        return LNPage(elements: answer.rows, next: try next(answer, set, after, time: LNEntitySet.modified))
    }

    /// What comes behind a row in the order of a modification time, where there is one, and the keys.
    private func behind(
        _ place: LNContinuation.Place?, _ keys: [String], time modified: String?
    ) -> ODataFilter? {
        guard case .row(let key, let part, let time)? = place else { return nil }
        var columns: [(ODataFilter.Comparison) -> ODataFilter] = []
        if let modified {
            guard let time else { return nil }
            columns.append { .time(modified, $0, time) }
        }
        columns.append { .text(keys[0], $0, key) }
        if keys.count > 1, let part { columns.append { .number(keys[1], $0, part) } }
        return .any(
            columns.indices.map { index in
                .all(columns[..<index].map { $0(.equal) } + [columns[index](.greater)])
            })
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
            key: key, part: try set.part.map { name throws(LNError) in try last.count(name) },
            time: try time.flatMap { name throws(LNError) in try last.time(name) })
        if place == after?.place {
            throw LNError(
                .invalidAnswer,
                "\(mapping.name(of: set)) answers with the same page again: its $filter or $orderby does not work")
        }
        return LNContinuation(place: place)
    }

    private func keyNames(of set: LNEntitySet) throws(LNError) -> [String] {
        var names: [String] = []
        for property in [set.key, set.part].compactMap(\.self) {
            guard let name = mapping.name(of: property, in: set) else {
                throw LNError(.configuration, "\(set.rawValue) has no \(property) in the mapping")
            }
            names.append(name)
        }
        guard !names.isEmpty else { throw LNError(.configuration, "\(set.rawValue) has no key in the mapping") }
        return names
    }
}

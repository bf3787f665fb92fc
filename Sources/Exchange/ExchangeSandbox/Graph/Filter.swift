/// A `$filter`, or the one within an `$expand`, as OData 4 has it for these types.
indirect enum Filter: Sendable, Hashable {
    enum Comparison: String, Sendable, CaseIterable { case eq, ne, gt, ge, lt, le }

    case compare([String], Comparison, String)
    case startsWith([String], String)
    case any([String], String, Filter)
    case and(Filter, Filter)
    case or(Filter, Filter)
    case not(Filter)

    /// Whether an item, as JSON, passes. Texts are compared as Exchange compares them: without regard to
    /// case, ids aside.
    func passes(_ item: JSON, _ variables: [String: JSON] = [:]) -> Bool {
        switch self {
        case .compare(let path, let comparison, let value):
            var (one, other) = (Self.text(path, item, variables), value)
            if path.last != "id" { (one, other) = (one.lowercased(), other.lowercased()) }
            if path.last?.lowercased().hasSuffix("datetime") == true {
                (one, other) = (Self.wholeSeconds(one), Self.wholeSeconds(other))
            }
            return switch comparison {
            case .eq: one == other
            case .ne: one != other
            case .gt: one > other
            case .ge: one >= other
            case .lt: one < other
            case .le: one <= other
            }
        case .startsWith(let path, let value):
            return Self.text(path, item, variables).lowercased().hasPrefix(value.lowercased())
        case .any(let path, let variable, let filter):
            return (Self.value(path, item, variables)?.array ?? []).contains { element in
                filter.passes(item, variables.merging([variable: element]) { _, new in new })
            }
        case .and(let one, let other): return one.passes(item, variables) && other.passes(item, variables)
        case .or(let one, let other): return one.passes(item, variables) || other.passes(item, variables)
        case .not(let filter): return !filter.passes(item, variables)
        }
    }

    /// The extended property and the value that every item which passes has, where the filter says so: it can be looked up.
    var link: (property: String, value: String)? {
        switch self {
        case .any(["singleValueExtendedProperties"], let variable, .and(let one, let other)):
            func operand(_ name: String) -> String? {
                for side in [one, other] {
                    if case .compare([variable, name], .eq, let value) = side { return value }
                }
                return nil
            }
            guard let id = operand("id"), let value = operand("value"), let property = ExtendedProperties.normalized(id)
            else { return nil }
            return (property, value)
        case .and(let one, let other): return one.link ?? other.link
        default: return nil
        }
    }

    /// The same with extended properties' ids in Exchange's spelling.
    /// - Parameter path: where in the filter such an id stands.
    /// - Throws: where one is malformed, or a member is none of that type's.
    func checked(
        property path: [String]?, of type: String = "contact", isMember: (String) -> Bool
    ) throws(GraphError) -> Filter {
        switch self {
        case .compare(let own, let comparison, let value):
            if own == path {
                guard let normal = ExtendedProperties.normalized(value) else { throw .invalidProperty(value) }
                return .compare(own, comparison, normal)
            }
            guard isMember(own[0]) else { throw .unknownMember(own[0], of: type) }
            return self
        case .startsWith(let own, _):
            guard isMember(own[0]) else { throw .unknownMember(own[0], of: type) }
            return self
        case .any(let own, let variable, let filter):
            let isProperties = own == ["singleValueExtendedProperties"]
            guard isProperties || isMember(own[0]) else { throw .unknownMember(own[0], of: type) }
            return .any(
                own, variable,
                try filter.checked(property: isProperties ? [variable, "id"] : nil, of: type) {
                    $0 == variable || isMember($0)
                })
        case .and(let one, let other):
            return .and(
                try one.checked(property: path, of: type, isMember: isMember),
                try other.checked(property: path, of: type, isMember: isMember))
        case .or(let one, let other):
            return .or(
                try one.checked(property: path, of: type, isMember: isMember),
                try other.checked(property: path, of: type, isMember: isMember))
        case .not(let filter): return .not(try filter.checked(property: path, of: type, isMember: isMember))
        }
    }

    /// A time without its decimals and its `Z`.
    private static func wholeSeconds(_ time: String) -> String { String(time.prefix { $0 != "." && $0 != "z" }) }

    private static func value(_ path: [String], _ item: JSON, _ variables: [String: JSON]) -> JSON? {
        var value: JSON? = variables[path[0]] ?? item[path[0]]
        for name in path.dropFirst() { value = value?[name] }
        return value
    }

    private static func text(_ path: [String], _ item: JSON, _ variables: [String: JSON]) -> String {
        switch value(path, item, variables) {
        case .text(let text)?: text
        case .bool(let bool)?: bool ? "true" : "false"
        case let value?: value.whole.map { String($0) } ?? ""
        case nil: ""
        }
    }
}

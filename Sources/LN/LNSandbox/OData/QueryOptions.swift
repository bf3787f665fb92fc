/// What a request's query asks for.
struct QueryOptions: Sendable {
    /// A navigation to be written out, and how much of it.
    struct Expansion: Sendable {
        let navigation: EntityType.Navigation
        let resource: Resource
        let select: [Int]?
    }

    struct Order: Sendable, Hashable {
        let property: Int
        let isDescending: Bool
    }

    var filter: Predicate?
    /// Positions; `nil`: all.
    var select: [Int]?
    var expand: [Expansion] = []
    var order: [Order] = []
    var top: Int?
    var skip = 0
    var count = false

    init() {}

    /// Everything, with these navigations written out.
    init(expanding navigations: [EntityType.Navigation], of service: Service) {
        expand = navigations.compactMap { navigation in
            service.resource(navigation.target).map {
                Expansion(navigation: navigation, resource: $0, select: nil)
            }
        }
    }

    /// Reads a query, escapes untouched. Options without `$` are the client's own and ignored (OData 4.01, part 1, 11.2.1).
    static func parse(
        _ query: Substring, over resource: Resource, of service: Service, isCollection: Bool
    ) throws(ODataError) -> QueryOptions {
        var options = QueryOptions()
        var seen: Set<String> = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]),
                let value = PercentEncoding.decode(parts.count == 2 ? parts[1] : "")
            else { throw .invalid("The query has a malformed escape") }
            guard name.hasPrefix("$") else { continue }
            guard seen.insert(name).inserted else { throw .invalid("The query option \(name) stands twice") }
            guard isCollection || ["$select", "$expand", "$format"].contains(name) else {
                throw .invalid("\(name) asks of a collection, and this is one entity")
            }
            try options.set(name, value, resource, service)
        }
        return options
    }

    private mutating func set(
        _ name: String, _ value: String, _ resource: Resource, _ service: Service
    ) throws(ODataError) {
        switch name {
        case "$filter": filter = try FilterParser.parse(value, over: resource)
        case "$select":
            var reader = try TokenReader(value)
            select = try Self.selection(&reader, resource)
            guard reader.current == .end else { throw reader.unexpected("',' or the end") }
        case "$expand": expand = try Self.expansions(value, resource, service)
        case "$orderby": order = try Self.orders(value, resource)
        case "$top": top = try Self.number(name, value)
        case "$skip": skip = try Self.number(name, value)
        case "$count":
            guard value == "true" || value == "false" else { throw .invalid("$count is true or false") }
            count = value == "true"
        case "$format":
            guard value == "json" || value == "application/json" else {
                throw .invalid("The format \(value) is not supported")
            }
        default: throw .invalid("The query option \(name) is not supported")
        }
    }

    private static func number(_ name: String, _ value: String) throws(ODataError) -> Int {
        guard let number = Int(value), number >= 0, number <= Int32.max, value.utf8.first != UInt8(ascii: "+") else {
            throw .invalid("\(name) is no whole number from 0 on: '\(value)'")
        }
        return number
    }

    /// `*` or names; `nil` where it is all of them.
    private static func selection(_ reader: inout TokenReader, _ resource: Resource) throws(ODataError) -> [Int]? {
        var positions: Set<Int> = []
        var isAll = false
        repeat {
            if reader.skip(.mark("*")) {
                isAll = true
            } else {
                positions.insert(try resource.position(of: try reader.word("a property")))
            }
        } while reader.skip(.mark(","))
        return isAll ? nil : positions.sorted()
    }

    private static func expansions(
        _ value: String, _ resource: Resource, _ service: Service
    ) throws(ODataError) -> [Expansion] {
        var reader = try TokenReader(value)
        var expansions: [Expansion] = []
        repeat {
            let name = try reader.word("a navigation property")
            guard let navigation = resource.navigations.first(where: { $0.name == name }),
                let target = service.resource(navigation.target)
            else { throw .invalid("Navigation property \(name) does not exist in \(resource.name)") }
            guard !expansions.contains(where: { $0.navigation.name == name }) else {
                throw .invalid("\(name) is expanded twice")
            }
            var select: [Int]?
            if reader.skip(.mark("(")) {
                repeat {
                    let option = try reader.word("a query option")
                    guard option == "$select" else { throw .invalid("\(option) is not supported within $expand") }
                    try reader.expect(.mark("="))
                    select = try selection(&reader, target)
                } while reader.skip(.mark(";"))
                try reader.expect(.mark(")"))
            }
            expansions.append(Expansion(navigation: navigation, resource: target, select: select))
        } while reader.skip(.mark(","))
        guard reader.current == .end else { throw reader.unexpected("',' or the end") }
        return expansions
    }

    private static func orders(_ value: String, _ resource: Resource) throws(ODataError) -> [Order] {
        var reader = try TokenReader(value)
        var orders: [Order] = []
        repeat {
            let property = try resource.position(of: try reader.word("a property"))
            let isDescending = reader.skip(.word("desc"))
            if !isDescending { _ = reader.skip(.word("asc")) }
            orders.append(Order(property: property, isDescending: isDescending))
        } while reader.skip(.mark(","))
        guard reader.current == .end else { throw reader.unexpected("',' or the end") }
        return orders
    }
}

/// What a path behind `/LN/lnapi/odata/` names.
struct ResourcePath: Sendable {
    enum Target: Sendable {
        case serviceDocument
        case metadata
        case collection(Resource)
        case entity(Resource, key: String)
        case singleton(Resource)
    }

    let service: Service
    let target: Target

    /// - Parameter path: escapes untouched.
    init(_ path: Substring, among services: [Service]) throws(ODataError) {
        var segments: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decode(segment) else {
                throw .invalid("The path has a malformed escape")
            }
            segments.append(decoded)
        }
        if segments.last == "", segments.count > 1 { segments.removeLast() }
        guard let name = segments.first, let service = services.first(where: { $0.name == name }) else {
            throw ODataError(404, "Service \(segments.first ?? "") does not exist")
        }
        self.service = service
        switch segments.count {
        case 1: target = .serviceDocument
        case 2 where segments[1] == "$metadata": target = .metadata
        case 2: target = try Self.resource(segments[1], of: service)
        default: throw ODataError(404, "Resource \(segments[2]) does not exist")
        }
    }

    private static func resource(_ segment: String, of service: Service) throws(ODataError) -> Target {
        let name = String(segment.prefix { $0 != "(" })
        guard let resource = service.resource(name) else {
            throw ODataError(404, "Entity set \(name) does not exist in \(service.name)")
        }
        guard name.count < segment.count else {
            return resource.isSingleton ? .singleton(resource) : .collection(resource)
        }
        guard !resource.isSingleton else { throw .invalid("\(name) is one entity and has no key") }
        var reader = try TokenReader(String(segment.dropFirst(name.count)))
        let properties = resource.type.key.map { resource.type.properties[$0] }
        let names = properties.map(\.name).joined(separator: ", ")
        var parts: [String: String] = [:]
        try reader.expect(.mark("("))
        repeat {
            guard parts.count < properties.count else { throw .invalid("The key of \(name) is \(names) alone") }
            var property = properties[0]
            if case .word(let given) = reader.current {
                guard let named = properties.first(where: { $0.name == given }) else {
                    throw .invalid("\(given) is not the key of \(name): \(names)")
                }
                property = named
                _ = reader.advance()
                try reader.expect(.mark("="))
            } else if properties.count > 1 {
                throw .invalid("The key of \(name) is \(names), each by its name")
            }
            parts[property.name] = try part(&reader, property)
        } while reader.skip(.mark(","))
        try reader.expect(.mark(")"))
        guard reader.current == .end else { throw reader.unexpected("the end of the key") }
        let missing = properties.filter { parts[$0.name] == nil }
        guard missing.isEmpty else { throw .invalid("The key of \(name) is \(names)") }
        return .entity(resource, key: properties.compactMap { parts[$0.name] }.joined(separator: "/"))
    }

    private static func part(_ reader: inout TokenReader, _ property: Property) throws(ODataError) -> String {
        switch (property.kind, reader.advance()) {
        case (.number, .number(let number)): return String(number)
        case (.number, _): throw .invalid("The key \(property.name) is a whole number")
        case (_, .text(let code)): return property.normalized(.text(code)).description
        default: throw .invalid("The key \(property.name) is a text in quotes")
        }
    }
}

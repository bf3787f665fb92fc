/// What a service has, read from its `$metadata` (OData CSDL JSON 4.01): sets with their properties, and enumerations.
struct ServiceMetadata: Sendable {
    struct EntitySet: Sendable {
        /// Types by property and navigation; a property without one is `Edm.String`, by CSDL's default.
        var properties: [String: String] = [:]
    }

    /// Entity sets and singletons.
    private(set) var sets: [String: EntitySet] = [:]
    /// The members of each enumeration, by qualified name.
    private(set) var enumerations: [String: Set<String>] = [:]

    /// `nil` where it is no CSDL document with an entity container.
    init?(_ document: ODataValue) {
        guard case .row(let document) = document else { return nil }
        let schemas = document.filter { !$0.key.hasPrefix("$") }
        var types: [String: [String: ODataValue]] = [:]
        var containers: [[String: ODataValue]] = []
        for case (let namespace, .row(let schema)) in schemas {
            var names = [namespace]
            if case .text(let alias)? = schema["$Alias"] { names.append(alias) }
            for case (let name, .row(let element)) in schema {
                switch element["$Kind"] {
                case .text("EntityType"), .text("ComplexType"):
                    for qualifier in names { types["\(qualifier).\(name)"] = element }
                case .text("EnumType"):
                    let members = Set(element.keys.filter(Self.isName))
                    for qualifier in names { enumerations["\(qualifier).\(name)"] = members }
                case .text("EntityContainer"):
                    containers.append(element)
                default: break
                }
            }
        }
        guard !containers.isEmpty else { return nil }
        for container in containers {
            for case (let name, .row(let element)) in container where Self.isName(name) {
                guard case .text(let type)? = element["$Type"] else { continue }
                sets[name] = EntitySet(properties: Self.properties(of: type, types, depth: 0))
            }
        }
    }

    /// With those that it has from its base types.
    private static func properties(
        of type: String, _ types: [String: [String: ODataValue]], depth: Int
    ) -> [String: String] {
        // A type that is its own ancestor is nobody's model.
        guard depth < 10, let element = types[type] else { return [:] }
        var properties: [String: String] = [:]
        if case .text(let base)? = element["$BaseType"] {
            properties = Self.properties(of: base, types, depth: depth + 1)
        }
        for case (let name, .row(let property)) in element where isName(name) {
            if case .text(let type)? = property["$Type"] {
                properties[name] = type
            } else {
                properties[name] = "Edm.String"
            }
        }
        return properties
    }

    /// Neither a keyword of CSDL's nor an annotation.
    private static func isName(_ key: String) -> Bool { !key.hasPrefix("$") && !key.contains("@") }
}

/// What a service has, read from its `$metadata` (OData CSDL JSON 4.01): sets with their properties, and enumerations.
struct ServiceMetadata: Sendable {
    struct EntitySet: Sendable {
        /// Types by property and navigation; a property without one is `Edm.String`, by CSDL's default.
        var properties: [String: String] = [:]
        /// `$MaxLength` by property.
        var lengths: [String: Int] = [:]
        /// A new entity may bring those of its collections with it.
        var takesDeepInserts = false
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
                let elements = Self.elements(of: type, types, depth: 0)
                var set = EntitySet()
                for (name, property) in elements {
                    if case .text(let type)? = property["$Type"] {
                        set.properties[name] = type
                    } else {
                        set.properties[name] = "Edm.String"
                    }
                    if case .number(let length)? = property["$MaxLength"] { set.lengths[name] = Int(exactly: length) }
                }
                if case .row(let support)? = element["@Org.OData.Capabilities.V1.DeepInsertSupport"],
                    case .flag(true)? = support["Supported"]
                {
                    set.takesDeepInserts = true
                }
                sets[name] = set
            }
        }
    }

    /// A type's properties and navigations, with those that it has from its base types.
    private static func elements(
        of type: String, _ types: [String: [String: ODataValue]], depth: Int
    ) -> [String: [String: ODataValue]] {
        // A type that is its own ancestor is nobody's model.
        guard depth < 10, let element = types[type] else { return [:] }
        var elements: [String: [String: ODataValue]] = [:]
        if case .text(let base)? = element["$BaseType"] {
            elements = Self.elements(of: base, types, depth: depth + 1)
        }
        for case (let name, .row(let property)) in element where isName(name) { elements[name] = property }
        return elements
    }

    /// Neither a keyword of CSDL's nor an annotation.
    private static func isName(_ key: String) -> Bool { !key.hasPrefix("$") && !key.contains("@") }
}

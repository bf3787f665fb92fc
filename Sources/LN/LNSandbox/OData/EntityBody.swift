import Foundation

/// What a request's body says of an entity: its fields, and the entities that are to be inserted with it.
struct EntityBody {
    private(set) var values: [String: LNValue] = [:]
    /// The entities of the collection, where the resource takes deep inserts.
    private(set) var parts: [[String: LNValue]] = []

    /// - Parameter isNew: whether the entity is to be inserted: only then the body may bring others with it.
    init(_ body: Data, of resource: Resource, in service: Service, isNew: Bool) throws(ODataError) {
        for (name, json) in try Self.object(body).sorted(by: { $0.key < $1.key }) where !name.contains("@") {
            guard let navigation = resource.navigations.first(where: { $0.name == name }) else {
                values[name] = try Self.value(name, json, of: resource)
                continue
            }
            guard isNew, resource.takesDeepInserts, navigation.isCollection,
                let target = service.resource(navigation.target)
            else { throw .invalid("\(name) can't be written with its \(resource.type.name)") }
            guard let rows = json.array else { throw .invalid("\(name) is no array") }
            for row in rows {
                guard let fields = row.object else { throw .invalid("\(name) holds objects") }
                parts.append(try Self.values(fields, of: target))
            }
        }
    }

    private static func values(
        _ fields: [String: JSONValue], of resource: Resource
    ) throws(ODataError) -> [String: LNValue] {
        var values: [String: LNValue] = [:]
        for (name, json) in fields.sorted(by: { $0.key < $1.key }) where !name.contains("@") {
            values[name] = try value(name, json, of: resource)
        }
        return values
    }

    private static func value(_ name: String, _ json: JSONValue, of resource: Resource) throws(ODataError) -> LNValue {
        let property = resource.type.properties[try resource.position(of: name)]
        guard let value = property.value(json) else { throw .invalid("\(name) has a value of another type") }
        return value
    }

    static func object(_ body: Data) throws(ODataError) -> [String: JSONValue] {
        do {
            return try JSONDecoder().decode([String: JSONValue].self, from: body)
        } catch {
            throw .invalid("The body is no JSON object")
        }
    }
}

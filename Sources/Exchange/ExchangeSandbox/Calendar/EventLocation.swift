/// Where an event takes place, as answers have it.
enum EventLocation {
    static let nowhere: JSON = [
        "displayName": "", "locationType": "default", "uniqueIdType": "unknown", "address": [:], "coordinates": [:],
    ]

    /// What Exchange makes of a request's location; `nil` where it says nothing.
    static func shown(_ json: JSON) throws(GraphError) -> JSON? {
        guard let members = json.object else { throw EventFields.wrongType("location") }
        let known = [
            "address", "coordinates", "displayName", "locationEmailAddress", "locationType", "locationUri", "uniqueId",
            "uniqueIdType",
        ]
        guard members.keys.allSatisfy({ known.contains($0) || $0.hasPrefix("@odata.") }) else {
            throw EventFields.wrongType("location")
        }
        let name = members["displayName"]?.text ?? ""
        let rest = members.filter { known.contains($0.key) && $0.value != .null }
        guard !name.isEmpty || rest.keys.contains(where: { !["displayName", "locationType"].contains($0) }) else {
            return nil
        }
        var shown = rest
        shown["displayName"] = .text(name)
        shown["locationType"] = shown["locationType"] ?? "default"
        shown["uniqueId"] = shown["uniqueId"] ?? .text(name)
        shown["uniqueIdType"] = shown["uniqueIdType"] ?? "private"
        return .object(shown)
    }

    static func list(_ json: JSON) throws(GraphError) -> [JSON] {
        if json == .null { return [] }
        guard let rows = json.array else { throw EventFields.wrongType("locations") }
        var list: [JSON] = []
        for row in rows {
            if let location = try shown(row) { list.append(location) }
        }
        return list
    }
}

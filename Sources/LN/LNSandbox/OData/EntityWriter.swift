/// Writes rows as OData's JSON.
struct EntityWriter {
    let shop: LNShop
    let padsCodes: Bool

    /// The page of a collection.
    func page(
        _ rows: [Table.Row], of resource: Resource, _ options: QueryOptions, count: Int?, nextLink: String?
    ) -> JSONText {
        var text = JSONText()
        text.object { text in
            text.member("@odata.context", "$metadata#\(resource.name)")
            if let count { text.member("@odata.count", count) }
            text.name("value")
            text.array { text in
                for row in rows { write(row, of: resource, select: options.select, options.expand, to: &text) }
            }
            if let nextLink { text.member("@odata.nextLink", nextLink) }
        }
        return text
    }

    /// One entity with its context.
    func entity(_ row: Table.Row, of resource: Resource, _ options: QueryOptions) -> JSONText {
        var text = JSONText()
        let context = "$metadata#\(resource.name)" + (resource.isSingleton ? "" : "/$entity")
        write(row, of: resource, select: options.select, options.expand, context: context, to: &text)
        return text
    }

    private func write(
        _ row: Table.Row, of resource: Resource, select: [Int]?, _ expand: [QueryOptions.Expansion] = [],
        context: String? = nil, to text: inout JSONText
    ) {
        text.object { text in
            if let context { text.member("@odata.context", context) }
            text.member("@odata.etag", Self.etag(row, of: resource))
            for position in select ?? resource.properties {
                let property = resource.type.properties[position]
                text.name(property.name)
                text.value(shown(row[position], property))
            }
            for expansion in expand {
                text.name(expansion.navigation.name)
                let code = row[expansion.navigation.property].description
                if expansion.navigation.isCollection {
                    text.array { text in
                        for part in shop[expansion.navigation.target].rows(under: code) {
                            write(part, of: expansion.resource, select: expansion.select, to: &text)
                        }
                    }
                } else if !code.isEmpty, let target = shop[expansion.navigation.target][code] {
                    write(target, of: expansion.resource, select: expansion.select, to: &text)
                } else {
                    text.null()
                }
            }
        }
    }

    private func shown(_ value: LNValue, _ property: Property) -> LNValue {
        guard padsCodes, property.isRightJustified, case .text(let text) = value,
            case .text(let length) = property.kind,
            !text.isEmpty, text.utf8.count < length
        else { return value }
        return .text(String(repeating: " ", count: length - text.utf8.count) + text)
    }

    /// Made of what the service shows of the row (FNV-1a over it): what it doesn't show doesn't change it, and a row that
    /// is put back as it was has its old one again.
    static func etag(_ row: Table.Row, of resource: Resource) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in resource.properties {
            for byte in row[position].description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        return "W/\"\(String(hash, radix: 16))\""
    }
}

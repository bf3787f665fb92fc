public import Foundation

/// A shop as a JSON file: an object with an array of rows for each entity set, fields as OData names and writes them.
extension LNShop {
    /// Reads a shop.
    /// - Parameter modified: seconds since 1970, for rows that don't say when they were changed.
    /// - Throws: `LNShopError`, which names every bad row.
    public init(json: Data, modified: Int) throws(LNShopError) {
        self = try LNDataSet(json: json, modified: modified).shop
    }

    /// The shop as JSON, every field of every row.
    public func json() -> Data {
        var text = JSONText()
        text.object { text in
            for set in LNSet.allCases {
                text.name(set.rawValue)
                text.array { text in
                    for row in self[set].rows { Self.write(row, of: EntityType.of(set), to: &text) }
                }
            }
        }
        return text.data
    }

    static func write(_ row: Table.Row, of type: EntityType, to text: inout JSONText) {
        text.object { text in
            for (property, value) in zip(type.properties, row) {
                text.name(property.name)
                text.value(value)
            }
        }
    }
}

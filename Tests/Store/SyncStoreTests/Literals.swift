public import SyncModel
public import SyncStore

// Identifiers as literals, in these tests alone.
extension TextIdentifier where Self: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}

extension CursorName: ExpressibleByStringLiteral {}
extension EntitySet: ExpressibleByStringLiteral {}
extension LeaseName: ExpressibleByStringLiteral {}
extension SettingName: ExpressibleByStringLiteral {}
extension ContactCode: ExpressibleByStringLiteral {}
extension ContentHash: ExpressibleByStringLiteral {}
extension ETag: ExpressibleByStringLiteral {}
extension ItemID: ExpressibleByStringLiteral {}
extension EmailAddress: ExpressibleByStringLiteral {}
extension ICalUID: ExpressibleByStringLiteral {}

public import SyncModel

/// The name of an LN entity set, as the mapping knows it: `Contacts`, `Addresses`.
public struct EntitySet: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a place in another system's changes: `watermark/1300/Contacts`.
public struct CursorName: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What the reader has published of one key.
public struct Published: Sendable, Hashable {
    /// Whether it was ever in scope: only then does leaving the scope mean a removal.
    public var everInScope: Bool
    /// The content last acknowledged by all live sends; `nil` from before a send of other content until its
    /// acknowledgement.
    public var hash: ContentHash?

    public init(everInScope: Bool, hash: ContentHash?) {
        self.everInScope = everInScope
        self.hash = hash
    }
}

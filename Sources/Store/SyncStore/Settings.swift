public import Foundation
public import SyncModel

/// The name of a setting: LN's (`ln.syncSettings`) and our own (`control`).
public struct SettingName: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A setting's value, as JSON, and who set it last.
public struct Setting: Sendable, Hashable {
    public let value: String
    /// Counts the setting's changes, from 1.
    public let version: Int64
    public let changedBy: String
    public let changed: Date

    public init(value: String, version: Int64, changedBy: String, changed: Date) {
        self.value = value
        self.version = version
        self.changedBy = changedBy
        self.changed = changed
    }
}

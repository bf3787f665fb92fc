public import Runtime
public import SyncEvents
import SyncModel
public import SyncStore

/// What an administrator asks of an installation and does to it: start and stop, status, a pull now, a replay, the explanation of
/// one item. Used by the command `lnsync`; messages are in LN's words.
///
/// Works on the store and the log alone, never on LN or Exchange, so it needs no credential of theirs.
public struct Administration: Sendable {
    let store: any SyncStore
    let names: TopicNames
    /// Who does it, for the journal and for settings.
    let by: String
    let time: any TimeSource

    public init(store: any SyncStore, names: TopicNames, by: String, time: any TimeSource) {
        self.store = store
        self.names = names
        self.by = by
        self.time = time
    }
}

/// Why something can't be done, in words for an administrator.
public struct AdministrationError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

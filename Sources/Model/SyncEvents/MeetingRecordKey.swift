import Cryptography
import Foundation
public import SyncModel

/// The key of a meeting's records on both of its topics: that of its owner, so that LN's and Exchange's side of one meeting have the
/// same partition number (architecture, *Keys*). Always a UUID in lower case, and never personal data.
///
/// Where a row knows its owner, the owner in the row wins: readers look there first.
public struct MeetingRecordKey: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// A sync user organizes it. Whoever has one of his aliases resolves it before.
    public init(owner: SyncUserID) {
        description = owner.description
    }

    /// Somebody else organizes it.
    public init(organizer: EmailAddress) {
        description = Self.hash("organizer/\(organizer.folded)")
    }

    /// Nobody is known to organize it.
    public init(_ activity: ActivityKey) {
        description = Self.hash("activity/\(activity)")
    }

    /// The first that there is: the owner, else the organizer, else the activity.
    public init(owner: SyncUserID?, organizer: EmailAddress?, _ activity: ActivityKey) {
        self =
            owner.map { Self(owner: $0) } ?? organizer.flatMap { $0.rawValue.isEmpty ? nil : Self(organizer: $0) }
            ?? Self(activity)
    }

    private static func hash(_ text: String) -> String {
        UUID(version5: text, in: Identity.namespace).uuidString.lowercased()
    }
}

public import Foundation
public import SyncModel

/// What one process at a time may do: `reader/1300/contact`, `housekeeping`.
public struct LeaseName: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A lease as its holder knows it. Its epoch fences: a commit that names it is lost once another has taken the lease.
public struct Lease: Sendable, Hashable {
    public let name: LeaseName
    public let owner: String
    public let epoch: Int64

    public init(name: LeaseName, owner: String, epoch: Int64) {
        self.name = name
        self.owner = owner
        self.epoch = epoch
    }
}

/// A lease as others see it.
public struct LeaseState: Sendable, Hashable {
    public let lease: Lease
    /// When it ends unless renewed, by the store's clock.
    public let expires: Date

    public init(lease: Lease, expires: Date) {
        self.lease = lease
        self.expires = expires
    }
}

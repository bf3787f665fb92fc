public import Foundation
public import SyncModel

/// Keeps a mistake in LN from emptying every mailbox (CON-6): of one company's contacts at most 250 are removed within a rolling
/// hour, and at most a quarter of those in scope at its start, though always up to 9. What is beyond waits for a person.
///
/// Pure: it decides, and remembers of the last hour what it must. Whoever asks it stores it before anything is sent, so that
/// neither a restart nor another process begins to count anew.
public struct RemovalGuard: Sendable, Hashable, Codable {
    /// Seconds.
    static let window: TimeInterval = 3600
    /// So many are removed within the hour whatever their share.
    static let most = 250
    /// So few are never withheld.
    static let least = 10
    /// One in so many of those in scope.
    static let share = 4

    /// What led to a removal.
    public enum Occasion: Sendable, Hashable {
        /// A pull, a baseline, contacts named by a hint.
        case reading
        /// The comparison of all keys: it asks again what a person discarded.
        case comparison
    }

    /// The contacts whose removal is or was withheld.
    public struct Holds: Sendable, Hashable {
        /// Nobody has decided.
        public var open: Set<ContactCode>
        /// Approved, and not carried out yet.
        public var approved: Set<ContactCode>
        /// Discarded, and not in scope since.
        public var discarded: Set<ContactCode>

        public init(
            open: Set<ContactCode> = [], approved: Set<ContactCode> = [], discarded: Set<ContactCode> = []
        ) {
            self.open = open
            self.approved = approved
            self.discarded = discarded
        }

        public func contains(_ code: ContactCode) -> Bool {
            open.contains(code) || approved.contains(code) || discarded.contains(code)
        }
    }

    /// What becomes of a page's removals. Those in neither set stay where they are: in the open hold, or discarded.
    public struct Ruling: Sendable, Hashable {
        /// They are published.
        public var passing: Set<ContactCode> = []
        /// They go into the open hold, which one of them may open.
        public var withheld: Set<ContactCode> = []
    }

    private struct Withheld: Sendable, Hashable, Codable {
        var time: Date
        var count: Int
    }

    /// The removals let pass within the hour, and when.
    private var passed: [String: Date] = [:]
    /// How many were withheld within the hour; nothing while no hold is open: who decided has seen them.
    private var withheld: [Withheld] = []

    public init() {}

    /// The contacts let pass within the hour that ends now: they were in scope at its start.
    public func passed(now: Date) -> Set<ContactCode> {
        Set(passed.filter { now.timeIntervalSince($0.value) < Self.window }.keys.map { ContactCode($0) })
    }

    /// Whether the ruling depends on how many contacts are in scope, which costs a count.
    public func dependsOnScope(_ removals: Set<ContactCode>, _ holds: Holds, now: Date) -> Bool {
        var copy = self
        copy.forget(holds, now)
        return (Self.least...Self.most).contains(copy.total(with: copy.new(removals, holds)))
    }

    /// Rules on a page's removals, and counts those it lets pass.
    /// - Parameters:
    ///   - inScope: how many contacts were in scope at the hour's start; read only where `dependsOnScope` says so.
    ///   - now: the store's clock.
    public mutating func judge(
        _ removals: Set<ContactCode>, _ holds: Holds, on occasion: Occasion, inScope: Int, now: Date
    ) -> Ruling {
        forget(holds, now)
        let new = new(removals, holds)
        var ruling = Ruling()
        if occasion == .comparison {
            ruling.withheld = removals.intersection(holds.discarded).subtracting(holds.open)
                .subtracting(holds.approved)
        }
        // A removal let pass before, whose send was cut off, is none more.
        ruling.passing = removals.subtracting(holds.open).subtracting(holds.discarded)
            .filter { passed[$0.rawValue] != nil }.union(removals.intersection(holds.approved))
        guard !new.isEmpty else { return ruling }
        if exceeds(total(with: new), inScope) {
            ruling.withheld.formUnion(new)
            withheld.append(Withheld(time: now, count: new.count))
        } else {
            ruling.passing.formUnion(new)
            for code in new { passed[code.rawValue] = now }
        }
        return ruling
    }

    private func exceeds(_ count: Int, _ inScope: Int) -> Bool {
        count > Self.most || (count >= Self.least && count * Self.share > inScope)
    }

    private func total(with new: Set<ContactCode>) -> Int {
        passed.count + withheld.reduce(0) { $0 + $1.count } + new.count
    }

    /// The removals that nobody has decided or counted.
    private func new(_ removals: Set<ContactCode>, _ holds: Holds) -> Set<ContactCode> {
        removals.subtracting(holds.open).subtracting(holds.approved).subtracting(holds.discarded)
            .filter { passed[$0.rawValue] == nil }
    }

    private mutating func forget(_ holds: Holds, _ now: Date) {
        passed = passed.filter { now.timeIntervalSince($0.value) < Self.window }
        withheld.removeAll { holds.open.isEmpty || now.timeIntervalSince($0.time) >= Self.window }
    }
}

public import Runtime
import SyncModel

/// The sign that a program runs, for status: a lease that one of its processes holds while it lives. Nothing is done under it.
public struct ProgramSign: Sendable {
    private let lease: LeaseName
    private let keeper: LeaseKeeper
    private let time: any TimeSource

    /// So long after its last process was killed a program is taken to run.
    public static let duration: Duration = .seconds(60)
    /// Between two renewals, and between two looks of a process that stands by.
    public static let interval: Duration = .seconds(10)

    private static let prefix = "program/"

    /// - Parameters:
    ///   - program: its name, `calendar-worker`.
    ///   - owner: this process's name.
    public init(
        of program: String, _ store: any SyncStore, owner: String, time: any TimeSource,
        duration: Duration = ProgramSign.duration, interval: Duration = ProgramSign.interval
    ) {
        lease = Self.lease(of: program)
        self.time = time
        keeper = LeaseKeeper(store, owner: owner, time: time, duration: duration, interval: interval)
    }

    public static func lease(of program: String) -> LeaseName { LeaseName(prefix + program) }

    /// Whether a lease is such a sign.
    public static func isSign(_ lease: LeaseName) -> Bool { lease.rawValue.hasPrefix(prefix) }

    /// Gives the sign until the task is cancelled.
    public func run() async {
        do {
            // Where the store can't be asked, the program says so itself, and status can't be asked either.
            try await keeper.withLease(lease, trouble: { _ in }) { _ in
                while true { try await time.sleep(for: .seconds(3600)) }
            }
        } catch {
            // Cancelled: the process ends.
        }
    }
}

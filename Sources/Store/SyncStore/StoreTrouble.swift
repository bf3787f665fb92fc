public import Runtime
import Synchronization

/// What is wrong with the store at the moment, as those see it who write regularly. Reading may go well while writing fails: on a
/// full disk, or where the file may not be written.
public final class StoreTrouble: Sendable {
    private struct Failure {
        let error: StoreError
        let moment: Duration
    }

    private let time: any TimeSource
    private let memory: Duration
    private let last = Mutex<Failure?>(nil)

    /// - Parameter interval: between two attempts to write, such as a lease's renewals. A failure counts until the attempts after
    ///   it had time to fail too, each of which may wait for another process's lock.
    public init(time: any TimeSource, interval: Duration) {
        self.time = time
        memory = interval * 2 + .seconds(6)
    }

    /// A write has failed.
    /// - Returns: whether this trouble is new; it is logged once.
    public func failed(_ error: StoreError) -> Bool {
        let isNew = current?.message != error.message
        last.withLock { $0 = Failure(error: error, moment: time.uptime) }
        return isNew
    }

    /// `nil` where no write has failed lately.
    public var current: StoreError? {
        let now = time.uptime
        return last.withLock { $0.flatMap { now - $0.moment < memory ? $0.error : nil } }
    }
}

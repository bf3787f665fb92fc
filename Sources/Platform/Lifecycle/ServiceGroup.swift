/// What a program's long-lived parts have in common: started in order, stopped in reverse, ended by SIGTERM and SIGINT within
/// budgets that are checked at the start.

public import Runtime
import Synchronization
public import Telemetry

/// Runs services together, in the shape of swift-service-lifecycle's group. Producers come first, consumers last, so that the
/// stop in reverse order ends consumers before what they need.
public final class ServiceGroup: Sendable {
    private let services: [Running]
    private let budgets: ShutdownBudgets
    private let watchesSignals: Bool
    private let time: any TimeSource
    private let log: Logger
    private let shutdown = Signal()
    private let failure = Mutex<ServiceGroupError?>(nil)

    /// A service with the wake-ups that end its tasks.
    private struct Running {
        let service: any Service
        let stop = Signal()
        let ended = Signal()
    }

    /// - Parameter watchesSignals: whether SIGTERM and SIGINT begin the shutdown, a second one ends the process at once, and the
    ///   process exits with 75 where the shutdown's budget is over. Process-wide, so for the program's one group only.
    public init(
        _ services: [any Service], budgets: ShutdownBudgets, watchesSignals: Bool, time: any TimeSource, log: Logger
    ) {
        self.services = services.map { Running(service: $0) }
        self.budgets = budgets
        self.watchesSignals = watchesSignals
        self.time = time
        self.log = log
    }

    /// Begins the shutdown, as SIGTERM does. Callable from any thread, also before `run`.
    public func triggerGracefulShutdown() { shutdown.raise() }

    /// Starts the services, runs them, and returns when a shutdown has ended them all in time. Once only.
    ///
    /// Cancelling the task cancels the services without a drain.
    public func run() async throws(ServiceGroupError) {
        let problems = budgets.problems
        guard problems.isEmpty else { throw ServiceGroupError(.budgets, problems.joined(separator: "; ")) }
        if watchesSignals { ProcessSignals.watch(log, budget: budgets.shutdown, onFirst: triggerGracefulShutdown) }
        defer { if watchesSignals { ProcessSignals.end() } }

        var started: [Running] = []
        for running in services {
            do {
                try await running.service.start()
                started.append(running)
                log.debug("started", ["service": running.service.name])
            } catch {
                fail(.startFailed, "\(running.service.name): \(error)")
                shutdown.raise()
                break
            }
        }
        let isInTime = await run(started)
        if let failure = failure.withLock({ $0 }) { throw failure }
        if !isInTime {
            throw ServiceGroupError(.drainExceeded, "not all services had ended after \(budgets.drain)")
        }
    }

    /// - Returns: whether the drain was over in time.
    private func run(_ started: [Running]) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            for running in started { group.addTask { await self.run(running) } }
            defer { group.cancelAll() }
            // A cancelled run has no drain.
            guard (try? await shutdown.wait()) != nil else { return true }
            return await drain(started)
        }
    }

    /// One service, until it ends by itself, is stopped after its drain, or the group is cancelled.
    private func run(_ running: Running) async {
        let name = running.service.name
        let error: (any Error)? = await withTaskGroup(of: Outcome.self) { group in
            group.addTask {
                do {
                    try await running.service.run()
                    return .ended(nil)
                } catch {
                    return .ended(error)
                }
            }
            group.addTask {
                try? await running.stop.wait()
                return .stopped
            }
            var error: (any Error)?
            while let outcome = await group.next() {
                if case .ended(let thrown) = outcome { error = thrown }
                group.cancelAll()
            }
            return error
        }
        if let error, !(error is CancellationError) {
            fail(.serviceFailed, "\(name): \(error)")
        } else if !isEnding, !Task.isCancelled {
            fail(.serviceFailed, "\(name) ended though nobody had asked it to")
        }
        running.ended.raise()
        shutdown.raise()
    }

    private enum Outcome: Sendable {
        case ended((any Error)?)
        case stopped
    }

    // MARK: The end

    private let ending = Atomic<Bool>(false)

    private var isEnding: Bool { ending.load(ordering: .acquiring) }

    private func drain(_ started: [Running]) async -> Bool {
        ending.store(true, ordering: .releasing)
        if watchesSignals { ProcessSignals.beginBudget() }
        log.notice("shutting down", ["services": "\(started.count)"])
        let deadline = time.uptime + budgets.drain
        do {
            try await withTimeout(budgets.drain, time) { [time, log] in
                for running in started.reversed() {
                    await running.service.drain(within: max(.zero, deadline - time.uptime))
                    running.stop.raise()
                    try await running.ended.wait()
                    log.debug("ended", ["service": running.service.name])
                }
            }
            return time.uptime <= deadline
        } catch {
            return false
        }
    }

    /// Only the first failure is the reason; those that follow are logged.
    private func fail(_ code: ServiceGroupError.Code, _ message: String) {
        let error = ServiceGroupError(code, message)
        let isFirst = failure.withLock { failure in
            defer { if failure == nil { failure = error } }
            return failure == nil
        }
        if isFirst { log.error("\(error)") } else { log.warning("\(error)") }
    }
}

import Foundation
public import Runtime
import Synchronization
public import Telemetry

/// A program's services: started in their order, shut down in the reverse one, by a signal or because one of them ended.
public final class ServiceGroup: Sendable {
    /// How a group's run ended.
    public enum Outcome: Sendable, Hashable {
        /// Shut down as asked.
        case shutDown
        /// A service ended by itself; in words, which and why.
        case failed(String)

        /// 0, or 70 (`EX_SOFTWARE`).
        public var exitCode: Int32 {
            switch self {
            case .shutDown: 0
            case .failed: 70
            }
        }
    }

    /// What the process ends with where shutting down takes too long: 75 (`EX_TEMPFAIL`).
    public static let budgetExceeded: Int32 = 75

    private enum Event: Sendable {
        case signal(Int32)
        case ended(Member, (any Error)?)
    }

    private final class Member: Sendable {
        let name: String
        let service: any Service
        let hasEnded = Mutex(false)
        let end = Signal()

        init(name: String, service: any Service) {
            self.name = name
            self.service = service
        }

        func finish() {
            hasEnded.withLock { $0 = true }
            end.raise()
        }
    }

    private let members: [Member]
    private let budget: Duration
    private let time: any TimeSource
    private let log: Logger
    private let exit: @Sendable (Int32) -> Void
    private let events: AsyncStream<Event>
    private let report: AsyncStream<Event>.Continuation
    private let signals = Mutex(0)

    /// - Parameters:
    ///   - services: with their names, for the log; producers first, consumers last.
    ///   - budget: from the signal to the end; then the process is ended as it is.
    ///   - exit: ends the process at once.
    public init(
        _ services: [(name: String, service: any Service)], budget: Duration, time: any TimeSource, log: Logger,
        exit: @escaping @Sendable (Int32) -> Void = ServiceGroup.endProcess
    ) {
        members = services.map { Member(name: $0.name, service: $0.service) }
        self.budget = budget
        self.time = time
        self.log = log.labelled("Lifecycle")
        self.exit = exit
        (events, report) = AsyncStream.makeStream()
    }

    /// Ends the process without anything more being run.
    public static let endProcess: @Sendable (Int32) -> Void = { _exit($0) }

    /// Shuts down on SIGTERM and SIGINT; a second one ends the process at once. `ProcessSignals.take()` was called before.
    public func listenToSignals() {
        ProcessSignals.listen { self.receive($0) }
    }

    /// As if the process had received that signal.
    func receive(_ number: Int32) {
        let count = signals.withLock { count in
            count += 1
            return count
        }
        if count > 1 { exit(128 + number) }
        report.yield(.signal(number))
    }

    /// Runs the services until a signal comes or one of them ends, then shuts all of them down.
    public func run() async -> Outcome {
        await withTaskGroup { group in
            for member in members {
                group.addTask {
                    var failure: (any Error)?
                    do {
                        try await member.service.run()
                    } catch {
                        failure = error
                    }
                    member.finish()
                    self.report.yield(.ended(member, failure))
                }
            }
            let outcome = await self.firstEvent()
            await self.shutDown()
            group.cancelAll()
            await group.waitForAll()
            return outcome
        }
    }

    private func firstEvent() async -> Outcome {
        for await event in events {
            switch event {
            case .signal(let number):
                log.notice("shutting down", ["signal": number == SIGINT ? "SIGINT" : "SIGTERM"])
                return .shutDown
            case .ended(let member, let error):
                let why = error.map { "\(member.name) ended: \($0)" } ?? "\(member.name) ended by itself"
                log.critical("shutting down", ["why": why])
                return .failed(why)
            }
        }
        return .shutDown
    }

    private func shutDown() async {
        let deadline = time.uptime + budget
        for member in members.reversed() where !member.hasEnded.withLock({ $0 }) {
            let left = max(.zero, deadline - time.uptime)
            do {
                try await withTimeout(left, time) {
                    await member.service.shutDown(within: left)
                    while !member.hasEnded.withLock({ $0 }) { try await member.end.wait() }
                }
            } catch {
                log.error("not shut down in time; what was under way is left as it is", ["service": member.name])
                exit(Self.budgetExceeded)
                return
            }
        }
        log.notice("shut down")
    }
}

import Lifecycle
import Runtime
import Synchronization
import Telemetry

/// A program's services, put together while it answers signals and health already: what they are made of, such as Kafka, may be
/// away for long. Ended where that fails.
final class AssembledProgram: Service {
    private struct State {
        var parts: Daemon.Parts?
        var group: ServiceGroup?
        var isEnding = false
        var whenFailed: @Sendable () -> Void = {}
        var failure: (any Error)?
    }

    let name: String
    private let assemble: @Sendable () async throws -> Daemon.Parts
    private let makeGroup: @Sendable ([any Service]) -> ServiceGroup
    private let state = Mutex(State())
    private let ended = Signal()

    /// - Parameter group: makes the group of the program's services, which watches no signals.
    init(
        _ name: String, assemble: @escaping @Sendable () async throws -> Daemon.Parts,
        group: @escaping @Sendable ([any Service]) -> ServiceGroup
    ) {
        self.name = name
        self.assemble = assemble
        makeGroup = group
    }

    /// As `assemble` made them; `nil` until then.
    var parts: Daemon.Parts? { state.withLock { $0.parts } }

    /// Why the program could not be put together, or did not end as it should.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// What ends the rest of the process where this has failed. Before `run`.
    func whenFailed(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.whenFailed = action } }

    func run() async throws {
        do {
            defer { ended.raise() }
            let parts = try await assemble()
            let group = makeGroup(parts.services)
            let isEnding = state.withLock { state in
                state.parts = parts
                state.group = group
                return state.isEnding
            }
            if isEnding { group.triggerGracefulShutdown() }
            try await group.run()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let whenFailed = state.withLock { state in
                state.failure = error
                return state.whenFailed
            }
            whenFailed()
        }
        // Its own group ends it.
        try await Signal().wait()
    }

    func drain(within time: Duration) async {
        let group = state.withLock { state in
            state.isEnding = true
            return state.group
        }
        guard let group else { return }
        group.triggerGracefulShutdown()
        try? await ended.wait()
    }
}

/// A part of a program that runs as long as the program: a worker, a server. In swift-service-lifecycle's shape; the graceful
/// shutdown is a call with its time, so that a service may await its own end.
public protocol Service: Sendable {
    /// For logs.
    var name: String { get }

    /// Gets ready. The services of a group start one after another, each once the one before it is ready.
    /// - Throws: where the program can't run like this.
    func start() async throws

    /// Works until `drain(within:)` has ended it, or its task is cancelled. Returning or throwing earlier ends the program.
    func run() async throws

    /// Begins nothing new, and returns when what was under way is done, or left to be taken up by another, within the time. When
    /// it has returned, `run`'s task is cancelled.
    func drain(within time: Duration) async
}

extension Service {
    public func start() async throws {}
    public func drain(within time: Duration) async {}
}

/// A service made of functions, for what has no type of its own to conform, such as a server of another module.
public struct ServiceFunctions: Service {
    public let name: String
    private let starting: @Sendable () async throws -> Void
    private let running: (@Sendable () async throws -> Void)?
    private let draining: @Sendable (Duration) async -> Void

    /// - Parameter run: `nil`: it works by itself between start and drain.
    public init(
        _ name: String, start: @escaping @Sendable () async throws -> Void = {},
        run: (@Sendable () async throws -> Void)? = nil,
        drain: @escaping @Sendable (_ time: Duration) async -> Void = { _ in }
    ) {
        self.name = name
        starting = start
        running = run
        draining = drain
    }

    public func start() async throws { try await starting() }

    public func run() async throws {
        guard let running else { return await untilCancelled() }
        try await running()
    }

    public func drain(within time: Duration) async { await draining(time) }
}

/// Returns when the task is cancelled.
private func untilCancelled() async {
    let (nothing, continuation) = AsyncStream<Never>.makeStream()
    for await _ in nothing {}
    continuation.finish()
}

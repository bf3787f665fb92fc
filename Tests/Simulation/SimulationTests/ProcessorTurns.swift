import Foundation

/// As many runs at once as the machine has processors: a hundred at once take no less time, and leave nothing to anybody else.
actor ProcessorTurns {
    static let shared = ProcessorTurns(ProcessInfo.processInfo.activeProcessorCount)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(_ count: Int) { free = count }

    nonisolated func take<Value: Sendable>(_ work: @Sendable () async throws -> Value) async rethrows -> Value {
        await begin()
        do {
            let value = try await work()
            await end()
            return value
        } catch {
            await end()
            throw error
        }
    }

    private func begin() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func end() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

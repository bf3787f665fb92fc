import Kafka
import Synchronization
import Telemetry

/// What tells the consumer which partitions to read and which to pause does so one task after the other. Calls of two tasks would reach
/// the consumer in any order: a partition that is paused last, but was resumed by what the schedule decided last, would stand still for
/// good.
struct Steering {
    fileprivate var isTaken = false
    fileprivate var waiters: [CheckedContinuation<Void, Never>] = []
}

extension IntakeWorker {
    /// Pauses and resumes partitions, so that what waits stays bounded.
    func keepBounds() async {
        let isFree = state.withLock { state in
            defer { state.steering.isTaken = true }
            return !state.steering.isTaken
        }
        // Whoever steers looks at the bounds before it ends.
        if isFree { await endSteering() }
    }

    /// Calls `body` while nobody else tells the consumer what to read; the bounds are kept behind it.
    func whileSteering(_ body: () async -> Void) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                defer { state.steering.isTaken = true }
                if state.steering.isTaken { state.steering.waiters.append(continuation) }
                return !state.steering.isTaken
            }
            if isFree { continuation.resume() }
        }
        await body()
        await endSteering()
    }

    /// Keeps the bounds until there is nothing to pause or to resume, and lets the next one steer.
    private func endSteering() async {
        while let flow = nextFlow() {
            do {
                if !flow.pause.isEmpty { try await consumer.pause(flow.pause) }
                if !flow.resume.isEmpty { try await consumer.resume(flow.resume) }
            } catch {
                // Not assigned any more, or closed: what follows says so.
                log.debug("partitions could not be paused or resumed", ["error": error.description])
            }
        }
    }

    private func nextFlow() -> (pause: Set<TopicPartition>, resume: Set<TopicPartition>)? {
        let (flow, next) = state.withLock { state in
            let flow = state.schedule.flow()
            guard flow.pause.isEmpty && flow.resume.isEmpty else {
                return (Optional(flow), CheckedContinuation<Void, Never>?.none)
            }
            if state.steering.waiters.isEmpty {
                state.steering.isTaken = false
                return (nil, nil)
            }
            return (nil, state.steering.waiters.removeFirst())
        }
        next?.resume()
        return flow
    }
}

import Foundation
import Kafka
import LNSandbox
import Runtime
import SyncStore
import Synchronization
import Telemetry

/// The programs of the pipeline that take part.
enum ProcessKind: String, Sendable, CaseIterable {
    case reader = "ln-producer"
    case worker = "contact-worker"
    case eventReader = "exchange-producer"
    case calendarWorker = "calendar-worker"
}

/// The processes of a run, two of each program, all on one deterministic executor: started, ended between any two of their steps,
/// halted and started again.
final class Crew: Sendable {
    private struct Member {
        let kind: ProcessKind
        let name: String
        var life = 0
        var fate: ProcessFate?
        var task: Task<Void, Never>?
        var consumer: SimulatedConsumer?
    }

    private struct State {
        var members: [Member]
        var violations: [String] = []
    }

    let world: World
    private let executor: DeterministicExecutor
    private let planted: PlantedFault?
    private let randomness: SeededRandomness
    private let state: Mutex<State>

    /// Jobs that run at one moment before it counts as an endless loop.
    private static let mostJobsAtOnce = 200_000
    /// More say nothing new.
    private static let mostViolations = 10

    init(_ world: World, planted: PlantedFault?, randomness: SeededRandomness) {
        self.world = world
        self.planted = planted
        self.randomness = randomness
        executor = DeterministicExecutor(randomness: randomness)
        state = Mutex(
            State(
                members: world.size.programs.flatMap { kind in
                    (1...world.size.processes).map { Member(kind: kind, name: "\(kind.rawValue)-\($0)") }
                }))
    }

    /// What the processes themselves did that must not be.
    var violations: [String] { state.withLock { $0.violations } }

    // MARK: Life and death

    /// Starts every process that does not run.
    func startAll() {
        for number in state.withLock({ $0.members.indices }) { start(number) }
    }

    func endAll() {
        for number in state.withLock({ $0.members.indices }) { end(number) }
        _ = runReady()
    }

    private func start(_ number: Int) {
        let started: (ProcessKind, String)? = state.withLock { state in
            guard state.members[number].fate == nil else { return nil }
            state.members[number].life += 1
            let member = state.members[number]
            return (member.kind, "\(member.name)-\(member.life)")
        }
        guard let (kind, name) = started else { return }
        world.trace.note("\(name) starts")
        let fate = ProcessFate(name: name, time: world.time)
        let process: SimulatedProcess
        do {
            process = try SimulatedProcess(kind, name: name, world: world, fate: fate, planted: planted, randomness)
        } catch {
            state.withLock { $0.violations.append("\(name) can't start: \(error)") }
            return
        }
        let task = Task(executorPreference: executor) {
            let failure: (any Error)?
            do {
                try await process.run()
                failure = nil
            } catch {
                failure = error
            }
            self.ended(number, fate, failure)
        }
        state.withLock { state in
            state.members[number].fate = fate
            state.members[number].task = task
            state.members[number].consumer = process.groupConsumer
        }
    }

    /// A process that ends though nobody ended it is a fault. It is started again, so that the run says what else becomes of it.
    private func ended(_ number: Int, _ fate: ProcessFate, _ error: (any Error)?) {
        guard !fate.isCrashed else { return }
        let how = "\(fate.name) ended by itself: \(error.map { "\($0)" } ?? "without an error")"
        world.trace.note(how)
        state.withLock { state in
            if state.violations.count < Self.mostViolations { state.violations.append(how) }
        }
        crash(number, downFor: .seconds(1))
    }

    func crash(_ number: Int, downFor duration: Duration) {
        guard end(number) else { return }
        world.time.schedule(after: duration) { self.start(number) }
    }

    func crashAll(downFor duration: Duration) {
        for number in state.withLock({ $0.members.indices }) { crash(number, downFor: duration) }
    }

    @discardableResult
    private func end(_ number: Int) -> Bool {
        let member = state.withLock { state in
            let member = state.members[number]
            state.members[number].fate = nil
            state.members[number].task = nil
            state.members[number].consumer = nil
            return member
        }
        guard let fate = member.fate else { return false }
        world.trace.note("\(fate.name) is killed")
        world.writes.disturbed()
        fate.crash()
        member.task?.cancel()
        member.consumer?.crashed()
        return true
    }

    func stall(_ number: Int, for duration: Duration) {
        world.writes.disturbed()
        state.withLock { $0.members[number].fate }?.standStill(for: duration)
    }

    func loseAssignment(_ number: Int) {
        guard let consumer = state.withLock({ $0.members[number].consumer }), let group = consumer.group else { return }
        world.writes.disturbed()
        world.cluster.loseAssignment(of: consumer, group)
    }

    // MARK: Time

    /// Lets so much time pass.
    func pass(_ duration: Duration) {
        let limit = world.time.uptime + duration
        repeat { guard runReady() else { return } } while world.time.advance(upTo: limit)
        world.time.jump(to: limit)
    }

    /// Runs all that can run at this moment.
    private func runReady() -> Bool {
        var jobs = 0
        while executor.runOne() {
            jobs += 1
            if jobs > Self.mostJobsAtOnce {
                state.withLock { $0.violations.append("something runs for ever at \(world.time.uptime)") }
                return false
            }
        }
        return true
    }

    /// Lets time pass until nothing waits any more; `false` where that takes longer than `patience`.
    /// - Parameter left: users whose rows may wait.
    func comeToRest(within patience: Duration, without left: Set<String> = []) -> Bool {
        let limit = world.time.uptime + patience
        while world.time.uptime < limit {
            pass(.seconds(2))
            if world.isAtRest(without: left) { return true }
        }
        return false
    }
}

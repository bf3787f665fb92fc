import Foundation
import Processes
import Runtime
import Synchronization

/// Keeps programs running: what dies is started again, at most three times a minute, and said so.
final class Supervisor: Sendable {
    struct Program: Sendable {
        /// What it is called here: `contact-worker-1`.
        let name: String
        let executable: String
        let arguments: [String]
        let environment: [String: String]
    }

    private struct Child {
        let program: Program
        var process: ChildProcess?
        /// When it was started again, by uptime.
        var restarts: [Duration] = []
        var isGivenUp = false
    }

    private struct State {
        var children: [String: Child] = [:]
        var crashes: [String] = []
        /// In the order in which they were started.
        var order: [String] = []
        var isEnding = false
    }

    private static let mostRestarts = 3
    private static let restartWindow: Duration = .seconds(60)

    private let logs: String
    private let pidFile: String
    private let time: any TimeSource
    private let say: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let started: AsyncStream<ChildProcess>.Continuation
    private let watched: AsyncStream<ChildProcess>

    /// - Parameters:
    ///   - logs: the folder that takes each program's output.
    ///   - pidFile: holds the name and process id of each program, a line each, as it is now.
    ///   - say: takes what happens, a line each.
    init(logs: String, pidFile: String, time: any TimeSource, say: @escaping @Sendable (String) -> Void) {
        self.logs = logs
        self.pidFile = pidFile
        self.time = time
        self.say = say
        (watched, started) = AsyncStream.makeStream()
    }

    /// Starts a program and keeps it running.
    func start(_ program: Program) async throws {
        state.withLock { state in
            state.children[program.name] = Child(program: program)
            state.order.append(program.name)
        }
        try await launch(program)
    }

    /// Those that died too often, and are not started again.
    var givenUp: [String] {
        state.withLock { state in state.order.filter { state.children[$0]?.isGivenUp == true } }
    }

    /// The programs that ended by themselves before they were told to, and how: with another exit code than 0, or by another signal than
    /// those by which somebody outside ends one, KILL and TERM.
    var crashes: [String] { state.withLock { $0.crashes } }

    /// How often a program was started again.
    func restarts(of name: String) -> Int { state.withLock { $0.children[name]?.restarts.count ?? 0 } }

    func logFile(of name: String) -> String { "\(logs)/\(name).log" }

    /// Watches until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await process in watched {
                group.addTask {
                    let status = await process.wait()
                    await self.ended(process, status)
                }
            }
        }
    }

    /// Ends all, the last started first; whoever takes longer than `timeout` is killed.
    func end(within timeout: Duration) async {
        let children = state.withLock { state in
            state.isEnding = true
            return state.order.reversed().compactMap { state.children[$0]?.process }
        }
        for child in children where child.status == nil {
            child.signal(SIGTERM)
            do {
                _ = try await withTimeout(timeout, time) { try await self.waitOrCancel(child) }
            } catch {
                child.signal(SIGKILL)
                _ = await child.wait()
            }
        }
        started.finish()
    }

    /// The exit status, unless the task is cancelled first.
    private func waitOrCancel(_ child: ChildProcess) async throws -> Int32 {
        while child.status == nil { try await time.sleep(for: .milliseconds(20)) }
        return child.status ?? 0
    }

    private func launch(_ program: Program) async throws {
        let process = try await ChildProcess.start(
            program.executable, program.arguments, environment: program.environment, output: logFile(of: program.name))
        let isWanted = state.withLock { state in
            state.children[program.name]?.process = process
            return !state.isEnding
        }
        if !isWanted { process.signal(SIGKILL) }
        writeProcessIDs()
        started.yield(process)
    }

    private func writeProcessIDs() {
        let running = state.withLock { $0.children.compactMapValues { $0.process?.pid } }
        let lines = running.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        do {
            try Data(lines.utf8).write(to: URL(fileURLWithPath: pidFile), options: .atomic)
        } catch {
            say("\(pidFile) can't be written: \(error)")
        }
    }

    private func ended(_ process: ChildProcess, _ status: Int32) async {
        let now = time.uptime
        let how = status > 128 ? "was ended by signal \(status - 128)" : "ended with \(status)"
        let isOutside = [0, 128 + SIGKILL, 128 + SIGTERM].contains(status)
        enum Next {
            case nothing
            case giveUp(Program)
            case restart(Program)
        }
        let next: Next = state.withLock { state in
            guard !state.isEnding, let (name, child) = state.children.first(where: { $0.value.process === process })
            else { return .nothing }
            if !isOutside { state.crashes.append("\(name) \(how)") }
            let recent = child.restarts.filter { now - $0 < Self.restartWindow }
            state.children[name]?.process = nil
            if recent.count >= Self.mostRestarts {
                state.children[name]?.isGivenUp = true
                return .giveUp(child.program)
            }
            state.children[name]?.restarts = recent + [now]
            return .restart(child.program)
        }
        switch next {
        case .nothing:
            return
        case .giveUp(let program):
            say(
                "\(program.name) \(how) and is not started again: it died \(Self.mostRestarts) times in a minute. "
                    + "See \(logFile(of: program.name))")
        case .restart(let program):
            say("\(program.name) \(how) and is started again")
            do {
                try await launch(program)
            } catch {
                say("\(program.name) can't be started again: \(error)")
                state.withLock { $0.children[program.name]?.isGivenUp = true }
            }
        }
    }
}

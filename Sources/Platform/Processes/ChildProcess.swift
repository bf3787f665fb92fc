import CProcesses
import Foundation
import Synchronization

/// A child process that ends with this one, however this one ends. For whoever runs several programs together: the supervisor
/// of `sandbox up`, and tests that kill real processes.
public final class ChildProcess: Sendable {
    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    public let pid: Int32
    private let state = Mutex(State())

    /// Starts a program. Its output goes to the end of a file, its standard input is empty.
    /// - Parameters:
    ///   - executable: its path.
    ///   - environment: all of it; nothing is inherited.
    ///   - output: the file that takes standard output and error.
    public static func start(
        _ executable: String, _ arguments: [String], environment: [String: String], output: String
    ) async throws(ProcessError) -> ChildProcess {
        let result: Result<ChildProcess, ProcessError> = await withCheckedContinuation { continuation in
            // A thread for as long as the child lives: the kernel's parent-death signal belongs to the thread that started it.
            let thread = Thread {
                switch spawn(executable, arguments, environment, output) {
                case .success(let pid):
                    let child = ChildProcess(pid: pid)
                    continuation.resume(returning: .success(child))
                    child.finish(cprocesses_wait(pid))
                case .failure(let error):
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.name = "child"
            thread.stackSize = 256 << 10
            thread.start()
        }
        return try result.get()
    }

    private init(pid: Int32) {
        self.pid = pid
    }

    /// The exit status, or 128 and the signal that ended it; `nil` while it runs.
    public var status: Int32? { state.withLock { $0.status } }

    /// Returns the exit status, or 128 and the signal, once the process has ended. Ignores cancellation.
    public func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = state.withLock { state in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Sends a signal (`SIGTERM`, `SIGKILL`, `SIGSTOP`, `SIGCONT`); nothing happens where the process has ended.
    public func signal(_ number: Int32) {
        // Under the lock, so that the id can't be another process's: it is reaped before `status` is set.
        state.withLock { state in
            if state.status == nil { _ = kill(pid, number) }
        }
    }

    private func finish(_ status: Int32) {
        let waiters = state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], _ environment: [String: String], _ output: String
    ) -> Result<Int32, ProcessError> {
        let file = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { return .failure(ProcessError(output, "can't be written", errno)) }
        defer { close(file) }
        let arguments = CStrings([executable] + arguments)
        let environment = CStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        let pid = cprocesses_spawn(executable, arguments.pointers, environment.pointers, file)
        guard pid > 0 else { return .failure(ProcessError(executable, "can't be started", -pid)) }
        return .success(pid)
    }
}

/// A program that could not be started.
public struct ProcessError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ path: String, _ what: String, _ code: Int32) {
        description = "\(path) \(what): \(String(cString: strerror(code)))"
    }
}

/// A null-terminated array of C strings.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { (pointers + index).initialize(to: strdup(string)) }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}

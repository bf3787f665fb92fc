import CRuntime
import Foundation
public import Runtime
import Synchronization

/// How far a long piece of work is: a bar on a terminal, else a plain line from time to time. Goes to standard error, so that
/// standard output has the result alone.
public final class ProgressLine: Sendable {
    private struct State {
        var shown: Duration?
        var last = ""
        var isOnTerminal = false
    }

    private let title: String
    private let isTerminal: Bool
    private let columns: Int
    private let interval: Duration
    private let time: any TimeSource
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - terminal: whether a bar can be drawn; `nil`: as standard error is.
    ///   - interval: between two plain lines.
    public init(
        _ title: String, terminal: Bool? = nil, interval: Duration = .seconds(5), time: any TimeSource,
        write: @escaping @Sendable (String) -> Void = Terminal.printError
    ) {
        self.title = title
        isTerminal = terminal ?? (cruntime_is_terminal(STDERR_FILENO) != 0)
        columns = max(40, Int(cruntime_terminal_columns(STDERR_FILENO)))
        self.interval = interval
        self.time = time
        self.write = write
    }

    /// - Parameter note: what else there is to say, in a few words.
    public func update(_ done: Int, of total: Int, _ note: String = "") {
        let now = time.uptime
        let line: String? = state.withLock { state in
            let text = "\(done) of \(total)\(note.isEmpty ? "" : ", \(note)")"
            guard text != state.last else { return nil }
            let pause = isTerminal ? Duration.milliseconds(100) : interval
            if let shown = state.shown, now - shown < pause, done < total { return nil }
            state.shown = now
            state.last = text
            guard isTerminal else { return "\(title): \(text)\n" }
            state.isOnTerminal = true
            return "\r\(bar(done, total, text))\u{1B}[K"
        }
        if let line { write(line) }
    }

    /// Ends the line; what is written next stands below it.
    public func finish() {
        let isOnTerminal = state.withLock { state in
            defer { state.isOnTerminal = false }
            return state.isOnTerminal
        }
        if isOnTerminal { write("\n") }
    }

    private func bar(_ done: Int, _ total: Int, _ text: String) -> String {
        let room = max(10, min(40, columns - TextWidth.of(title) - TextWidth.of(text) - 6))
        let filled = total > 0 ? min(room, room * done / total) : 0
        return
            "\(title) [\(String(repeating: "#", count: filled))\(String(repeating: ".", count: room - filled))] \(text)"
    }
}

/// How much a log line matters; swift-log's levels.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    case trace, debug, info, notice, warning, error, critical

    public static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Where log lines go. Called from any thread; a sink neither blocks for long nor fails.
public protocol LogSink: Sendable {
    /// Whether lines of that level of that label are wanted at all.
    func wants(_ level: LogLevel, from label: String) -> Bool
    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String])
}

/// A module's voice, in the shape of swift-log's `Logger`: a value, handed on by injection, with metadata of its own.
///
/// Bodies, names and addresses of private items, tokens and secrets never go into a message or its metadata.
public struct Logger: Sendable {
    public let label: String
    /// Goes with every line.
    public var metadata: [String: String]
    private let sink: any LogSink

    public init(label: String, sink: any LogSink, metadata: [String: String] = [:]) {
        self.label = label
        self.sink = sink
        self.metadata = metadata
    }

    /// The same sink and metadata under another label.
    public func labelled(_ label: String) -> Logger {
        Logger(label: label, sink: sink, metadata: metadata)
    }

    public func log(_ level: LogLevel, _ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        guard sink.wants(level, from: label) else { return }
        sink.write(level, label, message(), self.metadata.merging(metadata) { _, new in new })
    }

    public func trace(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.trace, message(), metadata)
    }

    public func debug(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.debug, message(), metadata)
    }

    public func info(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.info, message(), metadata)
    }

    public func notice(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.notice, message(), metadata)
    }

    public func warning(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.warning, message(), metadata)
    }

    public func error(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.error, message(), metadata)
    }

    public func critical(_ message: @autoclosure () -> String, _ metadata: [String: String] = [:]) {
        log(.critical, message(), metadata)
    }

    /// Says nothing.
    public static let silent = Logger(label: "", sink: SilentSink())
}

private struct SilentSink: LogSink {
    func wants(_ level: LogLevel, from label: String) -> Bool { false }
    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {}
}

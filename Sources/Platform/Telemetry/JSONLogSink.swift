import CRuntime
import Foundation
public import Runtime

/// Writes a JSON object a line to a file descriptor, by default standard error:
/// `{"time":"2026-11-24T10:00:00.000Z","level":"info","label":"Kafka","message":"…","partition":"3"}`.
///
/// A line goes out in one write, so lines of several threads or processes don't mix while they are below the pipe's 4 KiB.
public struct JSONLogSink: LogSink {
    private let levels: LogLevels
    private let time: any TimeSource
    private let descriptor: Int32

    public init(levels: LogLevels, time: any TimeSource, descriptor: Int32 = 2) {
        self.levels = levels
        self.time = time
        self.descriptor = descriptor
    }

    public func wants(_ level: LogLevel, from label: String) -> Bool {
        levels.includes(level, from: label)
    }

    public func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        var line: [UInt8] = []
        line.reserveCapacity(128 + message.utf8.count)
        line.append(contentsOf: #"{"time":""#.utf8)
        line.append(
            contentsOf: time.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)).utf8)
        line.append(contentsOf: #"","level":""#.utf8)
        line.append(contentsOf: level.rawValue.utf8)
        line.append(contentsOf: #"","label":"#.utf8)
        Self.append(label, to: &line)
        line.append(contentsOf: #","message":"#.utf8)
        Self.append(message, to: &line)
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line.append(UInt8(ascii: ","))
            Self.append(name, to: &line)
            line.append(UInt8(ascii: ":"))
            Self.append(value, to: &line)
        }
        line.append(contentsOf: "}\n".utf8)
        // A log that can't be written has nowhere to say so.
        _ = line.withUnsafeBytes { cruntime_write_all(descriptor, $0.baseAddress, $0.count) }
    }

    /// Appends a JSON string (RFC 8259, 7).
    private static func append(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                line.append(UInt8(ascii: "\\"))
                line.append(byte)
            case UInt8(ascii: "\n"):
                line.append(contentsOf: "\\n".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                line.append(contentsOf: "\\u00".utf8)
                line.append(digits[Int(byte >> 4)])
                line.append(digits[Int(byte & 15)])
            default:
                line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}

/// Which levels are written: one for all labels, and others for single labels. Its text is `info` or
/// `info,Kafka=debug,HTTPClient=trace`.
public struct LogLevels: Sendable, Hashable {
    public var general: LogLevel
    public var byLabel: [String: LogLevel]

    public init(general: LogLevel = .info, byLabel: [String: LogLevel] = [:]) {
        self.general = general
        self.byLabel = byLabel
    }

    /// `nil` where the text names a level that does not exist.
    public init?(_ text: String) {
        self.init()
        for part in text.split(separator: ",") {
            let pieces = part.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix { $0 == " " } }
            guard let level = pieces.last.flatMap({ LogLevel(rawValue: String($0)) }) else { return nil }
            if pieces.count == 1 {
                general = level
            } else {
                byLabel[String(pieces[0])] = level
            }
        }
    }

    public func includes(_ level: LogLevel, from label: String) -> Bool {
        level >= byLabel[label] ?? general
    }
}

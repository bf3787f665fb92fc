import SyncModel
import SyncStore
import Synchronization
import Telemetry

/// What happened in a run, line by line, with the virtual time. The same seed brings the same lines (I13).
final class Trace: LogSink {
    private struct State {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var lines: [String] = []
        var count = 0
        var tellsSecrets = false
    }

    private let time: VirtualTime
    private let isKept: Bool
    private let state = Mutex(State())

    /// - Parameter isKept: whether the lines themselves are wanted, and not their hash alone.
    init(_ time: VirtualTime, isKept: Bool) {
        self.time = time
        self.isKept = isKept
    }

    /// FNV-1a over all lines.
    var hash: UInt64 { state.withLock { $0.hash } }

    var lines: [String] { state.withLock { $0.lines } }

    /// Whether a line had what its owner hides (I10).
    var tellsSecrets: Bool { state.withLock { $0.tellsSecrets } }

    func note(_ text: String) {
        let line = "\(time.uptime / .seconds(1)) \(text)"
        state.withLock { state in
            if Secrecy.isTold(text) { state.tellsSecrets = true }
            for byte in line.utf8 { state.hash = (state.hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            state.count += 1
            if isKept { state.lines.append(line) }
        }
    }

    func wants(_ level: LogLevel, from label: String) -> Bool { level >= .debug }

    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        note("\(label): \(message)\(pairs)")
    }

    /// What a process committed.
    func note(_ name: String, _ mutations: [Mutation], _ outcome: CommitOutcome) {
        note(
            "\(name) commits \(outcome == .committed ? "" : "\(outcome) ")\(mutations.map(Self.words).joined(separator: "; "))"
        )
    }

    private static func words(_ mutation: Mutation) -> String {
        switch mutation {
        case .contactLink(let row):
            "row \(row.id) v\(row.status.version) \(row.status.state) \(row.status.sequence) observed \(row.observed?.hash.description ?? "-") settled \(row.settled?.description ?? "-") \(row.item)\(row.status.check ? " check" : "")\(row.status.intent.map { " intent \($0.action)" } ?? "")"
        case .checkContactLinks(let ids): "check of \(ids.count) rows"
        case .user(let user): "user \(user.code) baseline \(user.baseline)"
        case .beginBaseline(let users, let check): "baselines of \(users.count)\(check ? " check" : "")"
        case .restRows(let user): "rest rows of \(user)"
        case .wakeRows(let user): "wake rows of \(user)"
        case .releaseRows(let user): "release rows of \(user)"
        case .restartRows(let user): "restart rows of \(user)"
        case .hastenRows(let user): "hasten rows of \(user)"
        case .meeting(let row):
            "meeting \(row.id) v\(row.status.version) \(row.status.state) \(row.meeting.activity?.description ?? "-") \(row.meeting.event?.uid.description ?? "-")\(row.meeting.check ? " check" : "")\(row.meeting.intent.map { " intent on \($0.write.side)" } ?? "")"
        case .removeMeeting(let id, let version): "removal of meeting \(id) v\(version)"
        case .checkMeetings(let ids): "check of \(ids.count) meetings"
        case .beginCalendarBaseline(let users, let sides, let check):
            "calendar baselines of \(users.count) from \(sides.map(\.rawValue).sorted())\(check ? " check" : "")"
        case .restMeetings(let user): "rest meetings of \(user)"
        case .wakeMeetings(let user): "wake meetings of \(user)"
        case .releaseMeetings(let user): "release meetings of \(user)"
        case .retryMeetings(let user): "retry meetings of \(user)"
        case .restartMeetings(let user): "restart meetings of \(user)"
        case .hastenMeetings(let user): "hasten meetings of \(user)"
        case .outbox(let draft): "request \(draft.revision) of \(draft.meeting)"
        case .sent(let numbers): "sent \(numbers)"
        case .exchangeCursor(let name, _, let text): "\(name) = \(text)"
        case .unchangedControl(let changes): "control \(changes)"
        case .setting(let name, _, _): "setting \(name)"
        case .intakePosition(_, let partition, let from, let to): "\(partition) \(from?.next ?? -1) to \(to.next)"
        case .published(_, _, let key, let published): "published \(key) \(published.hash?.description ?? "-")"
        case .cursor(let name, let text): "\(name) = \(text)"
        case .journal(let draft): "journal \(draft.item) \(draft.rule) \(draft.action): \(draft.detail)"
        case .hold: "a hold"
        case .deadLetterDecision: "a decision"
        }
    }
}

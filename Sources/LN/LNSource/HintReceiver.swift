import Cryptography
import Foundation
public import HTTPTypes
public import Kafka
public import Runtime
public import SyncEvents
public import SyncModel
public import SyncStore
public import Telemetry

/// `POST /ln/hints`: LN, or ION on its behalf, says what was changed. A hint is answered when `ln.notifications` has it; who holds the
/// readers' leases reads the item anew, so that a hint that comes twice, late or in another order does no harm. Any replica answers.
public struct HintReceiver: Sendable {
    public struct Configuration: Sendable {
        public var names: TopicNames
        /// The company that is read.
        public var company: Company
        /// The bearer token, asked for with each request: one that was replaced is in force at once.
        public var token: @Sendable () throws -> String

        public init(names: TopicNames, company: Company, token: @escaping @Sendable () throws -> String) {
            self.names = names
            self.company = company
            self.token = token
        }
    }

    public static let path = "/ln/hints"
    /// Hints of one request.
    public static let maximumCount = 1000
    /// Bytes of a request's body: `HTTPServer` answers 413 above.
    public static let maximumBody = 512 << 10

    private let configuration: Configuration
    private let producer: any RecordProducer
    private let watch: StoreWatch
    private let time: any TimeSource
    private let randomness: any Randomness
    private let log: Logger
    private let metrics: HintMetrics

    /// - Parameter watch: run by whoever makes this.
    public init(
        _ configuration: Configuration, producer: any RecordProducer, watch: StoreWatch, time: any TimeSource,
        randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        self.configuration = configuration
        self.producer = producer
        self.watch = watch
        self.time = time
        self.randomness = randomness
        self.log = log.labelled("LNSource")
        self.metrics = HintMetrics(metrics)
    }

    /// Answers one request: 202 once the hints are acknowledged, with one line that says what became of them.
    public func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.path == Self.path else { return Self.text(404, "there is POST \(Self.path)") }
        guard request.method == .post else {
            return Self.text(405, "hints are posted", ["Allow": "POST"])
        }
        let token: String
        do {
            token = try configuration.token()
        } catch {
            log.error("the hints' token can't be read; no hint is taken", ["error": "\(error)"])
            return unavailable("the token's file can't be read here: its log says why")
        }
        guard Self.bearer(request).map({ Self.isSame($0, token) }) == true else {
            metrics.refused()
            return Self.text(
                401, "Authorization needs the bearer token of this installation", ["WWW-Authenticate": "Bearer"])
        }
        let hints: [PushedHint]
        do throws(PushedHintError) {
            hints = try PushedHint.read(request.body, company: configuration.company, atMost: Self.maximumCount)
        } catch {
            metrics.refused()
            return Self.text(error.isTooMany ? 413 : 400, error.description)
        }
        guard let switches = Switches(watch.snapshot) else {
            return unavailable("LN's settings are not read yet")
        }
        return await take(hints, switches)
    }

    // MARK: Taking

    /// What LN's settings, and ours, say of pushes (SET-4).
    private struct Switches {
        let activities: Bool
        let contacts: Bool

        /// `nil` where they are not known yet.
        init?(_ snapshot: StoreSnapshot) {
            guard let settings = snapshot.syncSettings, let parameters = snapshot.comParameters else { return nil }
            activities = settings.isPushEnabled && parameters.synchronizeActivities
            contacts = snapshot.policy(ContactHintPolicy.self) == .take && parameters.synchronizeContacts
        }
    }

    private func take(_ hints: [PushedHint], _ switches: Switches) async -> HTTPResponse {
        let activities = switches.activities ? hints.filter { $0.entity == .activity } : []
        let contacts = switches.contacts ? hints.filter { $0.entity == .contact } : []
        var records: [ProducerRecord] = []
        do {
            for piece in activities.pieces(of: Self.recordSize) {
                let codes = Set(piece.map { ActivityCode($0.key) }).sorted()
                records.append(
                    try record(
                        Hint(activitiesOf: configuration.company, action: .activities, codes, by: "LN"), piece))
            }
            // Contacts are pulled; one that was deleted no pull finds.
            let deleted = contacts.filter(\.isDeletion)
            if contacts.count > deleted.count {
                records.append(
                    try record(Hint(company: configuration.company, action: .pull, by: "LN"), contacts))
            }
            for piece in deleted.pieces(of: Self.recordSize) {
                var hint = Hint(company: configuration.company, action: .contacts, by: "LN")
                hint.contacts = Set(piece.map { ContactCode($0.key) }).sorted()
                records.append(try record(hint, piece))
            }
        } catch {
            return unavailable("a hint can't be written: \(error)")
        }
        if !records.isEmpty {
            for case .failure(let error) in await producer.send(records) {
                log.warning("hints were not taken by Kafka; LN is asked to send them again", ["error": error.message])
                return unavailable("Kafka does not take them at the moment")
            }
        }
        let taken = activities.count + contacts.count
        metrics.received(taken: taken, ignored: hints.count - taken)
        return Self.text(202, Self.words(taken, ignored: hints.count - taken))
    }

    /// Keys of one record.
    private static let recordSize = 200

    /// A message that comes twice has the same `ce_id`.
    private func record(_ hint: Hint, _ hints: [PushedHint]) throws -> ProducerRecord {
        let messages = hints.compactMap(\.messageID)
        let id =
            messages.count == hints.count
            ? UUID(
                version5: "hint/\(hint.key)/\(hint.action)/\(messages.joined(separator: "/"))", in: Identity.namespace)
            : UUID(version5: "hint/\(randomness.next())/\(randomness.next())", in: Identity.namespace)
        let envelope = Envelope(
            id: id.uuidString.lowercased(), source: "ln/\(configuration.company)/push", type: .hint, time: time.now,
            subject: hint.key, trace: TraceContext(randomness).description)
        return ProducerRecord(
            topic: configuration.names.name(of: .lnNotifications), key: Array(hint.key.utf8),
            value: Array(try EventData.encode(hint)), headers: envelope.headers.map { RecordHeader($0.name, $0.value) },
            timestamp: envelope.time)
    }

    // MARK: Answers

    private static func words(_ taken: Int, ignored: Int) -> String {
        let hints = "\(taken) hint\(taken == 1 ? "" : "s") taken"
        return ignored == 0
            ? hints
            : "\(hints), \(ignored) counted only: Enable push synchronization (ttaad2140m000), the COM parameter or the setting contactHints is off"
    }

    private func unavailable(_ why: String) -> HTTPResponse {
        metrics.failed()
        return Self.text(503, "\(why): send the hints again", ["Retry-After": "2"])
    }

    private static func text(_ status: Int, _ line: String, _ fields: HTTPFields = [:]) -> HTTPResponse {
        var fields = fields
        fields.append("Content-Type", "text/plain; charset=utf-8")
        return HTTPResponse(status: status, headerFields: fields, body: Data("\(line)\n".utf8))
    }

    private static func bearer(_ request: HTTPRequest) -> String? {
        guard let parts = request.headerFields["Authorization"]?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
    }

    /// Takes as long for every token, whatever of it is right.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        SHA256.hex(Data(one.utf8)) == SHA256.hex(Data(other.utf8))
    }
}

/// What becomes of pushed hints.
private struct HintMetrics: Sendable {
    private let taken: Counter
    private let ignored: Counter
    private let refusals: Counter
    private let failures: Counter

    init(_ metrics: Metrics) {
        func counter(_ outcome: String) -> Counter {
            metrics.counter(
                "hints_received_total", "Hints that LN pushed, and requests that were refused, by what became of them.",
                [("outcome", outcome)])
        }
        taken = counter("taken")
        ignored = counter("counted only")
        refusals = counter("refused")
        failures = counter("unavailable")
    }

    func received(taken: Int, ignored: Int) {
        self.taken.increment(by: taken)
        self.ignored.increment(by: ignored)
    }

    func refused() { refusals.increment() }
    func failed() { failures.increment() }
}

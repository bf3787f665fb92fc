import CRDKafka
import CRuntime
import Dispatch
import Foundation
import Synchronization
import Telemetry

/// Writes a client's outages to the log, and looks for their end on a thread of its own while one lasts: librdkafka says when a
/// connection is lost, not when it is back.
final class OutageWatch: Sendable {
    /// Unchecked: librdkafka's handles may be used from any thread.
    private struct Client: @unchecked Sendable {
        let handle: OpaquePointer
    }

    private struct State {
        var outage = BrokerOutage()
        /// `nil` before the client is made, and when it is to be destroyed.
        var client: Client?
        var isWatching = false
    }

    private let log: Logger
    private let state = Mutex(State())
    private let watching = DispatchGroup()
    private let ending = DispatchSemaphore(value: 0)

    /// How long a question may take, and the pause after it; who closes a client waits so long at most.
    private static let patience: Duration = .milliseconds(250)

    init(log: Logger) {
        self.log = log
    }

    /// Whether a line of librdkafka's says that a broker can't be reached.
    static func isTrouble(facility: String, _ level: LogLevel) -> Bool {
        facility == "REQTMOUT" || facility == "FAIL" && level >= .warning
    }

    /// The client is made: from now on it may be asked.
    func open(_ handle: OpaquePointer) {
        state.withLock { $0.client = Client(handle: handle) }
        watch()
    }

    /// Returns when nobody uses the client's handle any more.
    func close() {
        state.withLock { $0.client = nil }
        ending.signal()
        watching.wait()
    }

    /// On any thread of librdkafka's.
    func note(_ text: String, _ metadata: [String: String]) {
        let word = state.withLock { $0.outage.trouble(.now) }
        switch word {
        case nil: break
        case .begins: log.warning("a broker can't be reached; it is tried until it can", details(text, metadata))
        case .lasts(let duration, let unsaid):
            var metadata = details(text, metadata)
            metadata["since"] = Self.seconds(duration)
            metadata["unsaid"] = String(unsaid)
            log.warning("a broker still can't be reached", metadata)
        }
        watch()
    }

    private func details(_ text: String, _ metadata: [String: String]) -> [String: String] {
        metadata.merging(["error": text]) { _, new in new }
    }

    private static func seconds(_ duration: Duration) -> String { "\(duration.components.seconds) s" }

    private func watch() {
        let client = state.withLock { state -> Client? in
            guard state.outage.isUnderWay, !state.isWatching, let client = state.client else { return nil }
            state.isWatching = true
            // Before close can see that nobody watches.
            watching.enter()
            return client
        }
        guard let client else { return }
        Thread.detachNewThread {
            cruntime_name_thread("kafka-outage")
            self.waitForEnd(client.handle)
            self.watching.leave()
        }
    }

    private func waitForEnd(_ handle: OpaquePointer) {
        let milliseconds = Int32(Self.patience / .milliseconds(1))
        while state.withLock({ $0.client != nil }) {
            var metadata: UnsafePointer<rd_kafka_metadata>?
            if rd_kafka_metadata(handle, 0, nil, &metadata, milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR {
                rd_kafka_metadata_destroy(metadata)
                break
            }
            _ = ending.wait(timeout: .now() + .milliseconds(Int(milliseconds)))
        }
        let lasted = state.withLock { state -> Duration? in
            state.isWatching = false
            return state.client == nil ? nil : state.outage.end(.now)
        }
        if let lasted { log.notice("the brokers answer again", ["after": Self.seconds(lasted)]) }
    }
}

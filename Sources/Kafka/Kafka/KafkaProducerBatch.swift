import CRDKafka
import Synchronization

/// The records of one `send` on their way: what became of each, and who waits for the last of them.
final class ProducerBatch: Sendable {
    /// What became of one record.
    struct Outcome {
        var error: rd_kafka_resp_err_t
        var partition: Int32
        var offset: Int64
    }

    private struct State {
        var outcomes: [Outcome]
        var unsettled: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    /// A record's token is its batch's number and, in the lowest bits, its place in the batch.
    static let placeBits: UInt64 = 24

    init(count: Int) {
        // What holds where no report comes before the producer ends.
        let open = Outcome(error: RD_KAFKA_RESP_ERR__DESTROY, partition: RD_KAFKA_PARTITION_UA, offset: -1)
        state = Mutex(State(outcomes: Array(repeating: open, count: count), unsettled: count))
    }

    /// Takes the delivery reports of some of its records. True with the last of them.
    func settle(_ reports: Slice<UnsafeBufferPointer<crdkafka_report>>) -> Bool {
        settle(reports.count) { outcomes in
            for report in reports {
                let place = Int(report.token & (1 << Self.placeBits - 1))
                outcomes[place] = Outcome(error: report.error, partition: report.partition, offset: report.offset)
            }
        }
    }

    /// Notes records that were never queued. True with the last of the batch's.
    func refuse(_ refused: [(place: Int, error: rd_kafka_resp_err_t)]) -> Bool {
        settle(refused.count) { outcomes in
            for (place, error) in refused { outcomes[place].error = error }
        }
    }

    /// Gives up on all that have not been settled.
    func abandon() {
        _ = settle(.max) { _ in }
    }

    /// Returns once all records are settled.
    func wait() async -> [Outcome] {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.unsettled > 0 { state.waiter = continuation }
                return state.unsettled == 0
            }
            if isSettled { continuation.resume() }
        }
        return state.withLock { $0.outcomes }
    }

    private func settle(_ count: Int, _ note: (inout [Outcome]) -> Void) -> Bool {
        let (isLast, waiter) = state.withLock { state in
            note(&state.outcomes)
            state.unsettled -= min(count, state.unsettled)
            return (state.unsettled == 0, state.unsettled == 0 ? state.waiter.take() : nil)
        }
        waiter?.resume()
        return isLast
    }
}

import CRDKafka
import Telemetry

extension ConsumerThread {
    /// Leaves the group and frees the handle. librdkafka may hang in each step (pull requests 4187 and 4527, issue 4312), so
    /// each has a deadline; who closes waits no longer than his, whatever this thread still waits for.
    func close() {
        let deadline = exchange.closing ?? .now
        if hasGroup {
            // To unsubscribe and wait for the revocation first keeps librdkafka from closing in the middle of a rebalance.
            let error = rd_kafka_unsubscribe(client.handle)
            if error != RD_KAFKA_RESP_ERR_NO_ERROR { log.debug("\(KafkaError(error, "unsubscribing").message)") }
            if isRevoking { giveBack() }
            let half = ContinuousClock.now + (deadline - .now) / 2
            discard(until: half) { given.isEmpty }
        }
        giveBack()
        if let error = rd_kafka_consumer_close_queue(client.handle, queue) {
            log.debug("\(KafkaError(consuming: error, "closing the consumer").message)")
        } else {
            discard(until: deadline) { rd_kafka_consumer_closed(client.handle) != 0 }
        }
        let isClosed = rd_kafka_consumer_closed(client.handle) != 0
        if !isClosed { log.warning("the consumer could not leave its group in time: the group notices by itself") }
        for (_, reply) in commits { reply.fail(ConsumerExchange.closed) }
        commits = [:]
        rd_kafka_queue_cb_event_enable(queue, nil, nil)
        rd_kafka_queue_cb_event_enable(commitResults, nil, nil)
        rd_kafka_queue_destroy(queue)
        rd_kafka_queue_destroy(commitResults)
        queries.waitForEnd()
        client.destroy(flags: isClosed ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        exchange.ended()
    }

    /// Serves the queue and throws its records away until `isDone` or the deadline.
    private func discard(until deadline: ContinuousClock.Instant, _ isDone: () -> Bool) {
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: 64)
        defer { messages.deallocate() }
        while !isDone(), .now < deadline {
            let count = rd_kafka_consume_batch_queue(queue, 20, messages, 64)
            if count > 0 { crdkafka_destroy_messages(messages, count) }
            // Revocations are answered here: nobody reads any more.
            takeNotes()
        }
    }
}

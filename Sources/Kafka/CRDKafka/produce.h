// Handing over and taking back many records with one crossing between Swift and C.
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

/// A header in the bytes of its batch.
struct crdkafka_header {
    /// Where its name starts, which ends with a 0.
    size_t name;
    size_t value;
    /// -1: a null value.
    ssize_t value_size;
};

/// A record in the bytes of its batch.
struct crdkafka_record {
    /// NULL: the record is passed over.
    rd_kafka_topic_t *topic;
    /// Comes back with the record's delivery report.
    uint64_t token;
    /// Milliseconds since 1970; 0 for now.
    int64_t timestamp;
    size_t key;
    /// -1: a null key.
    ssize_t key_size;
    size_t value;
    /// -1: a null value.
    ssize_t value_size;
    /// Of the batch's headers: the first one's place and how many.
    size_t first_header;
    size_t header_count;
    int32_t partition;
    /// Set where librdkafka did not take the record; no delivery report comes then.
    rd_kafka_resp_err_t error;
};

/// Fields of a record: topic, partition, flags, timestamp, token, key, value, headers.
#define CRDKAFKA_FIELDS 8

/// Queues records in their order, copying all bytes. Returns how many are done with, taken or refused: less than `count` where
/// the queue is full.
///
/// The headers are one list, which stays ours where a record is refused. Given one by one, librdkafka before 2.12.0 (pull request
/// 4628; seen with 2.0.2) frees them twice where the topic or the partition turns out not to exist.
static inline size_t crdkafka_produce(rd_kafka_t *client, const char *bytes, struct crdkafka_record *records, size_t count,
                                      const struct crdkafka_header *headers) {
    rd_kafka_vu_t fields[CRDKAFKA_FIELDS];
    for (size_t i = 0; i < count; i++) {
        struct crdkafka_record *record = &records[i];
        if (record->topic == NULL) continue;
        rd_kafka_vu_t *field = fields;
        field->vtype = RD_KAFKA_VTYPE_RKT;
        (field++)->u.rkt = record->topic;
        field->vtype = RD_KAFKA_VTYPE_PARTITION;
        (field++)->u.i32 = record->partition;
        field->vtype = RD_KAFKA_VTYPE_MSGFLAGS;
        (field++)->u.i = RD_KAFKA_MSG_F_COPY;
        field->vtype = RD_KAFKA_VTYPE_TIMESTAMP;
        (field++)->u.i64 = record->timestamp;
        field->vtype = RD_KAFKA_VTYPE_OPAQUE;
        (field++)->u.ptr = (void *)(uintptr_t)record->token;
        // With neither, librdkafka's own default is a null.
        if (record->key_size >= 0) {
            field->vtype = RD_KAFKA_VTYPE_KEY;
            field->u.mem.ptr = (void *)(bytes + record->key);
            (field++)->u.mem.size = (size_t)record->key_size;
        }
        if (record->value_size >= 0) {
            field->vtype = RD_KAFKA_VTYPE_VALUE;
            field->u.mem.ptr = (void *)(bytes + record->value);
            (field++)->u.mem.size = (size_t)record->value_size;
        }
        rd_kafka_headers_t *list = record->header_count > 0 ? rd_kafka_headers_new(record->header_count) : NULL;
        for (size_t h = 0; h < record->header_count; h++) {
            const struct crdkafka_header *header = &headers[record->first_header + h];
            rd_kafka_header_add(list, bytes + header->name, -1, header->value_size < 0 ? NULL : bytes + header->value,
                                header->value_size < 0 ? 0 : header->value_size);
        }
        if (list != NULL) {
            field->vtype = RD_KAFKA_VTYPE_HEADERS;
            (field++)->u.headers = list;
        }
        rd_kafka_error_t *error = rd_kafka_produceva(client, fields, (size_t)(field - fields));
        if (error == NULL) continue;
        if (list != NULL) rd_kafka_headers_destroy(list);
        rd_kafka_resp_err_t code = rd_kafka_error_code(error);
        rd_kafka_error_destroy(error);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return i;
        record->error = code;
    }
    return count;
}

/// What became of a queued record.
struct crdkafka_report {
    uint64_t token;
    /// Negative where it is unknown.
    int64_t offset;
    int32_t partition;
    rd_kafka_resp_err_t error;
};

/// Takes up to `capacity` reports of an event of delivery reports, and returns how many; 0 once all are taken.
static inline size_t crdkafka_take_reports(rd_kafka_event_t *event, struct crdkafka_report *reports, size_t capacity) {
    size_t count = 0;
    const rd_kafka_message_t *message;
    while (count < capacity && (message = rd_kafka_event_message_next(event)) != NULL) {
        struct crdkafka_report *report = &reports[count++];
        report->token = (uint64_t)(uintptr_t)message->_private;
        report->offset = message->offset;
        report->partition = message->partition;
        report->error = message->err;
    }
    return count;
}

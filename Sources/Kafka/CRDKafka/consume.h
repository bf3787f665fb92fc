// Copying what many records hold with one crossing between Swift and C.
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <string.h>

/// A piece of a block of bytes.
struct crdkafka_place {
    uint32_t start;
    /// -1: there is none.
    int32_t count;
};

/// Where a header stands in the block of its batch.
struct crdkafka_header_place {
    struct crdkafka_place name;
    struct crdkafka_place value;
};

/// Where a record stands in the block of its batch.
struct crdkafka_record_place {
    int64_t offset;
    /// Milliseconds since 1970; -1 where it has none.
    int64_t timestamp;
    struct crdkafka_place key;
    struct crdkafka_place value;
    uint32_t first_header;
    uint32_t header_count;
};

/// How many of the first messages are records, one after the other, of the first one's partition.
static inline size_t crdkafka_run(rd_kafka_message_t *const *messages, size_t count) {
    size_t length = 0;
    while (length < count && messages[length]->err == RD_KAFKA_RESP_ERR_NO_ERROR && messages[length]->rkt == messages[0]->rkt &&
           messages[length]->partition == messages[0]->partition)
        length++;
    return length;
}

/// The bytes that keys, values, header names and header values of these messages take, and the number of their headers.
static inline size_t crdkafka_measure(rd_kafka_message_t *const *messages, size_t count, size_t *header_count) {
    size_t bytes = 0;
    *header_count = 0;
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_message_t *message = messages[i];
        bytes += (message->key ? message->key_len : 0) + (message->payload ? message->len : 0);
        rd_kafka_headers_t *headers;
        if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        const char *name;
        const void *value;
        size_t size, index = 0;
        while (rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            bytes += strlen(name) + (value ? size : 0);
            index++;
        }
        *header_count += index;
    }
    return bytes;
}

static inline struct crdkafka_place crdkafka_put(char *block, size_t *used, const void *bytes, size_t count) {
    struct crdkafka_place place = {(uint32_t)*used, -1};
    if (bytes == NULL) return place;
    memcpy(block + *used, bytes, count);
    *used += count;
    place.count = (int32_t)count;
    return place;
}

/// Copies what `crdkafka_measure` measured into `block`, and says where it stands.
static inline void crdkafka_copy(rd_kafka_message_t *const *messages, size_t count, char *block,
                                 struct crdkafka_record_place *records, struct crdkafka_header_place *header_places) {
    size_t used = 0;
    uint32_t next_header = 0;
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_message_t *message = messages[i];
        struct crdkafka_record_place *record = &records[i];
        rd_kafka_timestamp_type_t type;
        record->offset = message->offset;
        record->timestamp = rd_kafka_message_timestamp(message, &type);
        record->key = crdkafka_put(block, &used, message->key, message->key_len);
        record->value = crdkafka_put(block, &used, message->payload, message->len);
        record->first_header = next_header;
        rd_kafka_headers_t *headers;
        if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            const char *name;
            const void *value;
            size_t size, index = 0;
            while (rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR) {
                struct crdkafka_header_place *place = &header_places[next_header++];
                place->name = crdkafka_put(block, &used, name, strlen(name));
                place->value = crdkafka_put(block, &used, value, size);
                index++;
            }
        }
        record->header_count = next_header - record->first_header;
    }
}

/// Gives messages back.
static inline void crdkafka_destroy_messages(rd_kafka_message_t *const *messages, size_t count) {
    for (size_t i = 0; i < count; i++) rd_kafka_message_destroy(messages[i]);
}

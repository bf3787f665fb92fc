// Copying what many records hold with one crossing between Swift and C.
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdlib.h>
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

/// Bytes and headers of the records of a batch, while they are copied. It grows, and is used again for the next batch.
struct crdkafka_space {
    char *bytes;
    size_t byte_count;
    size_t byte_capacity;
    struct crdkafka_header_place *headers;
    size_t header_count;
    size_t header_capacity;
};

static inline void crdkafka_space_free(struct crdkafka_space *space) {
    free(space->bytes);
    free(space->headers);
}

static inline void *crdkafka_grown(void *memory, size_t *capacity, size_t needed, size_t size) {
    if (needed <= *capacity) return memory;
    *capacity = needed + needed / 2;
    memory = realloc(memory, *capacity * size);
    // As librdkafka does, and Swift.
    if (memory == NULL) abort();
    return memory;
}

static inline struct crdkafka_place crdkafka_put(struct crdkafka_space *space, const void *bytes, size_t count) {
    struct crdkafka_place place = {(uint32_t)space->byte_count, -1};
    if (bytes == NULL) return place;
    space->bytes = (char *)crdkafka_grown(space->bytes, &space->byte_capacity, space->byte_count + count, 1);
    memcpy(space->bytes + space->byte_count, bytes, count);
    space->byte_count += count;
    place.count = (int32_t)count;
    return place;
}

static inline void crdkafka_put_headers(struct crdkafka_space *space, rd_kafka_headers_t *headers) {
    const char *name;
    const void *value;
    size_t size, index = 0;
    while (rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        space->headers = (struct crdkafka_header_place *)crdkafka_grown(space->headers, &space->header_capacity,
                                                                        space->header_count + 1, sizeof *space->headers);
        struct crdkafka_header_place place = {crdkafka_put(space, name, strlen(name)), crdkafka_put(space, value, size)};
        space->headers[space->header_count++] = place;
        index++;
    }
}

/// Copies what messages hold, none of them an error, into an emptied space, says where each record stands, and gives the messages
/// back: each at once, for the memory of its parsed headers is then there for the next one's.
static inline void crdkafka_take(rd_kafka_message_t *const *messages, size_t count, struct crdkafka_space *space,
                                 struct crdkafka_record_place *records) {
    space->byte_count = 0;
    space->header_count = 0;
    for (size_t i = 0; i < count; i++) {
        rd_kafka_message_t *message = messages[i];
        struct crdkafka_record_place *record = &records[i];
        rd_kafka_timestamp_type_t type;
        record->offset = message->offset;
        record->timestamp = rd_kafka_message_timestamp(message, &type);
        record->key = crdkafka_put(space, message->key, message->key_len);
        record->value = crdkafka_put(space, message->payload, message->len);
        record->first_header = (uint32_t)space->header_count;
        rd_kafka_headers_t *headers;
        if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) crdkafka_put_headers(space, headers);
        record->header_count = (uint32_t)space->header_count - record->first_header;
        rd_kafka_message_destroy(message);
    }
}

/// Gives messages back.
static inline void crdkafka_destroy_messages(rd_kafka_message_t *const *messages, size_t count) {
    for (size_t i = 0; i < count; i++) rd_kafka_message_destroy(messages[i]);
}

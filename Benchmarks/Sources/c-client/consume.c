#include "client.h"

#include <CWorkload.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 512, HEADERS = 32 };

struct bytes {
    const char *start;
    size_t count;
};

/// A record that outlives librdkafka's message: key, value, names and values of headers behind it, in one piece of memory.
struct record {
    struct bytes key, value;
    size_t header_count;
    struct {
        struct bytes name, value;
    } headers[];
};

static struct bytes put(char **end, const void *bytes, size_t count) {
    struct bytes copy = {*end, count};
    if (count > 0) memcpy(*end, bytes, count);
    *end += count;
    return copy;
}

static struct record *copied(const rd_kafka_message_t *message) {
    struct bytes names[HEADERS], values[HEADERS];
    size_t headers = 0, size = message->key_len + message->len;
    rd_kafka_headers_t *list;
    if (rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const void *value;
        while (headers < HEADERS && rd_kafka_header_get_all(list, headers, &names[headers].start, &value, &values[headers].count) ==
                                        RD_KAFKA_RESP_ERR_NO_ERROR) {
            names[headers].count = strlen(names[headers].start);
            values[headers].start = value;
            size += names[headers].count + values[headers].count;
            headers++;
        }
    }
    struct record *record = malloc(sizeof *record + headers * sizeof record->headers[0] + size);
    char *end = (char *)&record->headers[headers];
    record->key = put(&end, message->key, message->key_len);
    record->value = put(&end, message->payload, message->len);
    record->header_count = headers;
    for (size_t h = 0; h < headers; h++) {
        record->headers[h].name = put(&end, names[h].start, names[h].count);
        record->headers[h].value = put(&end, values[h].start, values[h].count);
    }
    return record;
}

static rd_kafka_t *consumer(const struct task *task) {
    char why[512];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, task->conf, why, sizeof why);
    if (client == NULL) give_up("no consumer", why);
    rd_kafka_poll_set_consumer(client);
    return client;
}

/// The connection is there before the clock starts.
static void warm_up(rd_kafka_t *client, const struct task *task) {
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, task->topic, NULL);
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, topic, &metadata, 10000);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) give_up("no metadata", rd_kafka_err2str(error));
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(topic);
}

static void assign_all(rd_kafka_t *client, const struct task *task) {
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(task->partitions);
    for (int i = 0; i < task->partitions; i++)
        rd_kafka_topic_partition_list_add(partitions, task->topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t error = rd_kafka_assign(client, partitions);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) give_up("the partitions can't be assigned", rd_kafka_err2str(error));
    rd_kafka_topic_partition_list_destroy(partitions);
}

void consume(const struct task *task) {
    rd_kafka_t *client = consumer(task);
    warm_up(client, task);
    double cpu = workload_cpu_seconds(), wall = workload_wall_seconds();
    assign_all(client, task);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(client);
    rd_kafka_message_t *messages[BATCH];
    struct record *records[BATCH];
    long count = 0;
    size_t bytes = 0;
    while (count < task->count) {
        ssize_t arrived = rd_kafka_consume_batch_queue(queue, 100, messages, BATCH);
        size_t kept = 0;
        for (ssize_t i = 0; i < arrived; i++) {
            if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) records[kept++] = copied(messages[i]);
            rd_kafka_message_destroy(messages[i]);
        }
        for (size_t i = 0; i < kept; i++) {
            bytes += records[i]->key.count + records[i]->value.count + (unsigned char)records[i]->value.start[0];
            free(records[i]);
        }
        count += (long)kept;
    }
    if (bytes == 0) give_up("the records", "they are empty");
    workload_print(count, workload_cpu_seconds() - cpu, workload_wall_seconds() - wall, 0);
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
}

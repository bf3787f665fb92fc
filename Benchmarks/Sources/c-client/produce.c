#include "client.h"

#include <CWorkload.h>
#include <stdlib.h>
#include <string.h>

struct record {
    char value[WORKLOAD_VALUE_SIZE];
    char key[WORKLOAD_TEXT_SIZE];
    char headers[WORKLOAD_HEADERS][WORKLOAD_TEXT_SIZE];
};

static struct record records[WORKLOAD_RECORDS];
static long delivered;

static void report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) give_up("a record was not delivered", rd_kafka_err2str(message->err));
    delivered++;
}

static rd_kafka_t *producer(rd_kafka_conf_t *conf) {
    for (unsigned i = 0; i < WORKLOAD_RECORDS; i++) {
        workload_value(i, records[i].value);
        workload_key(i, records[i].key);
        for (unsigned h = 0; h < WORKLOAD_HEADERS; h++) workload_header_value(i, h, records[i].headers[h]);
    }
    rd_kafka_conf_set_dr_msg_cb(conf, report);
    char why[512];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (client == NULL) give_up("no producer", why);
    return client;
}

static rd_kafka_resp_err_t enqueue(rd_kafka_t *client, rd_kafka_topic_t *topic, int partition, const struct record *record) {
#define HEADER(n) RD_KAFKA_V_HEADER(workload_header_name(n), record->headers[n], strlen(record->headers[n]))
    return rd_kafka_producev(client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(record->key, strlen(record->key)),
                             RD_KAFKA_V_VALUE((void *)record->value, sizeof record->value), HEADER(0), HEADER(1), HEADER(2),
                             HEADER(3), HEADER(4), HEADER(5), RD_KAFKA_V_END);
}

static void send_one(rd_kafka_t *client, rd_kafka_topic_t *topic, int partition, long number) {
    rd_kafka_resp_err_t error;
    while ((error = enqueue(client, topic, partition, &records[number % WORKLOAD_RECORDS])) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(client, 10);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) give_up("a record was refused", rd_kafka_err2str(error));
}

/// The connection, the producer's id and the topic's leaders are there before the clock starts.
static void warm_up(rd_kafka_t *client, rd_kafka_topic_t *topic) {
    send_one(client, topic, 0, 0);
    while (delivered < 1) rd_kafka_poll(client, 100);
    delivered = 0;
}

void produce(const struct task *task, int spread) {
    rd_kafka_t *client = producer(task->conf);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, task->topic, NULL);
    // What is filled has exactly as many records as it was asked for.
    if (!spread) warm_up(client, topic);
    double cpu = workload_cpu_seconds(), wall = workload_wall_seconds();
    for (long i = 0; i < task->count; i++) {
        send_one(client, topic, spread ? (int)(i % task->partitions) : RD_KAFKA_PARTITION_UA, i);
        if (i % 64 == 0) rd_kafka_poll(client, 0);
    }
    while (delivered < task->count) rd_kafka_poll(client, 100);
    workload_print(task->count, workload_cpu_seconds() - cpu, workload_wall_seconds() - wall, 0);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
}

static int ascending(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

void await_each(const struct task *task) {
    rd_kafka_t *client = producer(task->conf);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, task->topic, NULL);
    warm_up(client, topic);
    double *times = calloc((size_t)task->count, sizeof *times);
    double cpu = workload_cpu_seconds(), wall = workload_wall_seconds();
    for (long i = 0; i < task->count; i++) {
        double start = workload_wall_seconds();
        send_one(client, topic, RD_KAFKA_PARTITION_UA, i);
        while (delivered <= i) rd_kafka_poll(client, 1000);
        times[i] = workload_wall_seconds() - start;
    }
    cpu = workload_cpu_seconds() - cpu, wall = workload_wall_seconds() - wall;
    qsort(times, (size_t)task->count, sizeof *times, ascending);
    workload_print(task->count, cpu, wall, times[task->count / 2] * 1000);
    free(times);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
}

// The baseline: librdkafka as a program in C uses it, with the same properties as ours.
#pragma once

#include <librdkafka/rdkafka.h>

/// What the command line says.
struct task {
    const char *topic;
    /// Of the topic.
    int partitions;
    long count;
    /// Owned by whoever makes a client of it.
    rd_kafka_conf_t *conf;
};

/// Sends `count` records and waits for all acknowledgements. With `spread` the partitions take turns; else keys choose.
void produce(const struct task *task, int spread);

/// Reads `count` records from the start of all partitions, and owns a copy of each one's key, value and headers.
void consume(const struct task *task);

/// Sends `count` records, one after the acknowledgement of the other.
void await_each(const struct task *task);

/// Says what is wrong, and ends the program.
void give_up(const char *what, const char *why) __attribute__((noreturn));

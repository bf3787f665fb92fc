// What the clients in C and in Swift must have in common: the records, and the clocks.
#pragma once

#include <stddef.h>

enum {
    /// Different records that a client sends in turn. They exist before the clock starts.
    WORKLOAD_RECORDS = 1000,
    WORKLOAD_VALUE_SIZE = 512,
    WORKLOAD_HEADERS = 6,
    /// Room for a key or a header's value, with the 0 at its end.
    WORKLOAD_TEXT_SIZE = 64,
};

/// A record's value: letters that compress as little as names and numbers do.
void workload_value(unsigned record, char value[WORKLOAD_VALUE_SIZE]);

/// A record's key: an id of 36 letters.
void workload_key(unsigned record, char key[WORKLOAD_TEXT_SIZE]);

/// The name of a header, as CloudEvents has them.
const char *workload_header_name(unsigned header);

void workload_header_value(unsigned record, unsigned header, char value[WORKLOAD_TEXT_SIZE]);

/// Seconds of CPU that this process has used, all its threads, in the kernel too.
double workload_cpu_seconds(void);

/// Seconds of a clock that only goes forward.
double workload_wall_seconds(void);

/// Prints what a client has measured, as the driver reads it. A `p50` of 0: not measured.
void workload_print(long records, double cpu_seconds, double wall_seconds, double p50_milliseconds);

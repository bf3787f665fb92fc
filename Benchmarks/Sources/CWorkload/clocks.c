#define _GNU_SOURCE
#include "CWorkload.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

double workload_cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double workload_wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void workload_print(long records, double cpu_seconds, double wall_seconds, double p50_milliseconds) {
    printf("{\"records\":%ld,\"cpu\":%.6f,\"wall\":%.6f,\"p50\":%.6f}\n", records, cpu_seconds, wall_seconds, p50_milliseconds);
    fflush(stdout);
}

#include "CWorkload.h"

#include <stdint.h>
#include <stdio.h>

static uint64_t mixed(uint64_t number) {
    number += 0x9E3779B97F4A7C15u;
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9u;
    number = (number ^ (number >> 27)) * 0x94D049BB133111EBu;
    return number ^ (number >> 31);
}

void workload_value(unsigned record, char value[WORKLOAD_VALUE_SIZE]) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \"";
    for (unsigned i = 0; i < WORKLOAD_VALUE_SIZE; i++) value[i] = letters[mixed((uint64_t)record << 32 | i) % 64];
}

void workload_key(unsigned record, char key[WORKLOAD_TEXT_SIZE]) {
    uint64_t one = mixed(record), other = mixed(one);
    snprintf(key, WORKLOAD_TEXT_SIZE, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(one >> 32), (unsigned)(one >> 16) & 0xFFFF,
             (unsigned)one & 0xFFFF, (unsigned)(other >> 48), (unsigned long long)(other & 0xFFFFFFFFFFFFu));
}

const char *workload_header_name(unsigned header) {
    static const char *const names[WORKLOAD_HEADERS] = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"};
    return names[header];
}

void workload_header_value(unsigned record, unsigned header, char value[WORKLOAD_TEXT_SIZE]) {
    switch (header) {
    case 0: snprintf(value, WORKLOAD_TEXT_SIZE, "1.0"); break;
    case 1: workload_key(record + WORKLOAD_RECORDS, value); break;
    case 2: snprintf(value, WORKLOAD_TEXT_SIZE, "ln/1300/contact"); break;
    case 3: snprintf(value, WORKLOAD_TEXT_SIZE, "ln.contact.changed.v1"); break;
    case 4: snprintf(value, WORKLOAD_TEXT_SIZE, "2026-11-25T09:30:%02u.%03uZ", record % 60, record % 1000); break;
    default: snprintf(value, WORKLOAD_TEXT_SIZE, "1300/C%08u", record); break;
    }
}

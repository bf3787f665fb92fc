#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void give_up(const char *what, const char *why) {
    fprintf(stderr, "c-client: %s: %s\n", what, why);
    exit(1);
}

/// c-client WHAT TOPIC PARTITIONS COUNT property=value …
int main(int argc, char **argv) {
    if (argc < 5) give_up("usage", "c-client fill|produce|consume|await TOPIC PARTITIONS COUNT property=value …");
    struct task task = {argv[2], atoi(argv[3]), atol(argv[4]), rd_kafka_conf_new()};
    for (int i = 5; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        char why[512];
        if (value == NULL) give_up(argv[i], "expected property=value");
        *value++ = 0;
        if (rd_kafka_conf_set(task.conf, argv[i], value, why, sizeof why) != RD_KAFKA_CONF_OK) give_up(argv[i], why);
    }
    if (strcmp(argv[1], "fill") == 0)
        produce(&task, 1);
    else if (strcmp(argv[1], "produce") == 0)
        produce(&task, 0);
    else if (strcmp(argv[1], "consume") == 0)
        consume(&task);
    else if (strcmp(argv[1], "await") == 0)
        await_each(&task);
    else
        give_up(argv[1], "expected fill, produce, consume or await");
    return 0;
}

#define _GNU_SOURCE
#include "CFixedPort.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static _Thread_local uint16_t wanted_port;
static _Thread_local int outcome;

void cfixedport_begin(uint16_t port) {
    wanted_port = port;
    outcome = -1;
}

int cfixedport_end(void) {
    wanted_port = 0;
    return outcome;
}

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

__attribute__((visibility("default"))) int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
    bind_function next = (bind_function)dlsym(RTLD_NEXT, "bind");
    if (next == NULL) {
        errno = ENOSYS;
        return -1;
    }
    if (wanted_port == 0 || length < sizeof(struct sockaddr_in) || address->sa_family != AF_INET)
        return next(descriptor, address, length);
    struct sockaddr_in fixed;
    memcpy(&fixed, address, sizeof fixed);
    if (fixed.sin_port != 0) return next(descriptor, address, length);

    fixed.sin_port = htons(wanted_port);
    wanted_port = 0;
    // A port whose last connections are still in TIME_WAIT is free for us: the broker before us has ended.
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (next(descriptor, (const struct sockaddr *)&fixed, sizeof fixed) == 0) {
        outcome = 0;
        return 0;
    }
    outcome = errno;
    return next(descriptor, address, length);
}

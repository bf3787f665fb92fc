#define _GNU_SOURCE
#include "CFixedPort.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static _Thread_local uint16_t wanted_port;
static _Thread_local int outcome;
// Whether a broker of this process has, or had, the port.
static atomic_bool ours[UINT16_MAX + 1];
// The listener that this thread had bound, and those of all threads that nobody is to come in by yet.
static _Thread_local int listener = -1;
static atomic_bool held[UINT16_MAX + 1];

void cfixedport_begin(uint16_t port) {
    wanted_port = port;
    outcome = -1;
}

int cfixedport_end(void) {
    wanted_port = 0;
    return outcome;
}

void cfixedport_admit(void) {
    if (listener >= 0) atomic_store(&held[listener], false);
    listener = -1;
}

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

// A broker that is set down closes its listener and binds the port again at once, and librdkafka 2.0.2 aborts where that fails, as it
// does while a process that is being started still has the old listener, between fork and exec. It is waited for.
static int bind_again(bind_function next, int descriptor, const struct sockaddr_in *address) {
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    int result = next(descriptor, (const struct sockaddr *)address, sizeof *address);
    for (int left = 1500; result != 0 && errno == EADDRINUSE && ours[ntohs(address->sin_port)] && left > 0; left--) {
        nanosleep(&pause, NULL);
        result = next(descriptor, (const struct sockaddr *)address, sizeof *address);
    }
    return result;
}

__attribute__((visibility("default"))) int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
    bind_function next = (bind_function)dlsym(RTLD_NEXT, "bind");
    if (next == NULL) {
        errno = ENOSYS;
        return -1;
    }
    if (length < sizeof(struct sockaddr_in) || address->sa_family != AF_INET) return next(descriptor, address, length);
    struct sockaddr_in fixed;
    memcpy(&fixed, address, sizeof fixed);
    if (fixed.sin_port != 0) return bind_again(next, descriptor, &fixed);
    if (wanted_port == 0) return next(descriptor, address, length);

    fixed.sin_port = htons(wanted_port);
    wanted_port = 0;
    // A port whose last connections are still in TIME_WAIT is free for us: the broker before us has ended.
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (next(descriptor, (const struct sockaddr *)&fixed, sizeof fixed) == 0) {
        atomic_store(&ours[ntohs(fixed.sin_port)], true);
        if (descriptor <= UINT16_MAX) {
            listener = descriptor;
            atomic_store(&held[descriptor], true);
        }
        outcome = 0;
        return 0;
    }
    outcome = errno;
    return next(descriptor, address, length);
}

typedef int (*accept_function)(int, struct sockaddr *, socklen_t *);

__attribute__((visibility("default"))) int accept(int descriptor, struct sockaddr *address, socklen_t *length) {
    accept_function next = (accept_function)dlsym(RTLD_NEXT, "accept");
    if (next == NULL) {
        errno = ENOSYS;
        return -1;
    }
    int connection = next(descriptor, address, length);
    if (connection < 0 || descriptor < 0 || descriptor > UINT16_MAX || !atomic_load(&held[descriptor])) return connection;
    close(connection);
    errno = ECONNABORTED;
    return -1;
}

#define _GNU_SOURCE
#include "CRuntime.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void cruntime_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int cruntime_thread_id(void) { return (int)syscall(SYS_gettid); }

int cruntime_write_all(int descriptor, const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, next, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        next += written;
        count -= (size_t)written;
    }
    return 0;
}

int cruntime_is_terminal(int descriptor) { return isatty(descriptor); }

int cruntime_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

short cruntime_poll_peer_closed(void) { return POLLRDHUP; }

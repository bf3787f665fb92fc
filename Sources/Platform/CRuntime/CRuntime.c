#define _GNU_SOURCE
#include "CRuntime.h"

#include <errno.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void cruntime_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

void cruntime_bound_heap(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 64 << 10);
#endif
}

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

static volatile sig_atomic_t end_signals = -1;

// Async-signal-safe: a write, and errno as it was.
static void note_end_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(end_signals, &byte, 1);
    (void)ignored;
    errno = saved;
}

void cruntime_catch_end_signals(int descriptor) {
    end_signals = descriptor;
    struct sigaction action = {.sa_handler = note_end_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void cruntime_release_end_signals(void) {
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
}

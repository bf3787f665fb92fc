// What Swift's Glibc module lacks or can't import: named threads, thread ids, standard streams, epoll and eventfd.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// Names the calling thread, as `top -H` and a debugger show it; at most 15 bytes count.
void cruntime_name_thread(const char *name);

/// Keeps malloc from holding much more than is used. All threads share two arenas: glibc gives each thread one of its own, up to
/// eight a core, and each keeps what it once needed. Blocks of 64 KiB and more are the kernel's again once they are free. To be called
/// before there are other threads.
void cruntime_bound_heap(void);

/// The kernel's id of the calling thread. Never cached by the compiler, unlike pthread_self().
int cruntime_thread_id(void);

/// Writes all bytes to a descriptor, again after EINTR and short writes. 0, or errno.
int cruntime_write_all(int descriptor, const void *bytes, size_t count);

/// Whether the descriptor is a terminal.
int cruntime_is_terminal(int descriptor);

/// Columns of the terminal behind the descriptor; 0 where there is none.
int cruntime_terminal_columns(int descriptor);

/// poll()'s event of a peer that has ended its side of the connection; Swift's Glibc module lacks it.
short cruntime_poll_peer_closed(void);

/// SIGTERM and SIGINT write their number as a byte to the descriptor from here on, and SIGPIPE is ignored.
void cruntime_catch_end_signals(int descriptor);

/// SIGTERM and SIGINT end the process again.
void cruntime_release_end_signals(void);

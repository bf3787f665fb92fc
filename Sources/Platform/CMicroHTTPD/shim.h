// libmicrohttpd, with its variadic calls as typed ones.
#pragma once

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/// What a daemon is made of. Every callback gets `context`.
typedef struct {
    int listener;
    unsigned connections;
    unsigned idle_seconds;
    size_t header_bytes;
    void *context;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    void (*log)(void *context, const char *message);
} cmhd_options;

/// A listening socket, not blocking and not inherited; -1 with `*error` set to errno, or to a negative EAI_ code.
static inline int cmhd_listen(const char *host, uint16_t port, int backlog, int *error) {
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    struct addrinfo hints, *found = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    int failure = getaddrinfo(host, service, &hints, &found);
    if (failure != 0) {
        *error = failure == EAI_SYSTEM ? errno : failure;
        return -1;
    }
    int listener = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0
        || bind(listener, found->ai_addr, found->ai_addrlen) != 0 || listen(listener, backlog) != 0) {
        *error = errno;
        if (listener >= 0) close(listener);
        listener = -1;
    }
    freeaddrinfo(found);
    return listener;
}

/// What a negative error of `cmhd_listen` means.
static inline const char *cmhd_name_error(int error) { return gai_strerror(error); }

/// The port of a socket; 0 where it has none.
static inline uint16_t cmhd_port(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

/// Raises the process's soft limit of open files to `wanted` where the hard limit allows; what holds now.
static inline unsigned long cmhd_raise_file_limit(unsigned long wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

static inline void cmhd_log(void *options, const char *format, va_list arguments) {
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    cmhd_options *it = options;
    it->log(it->context, line);
}

/// Starts a daemon with one thread of its own. `options` must live until it is stopped.
static inline struct MHD_Daemon *cmhd_start(cmhd_options *options) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        options->handle, options->context,
        MHD_OPTION_EXTERNAL_LOGGER, cmhd_log, options,
        MHD_OPTION_LISTEN_SOCKET, options->listener,
        MHD_OPTION_CONNECTION_LIMIT, options->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->header_bytes,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
        MHD_OPTION_NOTIFY_CONNECTION, options->connection, options->context,
        MHD_OPTION_URI_LOG_CALLBACK, options->target, options->context,
        MHD_OPTION_END);
}

/// The connection's socket; -1 where it has none.
static inline int cmhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// Bytes from the request line's first to the last of the empty line after the header; 0 where unknown.
static inline size_t cmhd_header_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

// Gives librdkafka's mock cluster, which always binds port 0, a port of our choice.
//
// This target defines bind(): the dynamic linker finds it before the C library's, also for librdkafka. It hands every call on
// unchanged but the one that was announced, and waits until a port that one of our brokers had is free for it again.
#pragma once

#include <malloc.h>
#include <stdint.h>

/// Announces that the calling thread's next bind() of an IPv4 address with port 0 is to have `port`. Where that fails, the call
/// is made as it was, because librdkafka 2.0.2 aborts on an error there.
void cfixedport_begin(uint16_t port);

/// Takes the announcement back. 0 where the port was bound, errno where it could not be, -1 where no such bind() came.
int cfixedport_end(void);

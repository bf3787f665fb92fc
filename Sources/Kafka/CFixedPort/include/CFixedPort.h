// Gives librdkafka's mock cluster, which always binds port 0, a port of our choice.
//
// This target defines bind() and accept(): the dynamic linker finds them before the C library's, also for librdkafka. They hand every
// call on unchanged but those of the broker that was announced, and bind() waits until a port that one of our brokers had is free for it
// again.
#pragma once

#include <malloc.h>
#include <stdint.h>

/// Announces that the calling thread's next bind() of an IPv4 address with port 0 is to have `port`. Where that fails, the call
/// is made as it was, because librdkafka 2.0.2 aborts on an error there.
///
/// Who connects to it is sent away at once until cfixedport_admit(): programs may wait for that port, and the mock cluster makes each
/// topic that it does not know yet as soon as somebody asks for it, with four partitions.
void cfixedport_begin(uint16_t port);

/// Takes the announcement back. 0 where the port was bound, errno where it could not be, -1 where no such bind() came.
int cfixedport_end(void);

/// Lets connections in to the port that the calling thread had bound; where it had none, nothing.
void cfixedport_admit(void);

// librdkafka and its mock cluster, with their variadic calls as typed ones.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "consume.h"
#include "produce.h"

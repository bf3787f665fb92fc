// libmicrohttpd, with its variadic calls as typed ones.
#pragma once

#include <microhttpd.h>

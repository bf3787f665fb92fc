// libcurl, with its variadic calls as typed ones: Swift imports no variadic C function.
#pragma once

#include <curl/curl.h>

// The one include of Node-API. The build sets NAPI_VERSION and how exceptions are handled, for all
// files alike; this checks it.
#pragma once

#include <napi.h>

#if NAPI_VERSION != 9
#error "NAPI_VERSION must be 9, which Node 20.3 and later have."
#endif
#if !defined(NODE_ADDON_API_CPP_EXCEPTIONS_ALL) || !defined(NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
#error "Without these a C++ exception, or a terminated worker, ends the process."
#endif

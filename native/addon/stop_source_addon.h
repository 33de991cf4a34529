// The native end of an AbortSignal.
#pragma once

#include <stop_token>

#include "addon/napi_setup.h"

namespace querl {

// The source behind a handle, or a fresh one for `undefined`.
std::stop_source stop_source(const Napi::Value& value);

void define_stop_source(Napi::Object exports);

}  // namespace querl
